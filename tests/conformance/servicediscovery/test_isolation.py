"""Accounts and regions share a server, and no names: every operation, on what another tenant has."""

from typing import Any

import pytest

from homeport.shapes.servicediscovery import OPERATIONS
from tests.conformance.servicediscovery.words import a_service, register
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, OTHER_REGION, REGION, World, refusal

STRANGERS = [(OTHER_ACCOUNT, REGION), (ACCOUNT, OTHER_REGION), (OTHER_ACCOUNT, OTHER_REGION)]
EMPTY = {"ListNamespaces": "Namespaces", "ListServices": "Services", "ListOperations": "Operations"}
NEW = {"CreateHttpNamespace", "CreatePrivateDnsNamespace", "CreatePublicDnsNamespace"}


def calls(namespace: Any, service: Any, operation: str) -> dict[str, dict[str, Any]]:
    """The members of a request of each operation that names what is there."""
    there = {"ServiceId": service["Arn"], "InstanceId": "i"}
    change = {"Id": namespace["Arn"], "Namespace": {"Description": "stolen"}}
    return {
        "CreateService": {"Name": "mine", "NamespaceId": namespace["Arn"]},
        "DeleteNamespace": {"Id": namespace["Id"]},
        "DeleteService": {"Id": service["Arn"]},
        "DeleteServiceAttributes": {"ServiceId": service["Id"], "Attributes": ["k"]},
        "DeregisterInstance": there,
        "DiscoverInstances": {"NamespaceName": "shop", "ServiceName": "web"},
        "DiscoverInstancesRevision": {"NamespaceName": "shop", "ServiceName": "web"},
        "GetInstance": there,
        "GetInstancesHealthStatus": {"ServiceId": service["Id"]},
        "GetNamespace": {"Id": namespace["Arn"]},
        "GetOperation": {"OperationId": operation},
        "GetService": {"Id": service["Id"]},
        "GetServiceAttributes": {"ServiceId": service["Arn"]},
        "ListInstances": {"ServiceId": service["Id"]},
        "ListNamespaces": {},
        "ListOperations": {},
        "ListServices": {},
        "ListTagsForResource": {"ResourceARN": service["Arn"]},
        "RegisterInstance": {**there, "Attributes": {"stolen": "yes"}},
        "TagResource": {"ResourceARN": namespace["Arn"], "Tags": [{"Key": "stolen", "Value": "yes"}]},
        "UntagResource": {"ResourceARN": namespace["Arn"], "TagKeys": ["a"]},
        "UpdateHttpNamespace": change,
        "UpdateInstanceCustomHealthStatus": {**there, "Status": "UNHEALTHY"},
        "UpdatePrivateDnsNamespace": change,
        "UpdatePublicDnsNamespace": change,
        "UpdateService": {"Id": service["Arn"], "Service": {"Description": "stolen"}},
        "UpdateServiceAttributes": {"ServiceId": service["Id"], "Attributes": {"stolen": "yes"}},
    }


@pytest.mark.parametrize(("account", "region"), STRANGERS)
def test_nobody_else_s_names_are_reached(world: World, sd: Any, http: str, account: str, region: str) -> None:
    service = sd.get_service(Id=a_service(sd, http, Description="mine"))["Service"]
    operation = register(sd, service["Id"], "i", colour="blue")
    namespace = sd.get_namespace(Id=http)["Namespace"]
    stranger = world.client("servicediscovery", account, region)
    stranger.list_namespaces()  # An account's first call gives it a default VPC.
    before = world.store.revision
    asked = calls(namespace, service, operation)
    assert set(asked) | NEW == set(OPERATIONS)
    for name, members in asked.items():
        call = getattr(stranger, OPERATIONS[name].method_name)
        if name in EMPTY:
            assert call(**members)[EMPTY[name]] == []
        else:
            assert refusal(call, **members)[0].endswith(("NotFound", "NotFoundException")), name
    assert world.store.revision == before
