"""Which load balancers a target group is used by: by the actions of a listener, or of a rule. Nothing keeps it."""

from homeport.model.load_balancer import Listener, Rule
from homeport.store.tx import ReadTx


def balancers_of(tx: ReadTx, target_group_arn: str) -> list[str]:
    """The ids of the load balancers whose listeners or rules forward to the target group; AWS allows one."""
    key = f"group:{target_group_arn}"
    by_listener = [listener.owner for listener in tx.owned(Listener, key)]
    by_rule = [rule.owner.rsplit("/", 1)[0] for rule in tx.owned(Rule, key)]
    return list(dict.fromkeys((*by_listener, *by_rule)))
