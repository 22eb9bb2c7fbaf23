"""What an account finds in a region before it has made anything: its default VPC.

It is made before the account's first call is answered, in a transaction of its own.
"""

from homeport.model.record import Scope
from homeport.store.tx import WriteTx


def welcome(tx: WriteTx, scope: Scope) -> None:
    """Make what is missing. It is asked once per process and tenant, so it must know by rows what there was before."""
    del tx, scope  # `api/ec2/defaults.py: ensure` is called from here once there is one; see there.
