"""What the metadata endpoint tells of a task, as AWS's documentation and ECS's agent show it."""

from typing import Any

import msgspec
import pytest

from homeport.model.container import Binding, ContainerSeen, ContainerState
from homeport.model.interface import Interface, InterfaceSeen, InterfaceSpec, InterfaceState
from homeport.model.record import scope_of
from homeport.model.task import Task, TaskSeen
from homeport.model.vpc import Subnet, SubnetSpec, Vpc, VpcSpec
from homeport.plan import home
from homeport.plan.metadata.task import task_table
from homeport.plan.metadata.view import TaskView
from homeport.plan.network import TaskTable
from homeport.shapes import ecs
from tests.builders import SCOPE, T0, a_task, a_task_definition, an_instance

INSTALLATION = "0123456789abcdef" * 2
VPC = Vpc(id=f"{SCOPE}/vpc-0a", owner=SCOPE, spec=VpcSpec(cidr="10.0.0.0/16", created_at=T0))
SUBNET = Subnet(
    id=f"{SCOPE}/subnet-0a",
    owner=VPC.id,
    spec=SubnetSpec(cidr="10.0.16.0/20", zone="us-east-1b", created_at=T0),
)
INTERFACE = Interface(
    id=f"{SCOPE}/eni-0a",
    owner=SUBNET.id,
    spec=InterfaceSpec(
        vpc=VPC.id,
        subnet=SUBNET.id,
        address="10.0.16.4",
        mac="02:42:0a:00:10:04",
        created_at=T0,
        purpose="task",
    ),
    state=InterfaceState(pause=ContainerState(attempt=1, asked_at=T0)),
    seen=InterfaceSeen(pause=ContainerSeen(attempt=1, status="RUNNING", runtime_id="p" * 64, started_at=T0)),
)
LOGS = ecs.LogConfiguration(
    log_driver="awslogs", options={"awslogs-group": "web", "awslogs-stream-prefix": "ecs"}
)


def a_running_task(*, launch_type: str = "EC2", seen: ContainerSeen | None = None, **members: Any) -> Task:
    """A task whose container `app` runs."""
    running = ContainerSeen(
        status="RUNNING",
        runtime_id="c" * 64,
        image_digest="sha256:1",
        bindings=(Binding(bind_ip="127.0.0.1", container_port=80, host_port=32768),),
        address="172.17.0.5",
        started_at=T0 + 2,
    )
    state = ContainerState(uuid="f" * 32, token="t" * 64, asked_at=T0 + 1)  # a test's
    filled: dict[str, Any] = {
        "last": "RUNNING",
        "launch_type": launch_type,
        "token": "k" * 64,
        "containers": {"app": state},
        "pull_started_at": T0,
        "pull_stopped_at": T0 + 1.5,
        "seen": TaskSeen(containers={"app": seen or running}),
    }
    return a_task(**{**filled, **members})


def a_view(task: Task | None = None, *, mode: str = "bridge", **container: Any) -> TaskView:
    """A task with what is told of it; in awsvpc mode with an interface."""
    app = ecs.ContainerDefinition(
        **{"name": "app", "image": "busybox:local", "cpu": 128, "memory": 64, **container}
    )
    definition = a_task_definition("web", 1, app).spec.definition
    definition = msgspec.structs.replace(definition, network_mode=mode, cpu="256", memory="512")
    has_interface = mode == "awsvpc"
    return TaskView(
        task=task or a_running_task(),
        definition=definition,
        installation=INSTALLATION,
        interface=INTERFACE if has_interface else None,
        subnet=SUBNET if has_interface else None,
        vpc=VPC,
        dhcp=home.default_options(scope_of(VPC.id)),
        instance=an_instance(attributes={"ecs.availability-zone": "us-east-1a"}, tags={"rack": "1"}),
    )


def table_of(view: TaskView) -> TaskTable:
    found = task_table(view)
    assert found is not None
    return found


def document(view: TaskView) -> dict[str, Any]:
    """The task's."""
    found: dict[str, Any] = msgspec.json.decode(table_of(view).document)
    return found


def container(view: TaskView) -> dict[str, Any]:
    """That of its container."""
    (only,) = table_of(view).containers
    found: dict[str, Any] = msgspec.json.decode(only.document)
    return found


def test_a_container_on_ec2_is_told_as_the_agent_tells_it() -> None:
    view = a_view()
    task = view.task
    labels = {
        "com.amazonaws.ecs.cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "com.amazonaws.ecs.container-name": "app",
        "com.amazonaws.ecs.task-arn": f"arn:aws:ecs:us-east-1:123456789012:task/default/{task.hex}",
        "com.amazonaws.ecs.task-definition-family": "web",
        "com.amazonaws.ecs.task-definition-version": "1",
    }
    assert container(view) == {
        "DockerId": "c" * 64,
        "Name": "app",
        "DockerName": f"homeport-01234567-{task.hex}-app-0",
        "Image": "busybox:local",
        "ImageID": "sha256:1",
        "Ports": [{"ContainerPort": 80, "Protocol": "tcp", "HostPort": 32768, "HostIp": "127.0.0.1"}],
        "Labels": labels,
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        "Limits": {"CPU": 128, "Memory": 64},
        "CreatedAt": "2023-11-14T22:13:21.000Z",
        "StartedAt": "2023-11-14T22:13:22.000Z",
        "Type": "NORMAL",
        "ContainerARN": f"arn:aws:ecs:us-east-1:123456789012:container/default/{task.hex}/{'f' * 32}",
        "Networks": [{"NetworkMode": "bridge", "IPv4Addresses": ["172.17.0.5"]}],
    }


def test_a_task_on_ec2_is_told_as_the_agent_tells_it() -> None:
    view = a_view(a_running_task(service=f"{SCOPE}/default/web", tags={"team": "a"}))
    told = document(view)
    assert told.pop("Containers") == [container(view)]
    assert told == {
        "Cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "TaskARN": f"arn:aws:ecs:us-east-1:123456789012:task/default/{view.task.hex}",
        "Family": "web",
        "Revision": "1",
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        "Limits": {"CPU": 0.25, "Memory": 512},
        "PullStartedAt": "2023-11-14T22:13:20.000Z",
        "PullStoppedAt": "2023-11-14T22:13:21.500Z",
        "AvailabilityZone": "us-east-1a",
        "LaunchType": "EC2",
        "VPCID": "vpc-0a",
        "ServiceName": "web",
        "TaskTags": {"team": "a"},
        "ContainerInstanceTags": {"rack": "1"},
        "FaultInjectionEnabled": False,
    }


def test_an_interface_is_told_with_what_its_subnet_and_vpc_make_of_it() -> None:
    view = a_view(mode="awsvpc", port_mappings=[ecs.PortMapping(container_port=80)])
    assert container(view)["Networks"] == [
        {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": ["10.0.16.4"],
            "AttachmentIndex": 0,
            "MACAddress": "02:42:0a:00:10:04",
            "IPv4SubnetCIDRBlock": "10.0.16.0/20",
            "DomainNameServers": ["10.0.0.2"],
            "DomainNameSearchList": ["ec2.internal"],
            "PrivateDNSName": "ip-10-0-16-4.ec2.internal",
            "SubnetGatewayIpv4Address": "10.0.0.1/20",
        }
    ]
    assert container(view)["Ports"] == [{"ContainerPort": 80, "Protocol": "tcp", "HostPort": 80}]
    assert document(view)["AvailabilityZone"] == "us-east-1b"


def test_the_pause_is_listed_on_ec2_and_has_no_endpoint() -> None:
    view = a_view(mode="awsvpc")
    app, pause = document(view)["Containers"]
    assert (app["Type"], pause["Type"], pause["Name"]) == ("NORMAL", "CNI_PAUSE", "~internal~ecs~pause")
    assert pause["DockerName"] == "homeport-01234567-eni-0a-pause-1"
    assert pause["KnownStatus"] == "RESOURCES_PROVISIONED"
    table = table_of(view)
    assert [each.name for each in table.containers] == ["app"] and table.pause == "p" * 64


def test_fargate_tells_of_its_disk_and_not_of_what_is_below() -> None:
    view = a_view(a_running_task(launch_type="FARGATE"), mode="awsvpc", memory=None, cpu=0)
    told, (app,) = document(view), document(view)["Containers"]
    assert told["EphemeralStorageMetrics"] == {"Utilized": 0, "Reserved": 20480}
    assert told["LaunchType"] == "FARGATE" and "VPCID" not in told
    assert app["DockerName"] == "app" and app["Snapshotter"] == "overlayfs" and app["Limits"] == {"CPU": 2}
    assert app["DockerId"].startswith(f"{view.task.hex}-")


def test_log_options_name_the_whole_stream() -> None:
    view = a_view(log_configuration=LOGS)
    assert container(view)["LogDriver"] == "awslogs"
    stream = f"ecs/app/{view.task.hex}"
    assert container(view)["LogOptions"] == {"awslogs-group": "web", "awslogs-stream": stream}


def test_health_and_restarts_are_told_of_containers_that_have_them() -> None:
    assert not {"Health", "RestartCount"} & set(container(a_view()))
    view = a_view(
        health_check=ecs.HealthCheck(command=["CMD", "true"]),
        restart_policy=ecs.ContainerRestartPolicy(enabled=True),
    )
    assert container(view)["Health"] == {"status": "UNKNOWN"} and container(view)["RestartCount"] == 0


@pytest.mark.parametrize(("mode", "told"), [("host", "host"), ("none", "none")])
def test_without_an_address_there_is_an_empty_one(mode: str, told: str) -> None:
    seen = ContainerSeen(status="RUNNING", runtime_id="c" * 64)
    view = a_view(a_running_task(seen=seen), mode=mode)
    assert container(view)["Networks"] == [{"NetworkMode": told, "IPv4Addresses": [""]}]


@pytest.mark.parametrize(
    ("last", "container_status", "known"),
    [
        ("PROVISIONING", "NONE", "NONE"),
        ("PENDING", "PULLED", "PULLED"),
        ("PENDING", "CREATED", "CREATED"),
        ("ACTIVATING", "RUNNING", "RUNNING"),
        ("STOPPING", "RUNNING", "RUNNING"),
        ("DEPROVISIONING", "STOPPED", "STOPPED"),
    ],
)
def test_a_tasks_known_status_is_the_agents(last: str, container_status: Any, known: str) -> None:
    task = a_running_task(last=last, seen=ContainerSeen(status=container_status))
    assert document(a_view(task))["KnownStatus"] == known


def test_a_container_that_has_ended_says_how_and_calls_from_nowhere() -> None:
    seen = ContainerSeen(
        status="STOPPED", runtime_id="c" * 64, exit_code=3, finished_at=T0 + 9, address="172.17.0.5"
    )
    view = a_view(a_running_task(seen=seen))
    assert (container(view)["ExitCode"], container(view)["FinishedAt"]) == (3, "2023-11-14T22:13:29.000Z")
    assert table_of(view).containers[0].address is None


def test_a_container_without_a_network_is_told_with_its_namespace() -> None:
    seen = ContainerSeen(status="RUNNING", runtime_id="c" * 64, namespace="/run/n")
    assert table_of(a_view(a_running_task(seen=seen), mode="none")).containers[0].namespace == "/run/n"
    assert table_of(a_view(a_running_task(seen=seen))).containers[0].namespace is None
    alone = a_view(a_running_task(seen=seen), disable_networking=True)
    assert table_of(alone).containers[0].namespace == "/run/n"


def test_a_task_that_has_stopped_is_told_no_more() -> None:
    assert task_table(a_view(a_running_task(last="STOPPED"))) is None


def test_volumes_are_told_by_their_names_on_the_machine() -> None:
    view = a_view(mount_points=[ecs.MountPoint(source_volume="data", container_path="/data")])
    definition = msgspec.structs.replace(view.definition, volumes=[ecs.Volume(name="data")])
    view = TaskView(task=view.task, definition=definition, installation=INSTALLATION)
    name = f"homeport-01234567-{view.task.hex}-data"
    assert container(view)["Volumes"] == [{"DockerName": name, "Destination": "/data"}]
