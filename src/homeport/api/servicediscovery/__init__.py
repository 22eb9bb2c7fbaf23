"""AWS Cloud Map: namespaces, services and instances that are found by name, by DNS and by DiscoverInstances."""

from homeport.api.servicediscovery import (
    discovery,
    health,
    instances,
    listing,
    namespaces,
    operations,
    service_attributes,
    services,
    tags,
    updates,
)

MODULES = (
    discovery,
    health,
    instances,
    listing,
    namespaces,
    operations,
    service_attributes,
    services,
    tags,
    updates,
)
