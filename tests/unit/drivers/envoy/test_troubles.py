"""What Envoy's words become for people."""

from homeport.drivers.envoy import names
from homeport.drivers.envoy.convergence import LEADS_TO
from homeport.drivers.envoy.resources import CLUSTERS, LISTENERS, ROUTES, Resources, packed
from homeport.drivers.envoy.troubles import troubles
from tests.integration.envoy.plane import fixed, forward, listener, tables
from tests.unit.drivers.envoy.groups import a_group

IN_USE = "Error adding/updating listener(s) x: cannot bind '127.77.0.1:80': Address already in use\n"
GROUP = a_group("blue")
WEB = listener(forward(GROUP), port=80, address="127.77.0.1", inside=("172.17.255.254",))
OTHER = listener(fixed("other"), port=80, address="127.77.0.2")
BOTH = tables(WEB, OTHER, GROUP)


def at(host: str) -> Resources:
    body = packed(
        LISTENERS, {"name": "x", "address": {"socket_address": {"address": host, "port_value": 80}}}
    )
    return Resources({LISTENERS: {"x": body}})


def test_a_taken_port_is_trouble_of_the_one_listener_whose_own_address_it_is():
    assert troubles(BOTH, at("127.77.0.1"), {(LISTENERS, "x"): IN_USE}) == {
        WEB.id: "It does not listen on 127.77.0.1:80: another process has that port. Stop it, or use another port; it is "
        "tried again every few seconds."
    }


def test_a_taken_shared_port_is_trouble_of_all_that_share_it_and_says_where_each_listens_all_the_same():
    found = troubles(BOTH, at("127.0.0.1"), {(LISTENERS, "x"): IN_USE})
    assert found.keys() == {WEB.id, OTHER.id}
    assert found[OTHER.id] == (
        "Its name does not lead to it, because nothing of ours listens on 127.0.0.1:80, which load balancers share: "
        "another process has that port. Stop it, or use another port; it is tried again every few seconds. Its own "
        "address is 127.77.0.2:80."
    )


def test_an_address_inside_is_a_load_balancers_own():
    assert troubles(BOTH, at("172.17.255.254"), {(LISTENERS, "x"): IN_USE}).keys() == {WEB.id}


def test_a_port_for_root_comes_with_the_alternative():
    words = "cannot bind '127.77.0.1:80': Permission denied"
    (said,) = troubles(BOTH, at("127.77.0.1"), {(LISTENERS, "x"): words}).values()
    assert "Use a port from 1024 on, or allow it: sysctl -w net.ipv4.ip_unprivileged_port_start=80." in said


def test_an_address_that_is_none_of_this_machine_comes_with_the_command_that_adds_it():
    words = "cannot bind '127.77.0.1:80': Cannot assign requested address"
    (said,) = troubles(BOTH, at("127.77.0.1"), {(LISTENERS, "x"): words}).values()
    assert said.endswith(
        "that is no address of this machine. On macOS: sudo ifconfig lo0 alias 127.77.0.1 up."
    )


def test_refused_rules_are_trouble_of_their_listener_and_of_all_on_a_shared_port():
    own = troubles(BOTH, Resources(), {(ROUTES, names.listener(WEB)): "no such thing"})
    assert own == {WEB.id: "Its rules stay as they were before: Envoy refuses the new ones: no such thing."}
    assert troubles(BOTH, Resources(), {(ROUTES, names.shared(80, "HTTP")): "no"}).keys() == {
        WEB.id,
        OTHER.id,
    }


def test_a_refused_target_group_is_named_where_it_is_led_to_and_said_once():
    refused = {
        (
            CLUSTERS,
            names.cluster(GROUP),
        ): "goo.gle/debugstr name: x\nProto constraint validation failed (port).",
        (ROUTES, names.listener(WEB)): f"{LEADS_TO} {names.cluster(GROUP)}, which was refused",
    }
    assert troubles(BOTH, Resources(), refused) == {
        WEB.id: "What leads to target group blue stays as it was before: Envoy refuses it: Proto constraint validation "
        "failed (port)."
    }


def test_what_nobody_knows_any_more_is_nobodys_trouble():
    gone = {(LISTENERS, "gone"): IN_USE, (ROUTES, "gone"): "no", (CLUSTERS, "gone"): "no"}
    assert troubles(BOTH, Resources(), gone) == {}
