"""Answers of the endpoint, and its refusals: pure.

A token that is another's gets what one gets that is nobody's: who asks from elsewhere learns nothing. The words are those
of ECS's agent.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from homeport.drivers.network.metadata.question import AskedCredentials, AskedMetadata, Kind, Version
from homeport.model.session import Credentials
from homeport.plan.network import ContainerTable, TaskTable

Document: TypeAlias = dict[str, Any]

JSON = "application/json"
TAGS = ("TaskTags", "ContainerInstanceTags")
NEW_OF_TASK = ("LaunchType", "VPCID", "ServiceName", "EphemeralStorageMetrics", "FaultInjectionEnabled")
NEW_OF_CONTAINER = ("ContainerARN", "LogDriver", "LogOptions", "Snapshotter", "RestartCount")
OLD_OF_NETWORK = ("NetworkMode", "IPv4Addresses")
"""What version 4 has beyond version 3, and what version 3 tells of a network."""

HANDLERS: dict[Kind, str] = {
    "container": "container metadata",
    "task": "task metadata",
    "taskWithTags": "task metadata",
    "stats": "container stats",
    "task/stats": "task stats",
}


class Reply(Struct, frozen=True):
    """A response, whole."""

    status: HTTPStatus
    body: bytes
    content_type: str = JSON


def document(body: object) -> Reply:
    """200 with JSON."""
    return Reply(HTTPStatus.OK, msgspec.json.encode(body))


def task_document(task: TaskTable, asked: AskedMetadata, extras: Mapping[str, Any]) -> Document:
    """A task's, in the version asked for; `extras` is what was looked up for it."""
    found: Document = msgspec.json.decode(task.document) | dict(extras)
    if asked.kind != "taskWithTags":
        found = without(found, TAGS)
    if asked.version == 4:
        return found
    containers = [old_container(each) for each in found.get("Containers", [])]
    return without(found, NEW_OF_TASK) | {"Containers": containers}


def container_document(whole: msgspec.Raw, version: Version) -> Document:
    """A container's, in the version asked for."""
    found: Document = msgspec.json.decode(whole)
    return found if version == 4 else old_container(found)


def shown_id(container: ContainerTable) -> str:
    """The id under which it is shown: on Fargate not the engine's."""
    return str(container_document(container.document, 4).get("DockerId", container.runtime_id))


def shown_name(container: ContainerTable) -> Document:
    """What replaces the engine's names in stats, where it is shown under others (Fargate)."""
    shown = shown_id(container)
    return {} if shown == container.runtime_id else {"id": shown, "name": container.name}


def old_container(found: Document) -> Document:
    """Version 3 of a container."""
    old = without(found, NEW_OF_CONTAINER)
    if "Networks" in old:
        old["Networks"] = [
            {key: each[key] for key in OLD_OF_NETWORK if key in each} for each in old["Networks"]
        ]
    return old


def without(found: Document, names: tuple[str, ...]) -> Document:
    """A document without some of its members."""
    return {key: value for key, value in found.items() if key not in names}


def credentials(role: str, given: Credentials) -> Reply:
    """What SDKs read."""
    return document(
        {
            "RoleArn": role,
            "AccessKeyId": given.access_key_id,
            "SecretAccessKey": given.secret,
            "Token": given.token,
            "Expiration": datetime.fromtimestamp(given.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def not_known(asked: AskedMetadata) -> Reply:
    """The token is nobody's, or not the asker's."""
    what = "task arn" if asked.kind != "container" else "container ID"
    inner = "task Arn" if asked.kind != "container" else "docker ID"
    return Reply(
        HTTPStatus.NOT_FOUND,
        msgspec.json.encode(
            f"V{asked.version} {HANDLERS[asked.kind]} handler: unable to get {what} from request: "
            f"unable to get {inner} from v3 endpoint ID: {asked.token}"
        ),
    )


def no_stats(what: str) -> Reply:
    """The engine tells none: the container does not run, or not long enough."""
    return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, msgspec.json.encode(f"Unable to get {what}"))


def no_id(asked: AskedCredentials) -> Reply:
    """A path without a token."""
    return _refused(asked, HTTPStatus.BAD_REQUEST, "NoIdInRequest", "No Credential ID in the request")


def no_credentials(asked: AskedCredentials) -> Reply:
    """The token is nobody's, or not the asker's."""
    return _refused(asked, HTTPStatus.BAD_REQUEST, "InvalidIdInRequest", "Credentials not found")


def no_role(asked: AskedCredentials) -> Reply:
    """The task's role is not there, or does not trust ECS (the words are ours)."""
    return _refused(
        asked,
        HTTPStatus.BAD_REQUEST,
        "NoCredentialsAssociated",
        "The role of the task does not exist, or does not let ecs-tasks.amazonaws.com assume it",
    )


def no_page() -> Reply:
    """Any other path."""
    return Reply(HTTPStatus.NOT_FOUND, b"404 page not found\n", "text/plain; charset=utf-8")


def not_read(status: HTTPStatus) -> Reply:
    """A request that is not taken, whatever it asks."""
    return Reply(status, f"{status.value} {status.phrase}\n".encode(), "text/plain; charset=utf-8")


def _refused(asked: AskedCredentials, status: HTTPStatus, code: str, words: str) -> Reply:
    message = f"CredentialsV{asked.version}Request: {words}"
    body = {"code": code, "message": message, "HTTPErrorCode": status.value}
    return Reply(status, msgspec.json.encode(body))
