"""An ARN → certificate, or the right error; and who uses it."""

import re

from homeport.api.acm import errors
from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.load_balancer import Listener
from homeport.store.tx import ReadTx

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def certificate(tx: ReadTx, caller: Caller, text: str) -> Certificate:
    """Raises InvalidArnException for what names no certificate, and ResourceNotFoundException."""
    parsed = arn.parse(text)
    if parsed is None or not UUID.fullmatch("/".join(parsed.path)):
        raise errors.arn_invalid(text)
    id = arn.record_id(text)
    if text != arn.certificate_arn(id):  # Listeners know a certificate by its only name.
        raise errors.arn_invalid(text)
    found = tx.get(Certificate, id) if parsed.scope == caller.scope else None
    if found is None:
        raise errors.not_found(text)
    return found


def users(tx: ReadTx, record: Certificate) -> list[str]:
    """The ARNs of the load balancers whose listeners show it."""
    listeners = tx.owned(Listener, f"certificate:{arn.certificate_arn(record.id)}")
    return list(dict.fromkeys(arn.load_balancer_arn(listener.owner) for listener in listeners))
