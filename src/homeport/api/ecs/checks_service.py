"""What an EXTERNAL service may be given, and what belongs to its task sets: for CreateService and UpdateService.

Order and texts are AWS's where they are known (task-sets.md §1). Empty lists and blanks count as absent, except for
the task definition.
"""

import re

from homeport.api import errors as common
from homeport.api.ecs import checks_placement
from homeport.api.ecs.errors import services as errors
from homeport.shapes import ecs

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
MOST_PERCENT = 200


def check_new(request: ecs.CreateServiceRequest) -> None:
    """Raises the ApiError of the first rule that a CreateService request breaks."""
    controller = (request.deployment_controller and request.deployment_controller.type) or "ECS"
    if controller != "EXTERNAL":
        raise errors.controller_not_built(controller)
    if not NAME.fullmatch(request.service_name):
        raise errors.name_invalid()
    _check_belongs_to_task_sets(request)
    if request.scheduling_strategy == "DAEMON":
        raise errors.daemon_not_supported()
    _check_networks(request)
    if request.health_check_grace_period_seconds is not None:
        raise errors.grace_without_balancer()
    check_counts(request.desired_count, request.deployment_configuration)
    checks_placement.check_constraints(request.placement_constraints or [])
    checks_placement.check_strategies(request.placement_strategy or [])


def _check_belongs_to_task_sets(request: ecs.CreateServiceRequest) -> None:
    if request.task_definition is not None:
        raise errors.must_be_blank("TaskDefinition") if request.task_definition else common.family_blank()
    if request.load_balancers:
        raise errors.must_be_empty("LoadBalancers")
    if request.network_configuration is not None:
        raise errors.must_be_null("NetworkConfiguration")
    if request.launch_type:
        raise errors.must_be_blank("LaunchType")
    if request.capacity_provider_strategy:
        raise errors.must_be_empty("CapacityProviderStrategy")
    if request.platform_version:
        raise errors.must_be_blank("PlatformVersion")
    if request.service_registries:
        raise errors.must_be_empty("ServiceRegistries")
    if request.volume_configurations:
        raise errors.must_be_empty("VolumeConfigurations")


def _check_networks(request: ecs.CreateServiceRequest | ecs.UpdateServiceRequest) -> None:
    connect = request.service_connect_configuration
    if connect is not None and connect.enabled:
        raise errors.not_with_external("Service Connect")
    if request.vpc_lattice_configurations:
        raise errors.not_with_external("VPC Lattice")


def check_counts(desired_count: int | None, configuration: ecs.DeploymentConfiguration | None) -> None:
    """The desired count, and the percentages that are kept and have no effect on task sets."""
    if desired_count is not None and desired_count < 0:
        raise errors.desired_count_negative()
    if configuration is None:
        return
    for percent in (configuration.minimum_healthy_percent, configuration.maximum_percent):
        if percent is not None and not 0 <= percent <= MOST_PERCENT:
            raise errors.percent_out_of_range()
    if (
        configuration.deployment_circuit_breaker is not None
        and configuration.deployment_circuit_breaker.enable
    ):
        raise errors.not_with_external("The deployment circuit breaker")
    if configuration.alarms is not None and configuration.alarms.enable:
        raise errors.not_with_external("Deployment alarms")
    if configuration.strategy not in (None, "ROLLING"):
        raise errors.not_with_external(f"The {configuration.strategy} deployment strategy")


def check_changes(request: ecs.UpdateServiceRequest, *, has_balancer: bool) -> None:
    """Raises the ApiError of the first change that an EXTERNAL service does not allow."""
    if request.task_definition:
        raise errors.unable_to_update("task definition")
    if request.network_configuration is not None:
        raise errors.unable_to_update("network parameters")
    if request.load_balancers:
        raise errors.unable_to_update("load balancers")
    if request.service_registries:
        raise errors.unable_to_update("service registries")
    if request.platform_version:
        raise errors.unable_to_update("platform version")
    if request.capacity_provider_strategy:
        raise errors.unable_to_update("capacity provider strategy")
    if request.force_new_deployment:
        raise errors.unable_to_update("deployments")
    controller = request.deployment_controller and request.deployment_controller.type
    if controller not in (None, "EXTERNAL"):
        raise errors.unable_to_update("deployment controller")
    _check_networks(request)
    if request.volume_configurations:
        raise errors.unable_to_update("volume configurations")
    grace_s = request.health_check_grace_period_seconds
    if grace_s is not None and not has_balancer:
        raise errors.grace_without_balancer()
    if grace_s is not None and grace_s < 0:
        raise errors.grace_out_of_range()
    check_counts(request.desired_count, request.deployment_configuration)
    checks_placement.check_constraints(request.placement_constraints or [])
    checks_placement.check_strategies(request.placement_strategy or [])
