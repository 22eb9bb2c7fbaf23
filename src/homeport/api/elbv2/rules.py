"""CreateRule, DescribeRules, ModifyRule, DeleteRule, SetRulePriorities.

The default rule stands for its listener's default actions: it is only shown here, and changed by ModifyListener.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import actions, conditions, find, listing, tagging
from homeport.api.elbv2.errors import rules as errors
from homeport.api.elbv2.limits import RULES
from homeport.api.elbv2.view import rule as view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.load_balancer import Listener, Rule, RuleSpec
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

LISTING = listing.of("DescribeRules")
AFTER_ALL_OTHERS = 99_999


@write
def create_rule(tx: WriteTx, caller: Caller, request: elbv2.CreateRuleInput) -> elbv2.CreateRuleOutput:
    """Creates it at a priority that is free."""
    listener = find.listener(tx, caller, request.listener_arn)
    if listener.spec.protocol not in actions.HTTP_PROTOCOLS:
        raise errors.rules_not_supported(listener.spec.protocol)
    if request.transforms:
        raise errors.transforms_not_built()
    number = tx.new_id()[-16:]
    spec = RuleSpec(
        number=number,
        created_at=tx.now,
        priority=request.priority,
        conditions=conditions.checked(request.conditions),
        actions=actions.checked(tx, caller, _place(listener), request.actions),
        tags=tagging.checked(request.tags),
    )
    if any(rule.spec.priority == request.priority for rule in tx.owned(Rule, listener.id)):
        raise errors.priority_in_use(request.priority)
    of_balancer = tx.owned(Rule, f"balancer:{listener.owner}")
    if sum(rule.spec.priority is not None for rule in of_balancer) >= RULES:
        raise errors.too_many_rules(RULES)

    record = Rule(id=f"{listener.id}/{number}", owner=listener.id, spec=spec)
    tx.put(record)
    return elbv2.CreateRuleOutput(rules=[view.rule(record)])


def _place(listener: Listener) -> actions.Place:
    return actions.Place(balancer=listener.owner, protocol=listener.spec.protocol, port=listener.spec.port)


@read
def describe_rules(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeRulesInput
) -> elbv2.DescribeRulesOutput:
    """Those of a listener by priority, the default one last; or those that are named."""
    if request.listener_arn and request.rule_arns:
        raise errors.rules_and_listener()
    if request.listener_arn:
        owner = find.listener(tx, caller, request.listener_arn).id
        found = tx.owned(Rule, owner)
    elif request.rule_arns:
        owner = ""
        found = [find.rule(tx, caller, text) for text in dict.fromkeys(request.rule_arns)]
    else:
        raise errors.rules_or_listener()
    by_place = {_at(rule): rule for rule in found}
    page = listing.page_by(LISTING, caller, by_place, request.marker, request.page_size, owner)
    return elbv2.DescribeRulesOutput(
        rules=[view.rule(record) for record in page.records], next_marker=page.next_marker
    )


def _at(rule: Rule) -> str:
    """A rule's place among others."""
    return f"{rule.spec.priority or AFTER_ALL_OTHERS:05d} {rule.id}"


@write
def modify_rule(tx: WriteTx, caller: Caller, request: elbv2.ModifyRuleInput) -> elbv2.ModifyRuleOutput:
    """Replaces its conditions, its actions, or both."""
    record = find.rule(tx, caller, request.rule_arn)
    if record.spec.priority is None:
        raise errors.default_not_modified(request.rule_arn)
    if request.transforms:
        raise errors.transforms_not_built()
    if not request.conditions and not request.actions and not request.reset_transforms:
        raise errors.nothing_to_modify()
    listener = tx.get(Listener, record.owner)
    assert listener is not None, "a rule goes with its listener"

    spec = record.spec
    if request.conditions:
        spec = replace(spec, conditions=conditions.checked(request.conditions))
    if request.actions:
        spec = replace(spec, actions=actions.checked(tx, caller, _place(listener), request.actions))
    record = replace(record, spec=spec)
    tx.put(record)
    return elbv2.ModifyRuleOutput(rules=[view.rule(record)])


@write
def delete_rule(tx: WriteTx, caller: Caller, request: elbv2.DeleteRuleInput) -> elbv2.DeleteRuleOutput:
    """Deletes it."""
    record = find.rule(tx, caller, request.rule_arn)
    if record.spec.priority is None:
        raise errors.default_not_deleted(request.rule_arn)
    tx.delete(record)
    return elbv2.DeleteRuleOutput()


@write
def set_rule_priorities(
    tx: WriteTx, caller: Caller, request: elbv2.SetRulePrioritiesInput
) -> elbv2.SetRulePrioritiesOutput:
    """Gives rules of one listener other priorities, all at once: two may change places."""
    moved = _moved(tx, caller, request.rule_priorities)
    owner = next(iter(moved.values())).owner
    if any(rule.owner != owner for rule in moved.values()):
        raise errors.priorities_of_two_listeners()
    taken = {rule.spec.priority for rule in tx.owned(Rule, owner) if rule.id not in moved}
    for record in moved.values():
        if record.spec.priority is not None and record.spec.priority in taken:
            raise errors.priority_in_use(record.spec.priority)

    for record in moved.values():
        tx.put(record)
    return elbv2.SetRulePrioritiesOutput(rules=[view.rule(record) for record in moved.values()])


def _moved(tx: ReadTx, caller: Caller, pairs: Iterable[elbv2.RulePriorityPair]) -> dict[str, Rule]:
    """The rules by id, with the priorities that they shall get, each of both once."""
    moved: dict[str, Rule] = {}
    given: set[int] = set()
    for pair in pairs:
        record = find.rule(tx, caller, pair.rule_arn or "")
        if record.spec.priority is None:
            raise errors.default_not_modified(arn.rule_arn(record.id))
        if pair.priority is None:
            raise errors.priorities_missing()
        if record.id in moved:
            raise errors.rule_repeated(arn.rule_arn(record.id))
        if pair.priority in given:
            raise errors.priority_repeated(pair.priority)
        given.add(pair.priority)
        moved[record.id] = replace(record, spec=replace(record.spec, priority=pair.priority))
    if not moved:
        raise errors.priorities_missing()
    return moved
