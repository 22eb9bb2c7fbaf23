"""Ground for tasks in awsvpc mode: a VPC with subnets in three zones, and security groups; and one more of each elsewhere.

The rows are as EC2's API makes them; that has its own tests.
"""

from typing import Any

from homeport.model.namespace import DiscoveryService, DiscoveryServiceSpec, DnsRecord, DnsRecordType
from homeport.model.security_group import GroupSpec, SecurityGroup
from homeport.model.vpc import Subnet, SubnetSpec, Vpc, VpcSpec
from tests.builders import SCOPE, T0
from tests.conformance.story import CONTAINER, Story

VPC = "vpc-0000000000000000a"
OTHER_VPC = "vpc-0000000000000000b"
SUBNETS = [f"subnet-0000000000000000{zone}" for zone in "abc"]
OTHER_SUBNET = "subnet-0000000000000000d"
DEFAULT_GROUP = "sg-0000000000000000a"
GROUP = "sg-0000000000000000b"
OTHER_GROUP = "sg-0000000000000000c"
REGISTRY = "arn:aws:servicediscovery:us-east-1:123456789012:service/"


class Ground:
    """A story whose definition `far` may run on EC2 and on FARGATE, with one container, `app`, that maps port 8080."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.ecs = story.ecs
        self.world = story.world
        self._make_network()
        port = {**CONTAINER, "portMappings": [{"containerPort": 8080}]}
        self.far = self.register("far", containerDefinitions=[port])

    def register(self, family: str = "far", **members: Any) -> str:
        """The ARN of a new revision that FARGATE takes."""
        given = {
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["EC2", "FARGATE"],
            "cpu": "256",
            "memory": "512",
        }
        return self.story.register(family, **{**given, **members})

    def network(self, *subnets: str, **members: Any) -> dict[str, Any]:
        """A network configuration, of the first subnet unless others are named."""
        return {"awsvpcConfiguration": {"subnets": list(subnets) or SUBNETS[:1], **members}}

    def create(self, percent: float | None = 50.0, **members: Any) -> Any:
        """A task set on FARGATE, two tasks unless told otherwise."""
        given = {"launchType": "FARGATE", "networkConfiguration": self.network()}
        if "capacityProviderStrategy" in members:
            del given["launchType"]
        return self.story.create(self.far, percent, **{**given, **members})

    def run(self, **members: Any) -> Any:
        """RunTask's answer, on FARGATE."""
        given = {"launchType": "FARGATE", "networkConfiguration": self.network()}
        if "capacityProviderStrategy" in members:
            del given["launchType"]
        return self.ecs.run_task(**{"taskDefinition": self.far, **given, **members})

    def providers(self, **members: Any) -> str:
        """A cluster with both of Fargate's providers, and a service `web` that wants four."""
        self.ecs.create_cluster(clusterName="far", capacityProviders=["FARGATE", "FARGATE_SPOT"], **members)
        self.ecs.create_service(
            cluster="far", serviceName="web", desiredCount=4, deploymentController={"type": "EXTERNAL"}
        )
        return "far"

    def registry(self, *types: DnsRecordType) -> str:
        """The ARN of a Cloud Map service with records of these types."""
        name = f"srv-{''.join(types).lower():0>16}"
        records = tuple(DnsRecord(type, 60) for type in types)
        spec = DiscoveryServiceSpec(name=name, created_at=T0, records=records)
        with self.world.store.write("spec", self.world.now) as tx:
            tx.put(DiscoveryService(id=f"{SCOPE}/{name}", owner=f"{SCOPE}/ns-1", spec=spec))
        return REGISTRY + name

    def _make_network(self) -> None:
        with self.world.store.write("spec", self.world.now) as tx:
            for vpc, cidr in ((VPC, "10.77.0.0/16"), (OTHER_VPC, "10.78.0.0/16")):
                tx.put(Vpc(id=f"{SCOPE}/{vpc}", owner=SCOPE, spec=VpcSpec(cidr=cidr, created_at=T0)))
            for number, subnet in enumerate(SUBNETS):
                tx.put(_subnet(subnet, VPC, f"10.77.{16 * number}.0/20", "abc"[number]))
            tx.put(_subnet(OTHER_SUBNET, OTHER_VPC, "10.78.0.0/20", "a"))
            for group, name, vpc in (
                (DEFAULT_GROUP, "default", VPC),
                (GROUP, "web", VPC),
                (OTHER_GROUP, "web", OTHER_VPC),
            ):
                spec = GroupSpec(name=name, description=name, vpc=f"{SCOPE}/{vpc}", created_at=T0)
                tx.put(SecurityGroup(id=f"{SCOPE}/{group}", owner=f"{SCOPE}/{vpc}", spec=spec))


def _subnet(name: str, vpc: str, cidr: str, zone: str) -> Subnet:
    spec = SubnetSpec(cidr=cidr, zone=f"us-east-1{zone}", created_at=T0)
    return Subnet(id=f"{SCOPE}/{name}", owner=f"{SCOPE}/{vpc}", spec=spec)
