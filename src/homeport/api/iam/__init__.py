"""IAM, as far as ECS needs it: roles, policies and instance profiles. Users are `homeport keys`' matter."""

from homeport.api.iam import (
    attachments,
    boundaries,
    inline,
    policies,
    profiles,
    roles,
    service_roles,
    tags,
    users,
    versions,
)

MODULES = (attachments, boundaries, inline, policies, profiles, roles, service_roles, tags, users, versions)
