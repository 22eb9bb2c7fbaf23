"""IAM's errors, with AWS's texts (as Terraform's tests, boto3's users and AWS's documentation quote them)."""

from homeport.api.errors import ApiError

GONE = 404
CONFLICT = 409


def _no_such_entity(message: str) -> ApiError:
    return ApiError("NoSuchEntity", message, GONE)


def _limit_exceeded(message: str) -> ApiError:
    return ApiError("LimitExceeded", message, CONFLICT)


def _delete_conflict(message: str) -> ApiError:
    return ApiError("DeleteConflict", message, CONFLICT)


def _already_exists(message: str) -> ApiError:
    return ApiError("EntityAlreadyExists", message, CONFLICT)


def invalid_input(message: str) -> ApiError:
    """InvalidInput with a text of its own; for the other functions of IAM's error modules."""
    return ApiError("InvalidInput", message)


def malformed(message: str) -> ApiError:
    """A policy that breaks the grammar (`plan/policy/grammar.py` has the words)."""
    return ApiError("MalformedPolicyDocument", message)


def marker_invalid() -> ApiError:
    """A Marker that was not given out for this list; the text is ours."""
    return ApiError("ValidationError", "Invalid Marker.")


def role_not_found(name: str) -> ApiError:
    """No such role."""
    return _no_such_entity(f"The role with name {name} cannot be found.")


def role_exists(name: str) -> ApiError:
    """A role's name that is taken, in whatever case."""
    return _already_exists(f"Role with name {name} already exists.")


def role_protected(name: str) -> ApiError:
    """A service-linked role that is to be changed like one of the user's own."""
    return ApiError(
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS",
    )


def role_has_policies_attached() -> ApiError:
    """A role that is to be deleted with managed policies on it."""
    return _delete_conflict("Cannot delete entity, must detach all policies first.")


def role_has_policies() -> ApiError:
    """A role that is to be deleted with inline policies in it."""
    return _delete_conflict("Cannot delete entity, must delete policies first.")


def role_in_profile() -> ApiError:
    """A role that is to be deleted and is in an instance profile."""
    return _delete_conflict("Cannot delete entity, must remove roles from instance profile first.")


def role_policy_not_found(name: str) -> ApiError:
    """No such inline policy."""
    return _no_such_entity(f"The role policy with name {name} cannot be found.")


def trust_too_long(most: int) -> ApiError:
    """A trust policy that is too long."""
    return _limit_exceeded(f"Cannot exceed quota for ACLSizePerRole: {most}")


def inline_too_long(role: str, most: int) -> ApiError:
    """Inline policies that are too long together."""
    return _limit_exceeded(f"Maximum policy size of {most} bytes exceeded for role {role}")


def policy_too_long(most: int) -> ApiError:
    """A managed policy that is too long."""
    return _limit_exceeded(f"Cannot exceed quota for PolicySize: {most}")


def too_many_attached(most: int) -> ApiError:
    """One more managed policy than a role can have."""
    return _limit_exceeded(f"Cannot exceed quota for PoliciesPerRole: {most}")


def too_many(what: str, most: int) -> ApiError:
    """One more of something than an account can have."""
    return _limit_exceeded(f"Cannot exceed quota for {what}: {most}")


def policy_not_found(arn: str) -> ApiError:
    """No such managed policy."""
    return _no_such_entity(f"Policy {arn} was not found.")


def policy_not_attachable(arn: str) -> ApiError:
    """No such managed policy, where one is to be attached."""
    return _no_such_entity(f"Policy {arn} does not exist or is not attachable.")


def policy_not_attached(arn: str) -> ApiError:
    """A managed policy that is to be detached and is not attached."""
    return _no_such_entity(f"Policy {arn} was not found.")


def boundary_not_found(arn: str) -> ApiError:
    """No such managed policy, where one is to be a boundary."""
    return _no_such_entity(f"Scope ARN: {arn} does not exist or is not attachable.")


def arn_invalid(arn: str) -> ApiError:
    """What should be a policy's ARN, and is none."""
    return invalid_input(f"ARN {arn} is not valid.")


def policy_exists(name: str) -> ApiError:
    """A managed policy's name that is taken, in whatever case."""
    return _already_exists(f"A policy called {name} already exists. Duplicate names are not allowed.")


def policy_in_use() -> ApiError:
    """A managed policy that is to be deleted and is attached."""
    return _delete_conflict("Cannot delete a policy attached to entities.")


def policy_has_versions() -> ApiError:
    """A managed policy that is to be deleted with more than one version."""
    return _delete_conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy."
    )


def policy_is_awss(arn: str, action: str, principal: str) -> ApiError:
    """A policy of AWS's that is to be changed: nobody may, whatever their policies say."""
    text = f"User: {principal} is not authorized to perform: {action} on resource: policy {arn}"
    return ApiError("AccessDenied", text, 403)


def version_not_found(arn: str, version: str) -> ApiError:
    """No such version of a managed policy."""
    return _no_such_entity(f"Policy {arn} version {version} does not exist or is not attachable.")


def too_many_versions(most: int) -> ApiError:
    """One more version than a managed policy can have."""
    return _limit_exceeded(
        f"A managed policy can have up to {most} versions. Before you create a new version, you must delete an "
        "existing version."
    )


def default_version() -> ApiError:
    """The version that counts is to be deleted."""
    return _delete_conflict("Cannot delete the default version of a policy.")


def profile_not_found(name: str) -> ApiError:
    """No such instance profile."""
    return _no_such_entity(f"Instance Profile {name} cannot be found.")


def profile_exists(name: str) -> ApiError:
    """An instance profile's name that is taken, in whatever case."""
    return _already_exists(f"Instance Profile {name} already exists.")


def profile_has_role() -> ApiError:
    """A second role for an instance profile."""
    return _limit_exceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")


def profile_in_use() -> ApiError:
    """An instance profile that is to be deleted with a role in it."""
    return _delete_conflict("Cannot delete entity, must remove roles from instance profile first.")


def tag_keys_repeated() -> ApiError:
    """Two tags whose keys differ at most in case."""
    return invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")


def tag_reserved() -> ApiError:
    """A tag of AWS's own; the text is ours."""
    return invalid_input("Tag keys cannot start with 'aws:'.")


def too_many_tags(most: int) -> ApiError:
    """More tags than a thing can have."""
    return _limit_exceeded(f"The number of tags has reached the maximum limit. The maximum is {most}.")


def service_role_exists(name: str) -> ApiError:
    """A service-linked role that is there already."""
    return invalid_input(
        f"Service role name {name} has been taken in this account, please try a different suffix."
    )


def service_unknown(service: str) -> ApiError:
    """A service for which there is no service-linked role here; the text is ours."""
    return _no_such_entity(f"Homeport knows no service-linked role for {service}.")


def suffix_refused(service: str) -> ApiError:
    """A suffix for a service that takes none."""
    return invalid_input(f"Custom suffix is not allowed for {service}")


def not_service_linked(name: str) -> ApiError:
    """An ordinary role is to be deleted as a service-linked one."""
    return invalid_input(f"The role with name {name} is not a service-linked role.")


def deletion_not_found(id: str) -> ApiError:
    """No such deletion of a service-linked role; the text is ours."""
    return _no_such_entity(f"Deletion task {id} cannot be found.")


def user_not_found(name: str) -> ApiError:
    """No such user."""
    return _no_such_entity(f"The user with name {name} cannot be found.")


def user_not_named() -> ApiError:
    """GetUser without a name, of somebody who is no user."""
    return ApiError("ValidationError", "Must specify userName when calling with non-User credentials")
