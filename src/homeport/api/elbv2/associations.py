"""Which load balancers a target group is used by: by the actions of a listener, or of a rule. Nothing keeps it."""

from homeport.model.load_balancer import Listener, Rule, balancers, group_key
from homeport.store.tx import ReadTx


def balancers_of(tx: ReadTx, target_group_arn: str) -> list[str]:
    """The ids of the load balancers whose listeners or rules forward to the target group; AWS allows one."""
    key = group_key(target_group_arn)
    return balancers(tx.owned(Listener, key), tx.owned(Rule, key))
