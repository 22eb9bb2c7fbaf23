"""AWS STS, as far as clients of ECS ask: who they are, and to be somebody else for a while."""

from homeport.api.sts import identity, roles

MODULES = (identity, roles)
