"""A change of a security group reaches every namespace, as the bench measures it."""

from bench import groups, report

"""`ip netns` is not made for two at once."""


def test_a_rule_and_a_member_reach_every_namespace():
    found = groups.measure(namespaces=6, rounds=1)
    assert found["namespaces"] == 6
    assert [line.what.split(" in ")[0] for line in report.of_groups(found)] == [
        "a security group's rule",
        "a security group's member",
    ]
