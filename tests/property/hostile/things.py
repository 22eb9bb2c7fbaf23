"""What there is to ask about: the ARNs and names that answers have told, by the kinds that ARNs name."""

import re
from collections.abc import Sequence
from random import Random

ARN = re.compile(r"arn:aws:[a-z]+:[a-z0-9-]*:\d{12}:[A-Za-z0-9:/_.*-]+")
ID = re.compile(
    r"\b(acl|aclassoc|dopt|eipalloc|eipassoc|eni|igw|nat|pl|rtb|rtbassoc|sg|sgr|subnet|vpc)-[0-9a-f]{17}\b"
)
MOST = 40
ALIASES = {
    "certificatearn": "certificate",
    "cluster": "cluster",
    "clusters": "cluster",
    "instanceid": "registered",
    "listenerarn": "listener",
    "listenerarns": "listener",
    "loadbalancerarn": "loadbalancer",
    "loadbalancerarns": "loadbalancer",
    "name": "name",
    "names": "name",
    "namespaceid": "namespace",
    "namespacename": "found",
    "primarytaskset": "task-set",
    "rulearn": "listener-rule",
    "rulearns": "listener-rule",
    "service": "service",
    "serviceid": "registry",
    "servicename": "name",
    "services": "service",
    "targetgrouparn": "targetgroup",
    "targetgrouparns": "targetgroup",
    "task": "task",
    "taskdefinition": "task-definition",
    "tasks": "task",
    "taskset": "task-set",
    "tasksets": "task-set",
    "subnetid": "subnet",
    "subnets": "subnet",
    "securitygroups": "sg",
    "allocationid": "eipalloc",
    "associationid": "rtbassoc",
    "destinationprefixlistid": "pl",
    "dhcpoptionsid": "dopt",
    "gatewayid": "igw",
    "groupid": "sg",
    "groups": "sg",
    "internetgatewayid": "igw",
    "natgatewayid": "nat",
    "networkaclid": "acl",
    "networkinterfaceid": "eni",
    "prefixlistid": "pl",
    "resourceid": "id",
    "routetableid": "rtb",
    "securitygroupid": "sg",
    "securitygroupruleid": "sgr",
    "subnet": "subnet",
    "vpcid": "vpc",
}
"""What a member most likely names."""
NAMES = ("default", "web", "app", "blue", "green", "net", "tcp", "other", "ported", "bucket-1")


class Things:
    """The youngest of each kind."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {
            "any": [],
            "dimension": ["app/web/0", "targetgroup/blue/0", "*"],
            "id": ["vpc-00000000"],
            "sg": ["sg-00000000", "sg-0123456789abcdef0"],
            "found": ["shop", "shop.local", "shop.example"],
            "name": list(NAMES),
            "policy": [
                "arn:aws:iam::aws:policy/AmazonECS_FullAccess",
                "arn:aws:iam::123456789012:policy/none",
            ],
            "role": ["arn:aws:iam::123456789012:role/none"],
            "registered": ["i", "a.b", "x:y/z@w", "i-0"],
            "subnet": [f"subnet-0000000000000000{letter}" for letter in "abcd"],
            "vpc": ["vpc-0"],
            "target": ["127.0.0.1", "10.0.0.1", "i-00000000"],
        }

    def hear(self, body: str) -> None:
        """Remember what an answer tells."""
        for arn in ARN.findall(body):
            kind = re.split(r"[:/]", arn.split(":", 5)[5])[0]
            self.add(kind, arn)
            self.add("any", arn)
            if kind in ("loadbalancer", "targetgroup"):
                self.add("dimension", arn.rpartition(":")[2].removeprefix("loadbalancer/"))
        for found in ID.finditer(body):
            self.add(found[1], found[0])
            self.add("id", found[0])
        for id in re.findall(r"\bi-[0-9a-f]{17}", body):
            self.add("target", id)
        for kind, prefix in (("registry", "srv"), ("namespace", "ns")):
            for id in re.findall(rf"\b{prefix}-[a-z2-7]{{16}}\b", body):
                self.add(kind, id)

    def add(self, kind: str, name: str) -> None:
        """One more."""
        known = self._known.setdefault(kind, [])
        if name not in known:
            known.append(name)
            del known[: len(known) - MOST]

    def one(self, member: str, dice: Random) -> str:
        """Something that a member of this name may mean, or a kind of thing; anything for another name."""
        kind = ALIASES.get(member.lower(), member)
        if kind in ("name", "service", "cluster", "task-definition") and dice.random() < 0.5:
            kind = "name"
        known: Sequence[str] = self._known.get(kind) or self._known["any"] or NAMES
        found = dice.choice(known)
        return mutated(found, dice) if dice.random() < 0.05 else found

    def mutated(self, dice: Random) -> str:
        """An ARN of something, but not quite."""
        return mutated(self.one("any", dice), dice)


def mutated(text: str, dice: Random) -> str:
    """One change: of a partition, an account, a region, a kind, or a character."""
    swaps = (
        ("arn:aws:", "arn:aws-cn:"),
        ("arn:", "ARN:"),
        ("us-east-1", "eu-central-1"),
        ("us-east-1", ""),
        ("123456789012", "210987654321"),
        ("123456789012", "12345678901"),
        ("certificate/", "anything/"),
        ("loadbalancer/", "listener/"),
        ("targetgroup/", "loadbalancer/"),
        ("/", "//"),
        ("/app/", "/net/"),
        (":", "::"),
        ("elasticloadbalancing", "ecs"),
        ("acm", "iam"),
    )
    if dice.random() < 0.7:
        old, new = dice.choice(swaps)
        return text.replace(old, new, 1)
    at = dice.randrange(len(text) + 1)
    return (
        text[:at]
        + dice.choice(("", "x", "/", ":", "\x00", "%", "é", " ", "/.."))
        + text[at + dice.randint(0, 1) :]
    )
