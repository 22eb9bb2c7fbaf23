"""Where the story is set: the default VPC, a security group for each side, and a private name that containers ask for."""

from typing import Any

NAMESPACE, NAME = "shop.local", "web"


class Place:
    """`ec2` and `names` (servicediscovery) are boto3 clients."""

    def __init__(self, ec2: Any, names: Any) -> None:
        self.ec2 = ec2
        self.names = names
        self.vpc = ""
        self.subnets: list[str] = []
        self.groups: dict[str, str] = {}
        self.registry = ""
        self._service = ""
        self._namespace = ""

    def build(self) -> None:
        """The VPC that is there, groups that let only the load balancer reach the shop, and a service to be found by."""
        is_default = [{"Name": "isDefault", "Values": ["true"]}]
        self.vpc = self.ec2.describe_vpcs(Filters=is_default)["Vpcs"][0]["VpcId"]
        in_it = [{"Name": "vpc-id", "Values": [self.vpc]}]
        self.subnets = [each["SubnetId"] for each in self.ec2.describe_subnets(Filters=in_it)["Subnets"]]
        for name in ("front", "shop"):
            made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
            self.groups[name] = made["GroupId"]
        self._allow("front", {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, 0, 65535)
        self._allow("shop", {"UserIdGroupPairs": [{"GroupId": self.groups["front"]}]}, 80, 80)
        made = self.names.create_private_dns_namespace(Name=NAMESPACE, Vpc=self.vpc)
        done = self.names.get_operation(OperationId=made["OperationId"])["Operation"]
        self._namespace = done["Targets"]["NAMESPACE"]
        service = self.names.create_service(
            Name=NAME,
            NamespaceId=self._namespace,
            DnsConfig={"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": 5}]},
            HealthCheckCustomConfig={"FailureThreshold": 1},
        )["Service"]
        self._service, self.registry = service["Id"], service["Arn"]

    def discovered(self, external_id: str) -> list[str]:
        """The addresses that DiscoverInstances gives for a task set, by the id that its creator gave to it."""
        found = self.names.discover_instances(
            NamespaceName=NAMESPACE,
            ServiceName=NAME,
            QueryParameters={"ECS_TASK_SET_EXTERNAL_ID": external_id},
        )["Instances"]
        return sorted(each["Attributes"]["AWS_INSTANCE_IPV4"] for each in found)

    def members(self) -> list[str]:
        """The network interfaces that are in the two groups."""
        of = [{"Name": "group-id", "Values": list(self.groups.values())}]
        found = self.ec2.describe_network_interfaces(Filters=of)["NetworkInterfaces"]
        return [each["NetworkInterfaceId"] for each in found]

    def tear_down(self) -> None:
        """Delete what `build` has made."""
        self.names.delete_service(Id=self._service)
        self.names.delete_namespace(Id=self._namespace)
        for name in ("shop", "front"):
            self.ec2.delete_security_group(GroupId=self.groups[name])

    def _allow(self, name: str, peers: dict[str, Any], first: int, last: int) -> None:
        permission = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **peers}
        self.ec2.authorize_security_group_ingress(GroupId=self.groups[name], IpPermissions=[permission])
