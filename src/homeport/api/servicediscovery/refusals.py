"""What Cloud Map says of services and instances that do not fit: all are InvalidInput; `ours` where nothing was found."""

from homeport.api.errors import ApiError
from homeport.api.servicediscovery.errors import invalid_input


def namespace_not_given() -> ApiError:
    """CreateService without any namespace; the text is ours."""
    return invalid_input("A NamespaceId must be specified.")


def namespaces_differ() -> ApiError:
    """CreateService with two of them; the text is ours."""
    return invalid_input("NamespaceId and DnsConfig.NamespaceId must be the same.")


def dns_config_of_http() -> ApiError:
    """Records for a service that DNS does not know (seen on AWS)."""
    return invalid_input("When you specify an HTTP service, you can't include a DnsConfig element.")


def dns_config_missing() -> ApiError:
    """A service of a DNS namespace without records; the text is ours."""
    return invalid_input("A service in a DNS namespace needs a DnsConfig element, or the type HTTP.")


def records_invalid(types: list[str]) -> ApiError:
    """Another combination than A, AAAA, A and AAAA, SRV, CNAME; the text is ours."""
    return invalid_input(f"The combination of DNS record types [{', '.join(types)}] is not supported.")


def cname_not_weighted() -> ApiError:
    """CNAME with MULTIVALUE; the text is ours, the rule AWS's."""
    return invalid_input("The routing policy must be WEIGHTED for services with CNAME records.")


def two_health_checks() -> ApiError:
    """Both kinds of health checks; the text is ours, the rule AWS's."""
    return invalid_input("You can specify either HealthCheckConfig or HealthCheckCustomConfig, but not both.")


def health_check_of_private() -> ApiError:
    """HealthCheckConfig in a private namespace; the text is ours, the rule AWS's."""
    return invalid_input("HealthCheckConfig is not supported for services in private DNS namespaces.")


def health_check_with_cname() -> ApiError:
    """HealthCheckConfig with CNAME records; the text is ours, the rule AWS's."""
    return invalid_input("HealthCheckConfig is not supported for services with CNAME records.")


def health_check_not_built() -> ApiError:
    """Route 53's own health checkers, which Homeport does not have; ours, docs/gaps.md says so too."""
    return invalid_input("Homeport has no Route 53 health checks: use HealthCheckCustomConfig.")


def name_too_long() -> ApiError:
    """A service whose DNS name has no room; the text is ours, the rule that of DNS."""
    return invalid_input("The name of the service and that of its namespace have more than 253 characters.")


def record_types_changed() -> ApiError:
    """UpdateService with other types of records; the text is ours, the rule AWS's."""
    return invalid_input("The types of DNS records of a service cannot be changed.")


def required(key: str, records: str) -> ApiError:
    """RegisterInstance without what a record is made of; the text is ours, the rule AWS's."""
    return invalid_input(f"Attribute {key} is required for services with {records} records.")


def srv_without_address() -> ApiError:
    """SRV without any address; the text is ours, the rule AWS's."""
    return invalid_input(
        "Attribute AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6 is required for services with SRV records."
    )


def attribute_invalid(key: str, value: str) -> ApiError:
    """A value that is no address, port or name; the text is ours."""
    return invalid_input(f"Invalid value '{value[:100]}' for attribute {key}.")


def alias_not_weighted() -> ApiError:
    """AWS_ALIAS_DNS_NAME with MULTIVALUE (seen on AWS)."""
    return invalid_input("ALIAS instance can be registered only in services with WEIGHTED routing policy")


def alias_without_records() -> ApiError:
    """AWS_ALIAS_DNS_NAME in a service without A and AAAA; the text is ours, the rule AWS's."""
    return invalid_input("ALIAS instance can be registered only in services with A or AAAA records")


def alias_with_others() -> ApiError:
    """AWS_ALIAS_DNS_NAME beside AWS_INSTANCE_…; the text is ours, the rule AWS's."""
    return invalid_input("AWS_ALIAS_DNS_NAME cannot be specified with any of the AWS_INSTANCE attributes.")


def ec2_instance_of_dns() -> ApiError:
    """AWS_EC2_INSTANCE_ID in a DNS namespace; the text is ours, the rule AWS's."""
    return invalid_input("AWS_EC2_INSTANCE_ID is supported for HTTP namespaces only.")


def ec2_instance_with_others() -> ApiError:
    """AWS_EC2_INSTANCE_ID beside another AWS_ attribute; the text is ours, the rule AWS's."""
    return invalid_input(
        "AWS_EC2_INSTANCE_ID cannot be specified with another AWS_ attribute than AWS_INIT_HEALTH_STATUS."
    )


def ec2_instance_unknown(id: str) -> ApiError:
    """AWS_EC2_INSTANCE_ID of no machine; the text is ours."""
    return invalid_input(f"The EC2 instance {id[:100]} does not exist.")


def attributes_too_many(most: int) -> ApiError:
    """More attributes than an instance may have; the text is ours, the limit AWS's."""
    return invalid_input(f"An instance can have at most {most} attributes.")


def attributes_too_long(most: int) -> ApiError:
    """Longer attributes than an instance may have; the text is ours, the limit AWS's."""
    return invalid_input(f"The attributes of an instance can have at most {most} characters together.")
