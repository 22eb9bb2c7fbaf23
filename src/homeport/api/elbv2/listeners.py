"""CreateListener, DescribeListeners, ModifyListener, DeleteListener, and the attributes of listeners."""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import actions, attributes, certificates, find, listing, policies, tagging
from homeport.api.elbv2.errors import listeners as errors
from homeport.api.elbv2.limits import LISTENERS
from homeport.api.elbv2.view import listener as view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.load_balancer import Kind, Listener, ListenerSpec, LoadBalancer, Rule, RuleSpec
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

PROTOCOLS: dict[Kind, tuple[str, ...]] = {
    "application": ("HTTP", "HTTPS"),
    "network": ("TLS", "TCP", "TCP_UDP", "UDP"),
}
ALPN_POLICIES = ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")
LISTING = listing.of("DescribeListeners")


@write
def create_listener(
    tx: WriteTx, caller: Caller, request: elbv2.CreateListenerInput
) -> elbv2.CreateListenerOutput:
    """Creates it with its default rule; the same request again is answered with what there is."""
    balancer = find.load_balancer(tx, caller, request.load_balancer_arn)
    if request.protocol is None:
        raise errors.protocol_missing()
    if request.port is None:
        raise errors.port_missing()
    blank = ListenerSpec(
        number=tx.new_id()[-16:],
        port=request.port,
        protocol=request.protocol,
        default_actions=[],
        created_at=tx.now,
        tags=tagging.checked(request.tags),
    )
    spec = _checked(tx, caller, balancer, blank, request)
    before = _at_port(tx, balancer, request.port)
    if before is not None:
        if _settings(before.spec) != _settings(spec):
            raise errors.duplicate(request.load_balancer_arn)
        return elbv2.CreateListenerOutput(listeners=[view.listener(before)])
    if tx.count(Listener, balancer.id) >= LISTENERS:
        raise errors.too_many(request.load_balancer_arn, LISTENERS)

    record = Listener(id=f"{balancer.id}/{spec.number}", owner=balancer.id, spec=spec)
    tx.put(record)
    number = tx.new_id()[-16:]
    default = RuleSpec(number=number, created_at=tx.now, actions=spec.default_actions)
    tx.put(Rule(id=f"{record.id}/{number}", owner=record.id, spec=default))
    return elbv2.CreateListenerOutput(listeners=[view.listener(record)])


def _at_port(tx: ReadTx, balancer: LoadBalancer, port: int) -> Listener | None:
    return next((each for each in tx.owned(Listener, balancer.id) if each.spec.port == port), None)


def _settings(spec: ListenerSpec) -> ListenerSpec:
    """What makes two requests the same."""
    return replace(spec, number="", created_at=0.0, certificates=spec.certificates[:1], attributes={})


def _checked(
    tx: ReadTx,
    caller: Caller,
    balancer: LoadBalancer,
    spec: ListenerSpec,
    request: elbv2.CreateListenerInput | elbv2.ModifyListenerInput,
) -> ListenerSpec:
    """What a listener becomes by a request that may leave out whatever `spec` has already."""
    port, protocol = request.port or spec.port, request.protocol or spec.protocol
    allowed = PROTOCOLS[balancer.spec.kind]
    if protocol not in allowed:
        raise errors.protocol_invalid(protocol, allowed)
    mutual = request.mutual_authentication
    if mutual is not None and (mutual.mode or "off") != "off":
        raise errors.mutual_authentication_not_built(mutual.mode or "")
    spec = replace(
        _secured(tx, caller, replace(spec, port=port, protocol=protocol), request),
        alpn=_alpn(protocol, request.alpn_policy, spec.alpn if spec.protocol == protocol else []),
    )
    place = actions.Place(balancer=balancer.id, protocol=protocol, port=port)
    wanted = request.default_actions or spec.default_actions
    return replace(spec, default_actions=actions.checked(tx, caller, place, wanted))


def _secured(
    tx: ReadTx,
    caller: Caller,
    spec: ListenerSpec,
    request: elbv2.CreateListenerInput | elbv2.ModifyListenerInput,
) -> ListenerSpec:
    """With its certificates and its policy, which a listener without TLS cannot have."""
    if spec.protocol not in certificates.SECURE:
        if request.certificates:
            raise errors.not_for_protocol("Certificates", spec.protocol)
        if request.ssl_policy:
            raise errors.not_for_protocol("An SSL policy", spec.protocol)
        return replace(spec, certificates=[], ssl_policy=None)
    policy = policies.checked(request.ssl_policy or spec.ssl_policy or policies.DEFAULT)
    if request.certificates:
        given = certificates.named(request.certificates)
        if len(given) != 1:
            raise errors.one_certificate()
        certificates.check(tx, caller, given[0])
        # Only the default one is replaced; those that were added stay.
        spec = replace(spec, certificates=list(dict.fromkeys((*given, *spec.certificates[1:]))))
    if not spec.certificates:
        raise errors.certificate_missing(spec.protocol)
    return replace(spec, ssl_policy=policy)


def _alpn(protocol: str, wanted: Sequence[str] | None, before: list[str]) -> list[str]:
    if not wanted:
        return before
    if protocol != "TLS":
        raise errors.not_for_protocol("An ALPN policy", protocol)
    if len(wanted) != 1 or wanted[0] not in ALPN_POLICIES:
        raise errors.alpn_policy_not_found(wanted)
    return list(wanted)


@read
def describe_listeners(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeListenersInput
) -> elbv2.DescribeListenersOutput:
    """Those of a load balancer, or those that are named."""
    if request.load_balancer_arn and request.listener_arns:
        raise errors.listeners_and_balancer()
    if request.load_balancer_arn:
        balancer = find.load_balancer(tx, caller, request.load_balancer_arn)
        found, owner = tx.owned(Listener, balancer.id), balancer.id
    elif request.listener_arns:
        found = [find.listener(tx, caller, text) for text in dict.fromkeys(request.listener_arns)]
        owner = ""
    else:
        raise errors.listeners_or_balancer()
    page = listing.page(LISTING, caller, found, request.marker, request.page_size, owner)
    return elbv2.DescribeListenersOutput(
        listeners=[view.listener(record) for record in page.records], next_marker=page.next_marker
    )


@write
def modify_listener(
    tx: WriteTx, caller: Caller, request: elbv2.ModifyListenerInput
) -> elbv2.ModifyListenerOutput:
    """Changes what is given; the default rule follows."""
    record = find.listener(tx, caller, request.listener_arn)
    balancer = tx.get(LoadBalancer, record.owner)
    assert balancer is not None, "a listener goes with its load balancer"
    spec = _checked(tx, caller, balancer, record.spec, request)
    other = _at_port(tx, balancer, spec.port)
    if other is not None and other.id != record.id:
        raise errors.duplicate(arn.load_balancer_arn(balancer.id))

    if spec.protocol != record.spec.protocol:
        known = attributes.LISTENERS[spec.protocol]
        kept = {key: value for key, value in spec.attributes.items() if key in known}
        spec = replace(spec, attributes=kept)
    record = replace(record, spec=spec)
    tx.put(record)
    for rule in tx.owned(Rule, record.id):
        if rule.spec.priority is None:
            tx.put(replace(rule, spec=replace(rule.spec, actions=spec.default_actions)))
    return elbv2.ModifyListenerOutput(listeners=[view.listener(record)])


@write
def delete_listener(
    tx: WriteTx, caller: Caller, request: elbv2.DeleteListenerInput
) -> elbv2.DeleteListenerOutput:
    """Deletes it with its rules."""
    record = find.listener(tx, caller, request.listener_arn)
    for rule in tx.owned(Rule, record.id):
        tx.delete(rule)
    tx.delete(record)
    return elbv2.DeleteListenerOutput()


@read
def describe_listener_attributes(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeListenerAttributesInput
) -> elbv2.DescribeListenerAttributesOutput:
    """All that a listener of its protocol has, with AWS's defaults for those that were not set."""
    spec = find.listener(tx, caller, request.listener_arn).spec
    return elbv2.DescribeListenerAttributesOutput(
        attributes=attributes.of_listener(spec.protocol, spec.attributes)
    )


@write
def modify_listener_attributes(
    tx: WriteTx, caller: Caller, request: elbv2.ModifyListenerAttributesInput
) -> elbv2.ModifyListenerAttributesOutput:
    """Sets some, and answers with all."""
    record = find.listener(tx, caller, request.listener_arn)
    spec = record.spec
    after = attributes.set_on_listener(spec.protocol, spec.attributes, request.attributes)
    tx.put(replace(record, spec=replace(spec, attributes=after)))
    return elbv2.ModifyListenerAttributesOutput(attributes=attributes.of_listener(spec.protocol, after))
