"""What this machine does not let us do for networks, and why: found out before anything is tried."""

import os
import sys

from homeport.drivers.fabric import Limits
from homeport.drivers.network import nft


def limits() -> Limits:
    """As things are now."""
    if sys.platform != "linux":
        why = "network namespaces of containers are not on this machine's own system"
        return Limits(rules=why, endpoints=why, addresses=why, names=why)
    if os.geteuid() != 0:
        why = "Homeport does not run as root"
        return Limits(rules=why, endpoints=why, addresses=why, names=why)
    if nft.program() is None:
        return Limits(rules="there is no nft: install nftables")
    return Limits()
