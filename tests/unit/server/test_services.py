"""Services: which are there, and that one is loaded only for whoever asks for it."""

import importlib
import subprocess
import sys

import pytest

from homeport.server import catalogue
from homeport.server.services import Services
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest

FORM = ((b"content-type", b"application/x-www-form-urlencoded"),)
LOAD_BALANCERS = HttpRequest("POST", b"/", FORM, b"Action=DescribeLoadBalancers&Version=2015-12-01")


@pytest.mark.parametrize("package", catalogue.FURTHER)
def test_a_service_is_asked_for_by_the_names_that_its_model_says(package):
    model = importlib.import_module(f"homeport.shapes.{package}")
    names = model.SIGNING_NAME, model.API_VERSION, model.TARGET_PREFIX
    assert catalogue.FURTHER[package] == names


def test_a_start_loads_ecs_alone():
    assert Services(catalogue.first(), catalogue.further()).loaded == ["ecs"]


@pytest.mark.parametrize("service", ["elasticloadbalancing", None])
def test_a_service_is_loaded_when_it_is_asked_for_and_no_other_is(service):
    services = Services(catalogue.first(), catalogue.further())
    assert services.codec(LOAD_BALANCERS, service).service == "elasticloadbalancing"
    assert sorted(services.loaded) == ["ecs", "elasticloadbalancing"]


def test_a_target_loads_the_service_that_it_names():
    services = Services(catalogue.first(), catalogue.further())
    headers = ((b"x-amz-target", b"CertificateManager.ListCertificates"),)
    assert services.codec(HttpRequest("POST", b"/", headers, b"{}"), None).service == "acm"


def test_what_nobody_serves_loads_nothing():
    services = Services(catalogue.first(), catalogue.further())
    with pytest.raises(WireError):
        services.codec(HttpRequest("POST", b"/", FORM, b"Action=X&Version=1999-01-01"), None)
    assert services.loaded == ["ecs"]


def test_a_server_is_there_without_the_shapes_of_what_nobody_has_asked_for():
    told = subprocess.run(
        [sys.executable, "-c", "import homeport.server.main, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    unasked = [f"homeport.{layer}.{name}" for layer in ("shapes", "api") for name in catalogue.FURTHER]
    loaded = [name for name in unasked if name in told]
    # Records of listeners are kept in their service's own shapes.
    assert loaded == ["homeport.shapes.elbv2"]
    assert "homeport.api.authorization" not in told
