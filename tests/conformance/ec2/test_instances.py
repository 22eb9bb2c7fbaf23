"""The machine as an instance."""

from homeport.model.instance import ec2_id
from tests.conformance.ec2.words import DEFAULT_GROUP, SUBNETS, VPC
from tests.conformance.world import OTHER_ACCOUNT, refusal

ID = ec2_id("local")


def test_the_machine_is_an_instance_in_the_default_vpc(ec2):
    (reservation,) = ec2.describe_instances()["Reservations"]
    (found,) = reservation["Instances"]
    assert found["InstanceId"] == ID
    assert found["State"] == {"Code": 16, "Name": "running"}
    assert (found["VpcId"], found["SubnetId"], found["PrivateIpAddress"]) == (VPC, SUBNETS[0], "172.31.0.1")
    assert found["SecurityGroups"] == [{"GroupId": DEFAULT_GROUP, "GroupName": "default"}]


def test_it_is_the_one_that_container_instances_name(ec2, ecs):
    ecs.create_cluster()
    arns = ecs.list_container_instances()["containerInstanceArns"]
    (instance,) = ecs.describe_container_instances(containerInstances=arns)["containerInstances"]
    ids = [instance["ec2InstanceId"]]
    assert len(ec2.describe_instances(InstanceIds=ids)["Reservations"]) == 1


def test_every_account_has_it(world):
    (reservation,) = world.client("ec2", OTHER_ACCOUNT).describe_instances()["Reservations"]
    assert reservation["OwnerId"] == OTHER_ACCOUNT
    assert reservation["Instances"][0]["InstanceId"] == ID


def test_instances_are_filtered(ec2):
    def found(name, value):
        return len(ec2.describe_instances(Filters=[{"Name": name, "Values": [value]}])["Reservations"])

    assert found("instance-state-name", "running") == 1
    assert found("instance-state-name", "stopped") == 0
    assert found("vpc-id", VPC) == 1
    assert found("instance-type", "*") == 0


def test_an_instance_that_is_not_there(ec2):
    assert refusal(ec2.describe_instances, InstanceIds=["i-00000000"]) == (
        "InvalidInstanceID.NotFound",
        "The instance ID 'i-00000000' does not exist",
    )
    assert refusal(ec2.describe_instances, InstanceIds=["x"]) == (
        "InvalidInstanceID.Malformed",
        'Invalid id: "x"',
    )


def test_its_status_is_that_of_its_container_engine(ec2):
    (found,) = ec2.describe_instance_status(InstanceIds=[ID])["InstanceStatuses"]
    assert found["InstanceStatus"]["Status"] == found["SystemStatus"]["Status"] == "ok"
    assert found["InstanceState"]["Name"] == "running"


def test_its_attributes_are_described_one_by_one(ec2):
    answer = ec2.describe_instance_attribute(InstanceId=ID, Attribute="groupSet")
    assert answer["Groups"] == [{"GroupId": DEFAULT_GROUP, "GroupName": "default"}]
    answer = ec2.describe_instance_attribute(InstanceId=ID, Attribute="sourceDestCheck")
    assert answer["SourceDestCheck"] == {"Value": True}
