"""Tables of tasks in one line, for tests of the metadata endpoint."""

from typing import Any

import msgspec

from homeport.plan.network import ContainerTable, RoleTable, TaskTable

ROLE = RoleTable(arn="arn:aws:iam::123456789012:role/worker", unique_id="AROA" + "A" * 17)


def a_container_table(name: str, token: str, **members: Any) -> ContainerTable:
    """A container; its document has its name, and what only version 4 tells."""
    told = {
        "DockerId": members.get("runtime_id"),
        "Name": name,
        "ContainerARN": "arn",
        "Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.0.4"], "MACAddress": "02:42"}],
    }
    return ContainerTable(
        **{"name": name, "token": token, "document": msgspec.Raw(msgspec.json.encode(told)), **members}
    )


def a_task_table(hex: str, *containers: ContainerTable, **members: Any) -> TaskTable:
    """A task with a role, whose token is `creds-HEX`."""
    told = {
        "TaskARN": hex,
        "LaunchType": members.pop("launch_type", "EC2"),
        "TaskTags": {"team": "a"},
        "Containers": [msgspec.json.decode(each.document) for each in containers],
        **members.pop("told", {}),
    }
    filled = {
        "id": f"123456789012/us-east-1/default/{hex}",
        "arn": f"arn:aws:ecs:us-east-1:123456789012:task/default/{hex}",
        "network_mode": "bridge",
        "token": f"creds-{hex}",
        "role": ROLE,
        "containers": containers,
        "document": msgspec.Raw(msgspec.json.encode(told)),
    }
    return TaskTable(**{**filled, **members})
