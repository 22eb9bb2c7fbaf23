"""A town on a real server: a VPC of its own with a load balancer, names and FARGATE tasks, which can be built and torn down.

`Town` knows what it asked for; what the machine has of it is `remains.py`'s.
"""

import secrets
import signal
from pathlib import Path
from typing import Any

from demo.shop import docker, until
from homeport.drivers.apart import pid
from homeport.drivers.envoy.folder import Folder as BalancerFolder
from homeport.drivers.network.folder import Folder as NetworkFolder
from tests import images
from tests.integration.server.process import Server, free_port

CLUSTER, SERVICE, COLOUR = "town", "shop", "blue"
NAMESPACE, NAME = "town.local", "web"
ECHO_PORT = 9000
RUNS_WITHIN_S = 90.0


class Town:
    """`block` is its VPC's; `server` may be killed and started again at any time."""

    def __init__(self, data: Path, *options: str) -> None:
        images.ensure_images()
        words = ("--engine", "docker", "--pull", "never", "--dns-port", str(free_port()), *options)
        self.server = Server(data, *words)
        self.server.start()
        apis = ("ecs", "ec2", "elbv2", "servicediscovery", "iam")
        self.ecs, self.ec2, self.elb, self.names, self.iam = (self.server.client(each) for each in apis)
        self.block = f"10.{160 + secrets.randbelow(40)}.{secrets.randbelow(256)}"
        self.vpc = ""
        self.group = ""
        self.subnets: list[str] = []
        self.front_port = free_port()
        self.residents: frozenset[str] = frozenset()
        self._target_group = ""
        self._balancer = ""
        self._registry: dict[str, str] = {}

    def build(self) -> None:
        """Everything but tasks."""
        self.vpc = self.ec2.create_vpc(CidrBlock=f"{self.block}.0/24")["Vpc"]["VpcId"]
        for zone, part in (("us-east-1a", 0), ("us-east-1b", 128)):
            block = f"{self.block}.{part}/25"
            made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=zone)
            self.subnets.append(made["Subnet"]["SubnetId"])
        made = self.ec2.create_security_group(GroupName="web", Description="web", VpcId=self.vpc)
        self.group = made["GroupId"]
        for port in (80, ECHO_PORT):
            peers = {"IpRanges": [{"CidrIp": f"{self.block}.0/24"}]}
            rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}
            self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[rule])
        self._build_front()
        self._build_name()
        self.ecs.create_cluster(clusterName=CLUSTER)

    def _build_front(self) -> None:
        made = self.elb.create_load_balancer(
            Name="town", Scheme="internal", Subnets=self.subnets, SecurityGroups=[self.group]
        )
        self._balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
        group = self.elb.create_target_group(
            Name="town",
            Protocol="HTTP",
            Port=80,
            VpcId=self.vpc,
            TargetType="ip",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            HealthyThresholdCount=2,
        )["TargetGroups"][0]
        self._target_group = group["TargetGroupArn"]
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "1"}
        self.elb.modify_target_group_attributes(TargetGroupArn=self._target_group, Attributes=[delay])
        forward = {"Type": "forward", "TargetGroupArn": self._target_group}
        self.elb.create_listener(
            LoadBalancerArn=self._balancer, Protocol="HTTP", Port=self.front_port, DefaultActions=[forward]
        )

    def _build_name(self) -> None:
        made = self.names.create_private_dns_namespace(Name=NAMESPACE, Vpc=self.vpc)
        done = self.names.get_operation(OperationId=made["OperationId"])["Operation"]
        service = self.names.create_service(
            Name=NAME,
            NamespaceId=done["Targets"]["NAMESPACE"],
            DnsConfig={"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": 5}]},
            HealthCheckCustomConfig={"FailureThreshold": 1},
        )["Service"]
        self._registry = {
            "namespace": service["DnsConfig"].get("NamespaceId") or done["Targets"]["NAMESPACE"],
            "id": service["Id"],
            "arn": service["Arn"],
        }

    def define(self, family: str, image: str = images.BLUE, **more: Any) -> str:
        """A FARGATE task definition with one container."""
        role = more.pop("taskRoleArn", None)
        container = {"name": "web", "image": image, "stopTimeout": 2, **more}
        made = self.ecs.register_task_definition(
            family=family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[container],
            **({"taskRoleArn": role} if role else {}),
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    @property
    def _network(self) -> dict[str, Any]:
        where = {"subnets": self.subnets, "securityGroups": [self.group], "assignPublicIp": "ENABLED"}
        return {"awsvpcConfiguration": where}

    def open_shop(self, percent: float) -> None:
        """A service of two tasks with one task set, behind the load balancer and under the name."""
        definition = self.define(SERVICE, portMappings=[{"containerPort": 80}])
        self.ecs.create_service(
            cluster=CLUSTER,
            serviceName=SERVICE,
            desiredCount=2,
            deploymentController={"type": "EXTERNAL"},
        )
        balancer = {"targetGroupArn": self._target_group, "containerName": "web", "containerPort": 80}
        self.ecs.create_task_set(
            cluster=CLUSTER,
            service=SERVICE,
            externalId=COLOUR,
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self._network,
            serviceRegistries=[{"registryArn": self._registry["arn"]}],
            loadBalancers=[balancer],
            scale={"value": percent, "unit": "PERCENT"},
        )

    def scale(self, percent: float) -> None:
        """UpdateTaskSet."""
        self.ecs.update_task_set(
            cluster=CLUSTER,
            service=SERVICE,
            taskSet=self.task_set()["id"],
            scale={"value": percent, "unit": "PERCENT"},
        )

    def task_set(self) -> dict[str, Any]:
        """The one there is."""
        (service,) = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
        found: dict[str, Any] = service["taskSets"][0]
        return found

    def is_steady(self, running: int) -> bool:
        """Whether the shop has so many tasks, and no more to do."""
        found = self.task_set()
        told = (found["stabilityStatus"], found["runningCount"], found["pendingCount"])
        return told == ("STEADY_STATE", running, 0) and len(self.tasks()) == running

    def is_gone(self) -> bool:
        """Whether all tasks that were to end have ended."""
        stopped = self.ecs.list_tasks(cluster=CLUSTER, desiredStatus="STOPPED")["taskArns"]
        return all(self.described(arn)["lastStatus"] == "STOPPED" for arn in stopped)

    def tasks(self, status: str = "RUNNING") -> list[str]:
        """ARNs of the tasks that shall run, or of those that have ended ("STOPPED")."""
        found: list[str] = self.ecs.list_tasks(cluster=CLUSTER, desiredStatus=status)["taskArns"]
        return [arn for arn in found if arn not in self.residents]

    def settle(self, definition: str) -> str:
        """RunTask, of a task that stays; returns its ARN once it runs."""
        (task,) = self.ecs.run_task(
            cluster=CLUSTER,
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self._network,
        )["tasks"]
        arn: str = task["taskArn"]
        self.residents |= {arn}
        until(lambda: self.described(arn)["lastStatus"] == "RUNNING", f"{arn} to run", RUNS_WITHIN_S)
        return arn

    def described(self, arn: str) -> dict[str, Any]:
        """DescribeTasks."""
        (found,) = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"]
        return dict(found)

    def address(self, arn: str) -> str:
        """A task's."""
        details = self.described(arn)["attachments"][0]["details"]
        return str({each["name"]: each["value"] for each in details}["privateIPv4Address"])

    def front_addresses(self) -> list[str]:
        """The load balancer's."""
        described = [{"Name": "description", "Values": ["ELB app/town/*"]}]
        found = self.ec2.describe_network_interfaces(Filters=described)["NetworkInterfaces"]
        return sorted(each["PrivateIpAddress"] for each in found)

    def target_health(self) -> list[str]:
        """The states of the load balancer's targets."""
        found = self.elb.describe_target_health(TargetGroupArn=self._target_group)
        return [each["TargetHealth"]["State"] for each in found["TargetHealthDescriptions"]]

    def close_shop(self) -> None:
        """Delete the service with all it has, and stop those who stayed."""
        self.ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
        for arn in self.residents:
            self.ecs.stop_task(cluster=CLUSTER, task=arn)

    def tear_down(self) -> None:
        """Delete everything else, the VPC's network last; tasks are gone."""
        self.elb.delete_load_balancer(LoadBalancerArn=self._balancer)
        self.elb.delete_target_group(TargetGroupArn=self._target_group)
        self.names.delete_service(Id=self._registry["id"])
        self.names.delete_namespace(Id=self._registry["namespace"])
        self.ec2.delete_security_group(GroupId=self.group)
        for subnet in self.subnets:
            self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc(VpcId=self.vpc)

    def kill(self, part: str) -> None:
        """kill -9 "server", "network" or "balancer"; one that is not there is dead already."""
        if part == "server":
            self.server.stop(signal.SIGKILL)
            return
        folder = (
            NetworkFolder.of(self.server.data) if part == "network" else BalancerFolder.of(self.server.data)
        )
        process = pid.recorded(folder.pid)
        if process is not None:
            process.send(signal.SIGKILL)
            until(lambda: not process.is_alive, f"the {part} process to be dead")


def container_of(arn: str) -> str:
    """The engine's id of a task's container."""
    return docker("ps", "-q", "--no-trunc", "--filter", f"label=com.amazonaws.ecs.task-arn={arn}").strip()
