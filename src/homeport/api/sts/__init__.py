"""AWS STS, as far as clients of ECS ask: the AWS CLI and Terraform want to know who they are."""

from homeport.api.sts import identity

MODULES = (identity,)
