"""What EC2 says about security groups and their rules. Captured from AWS unless `ours`."""

from homeport.api.ec2.errors.common import dependency_violation, invalid_combination, missing, unsupported
from homeport.api.ec2.errors.common import invalid_value as invalid
from homeport.api.errors import ApiError

CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"


def id_malformed(id: str) -> ApiError:
    return ApiError("InvalidGroupId.Malformed", f'Invalid id: "{id[:300]}" (expecting "sg-...")')


def name_not_found(name: str, vpc: str) -> ApiError:
    """A group by name is one of the default VPC."""
    return ApiError(
        "InvalidGroup.NotFound", f"The security group '{name[:300]}' does not exist in default VPC '{vpc}'"
    )


def other_network() -> ApiError:
    """A group of one VPC in a rule or on an interface of another."""
    return ApiError(
        "InvalidGroup.NotFound", "You have specified two resources that belong to different networks."
    )


def group_missing() -> ApiError:
    """Neither an id nor a name."""
    return missing("groupName or groupId")


def group_twice() -> ApiError:
    """Ours: an id and a name."""
    return invalid_combination("The parameters groupName and groupId cannot be used together")


def duplicate(name: str, vpc: str) -> ApiError:
    return ApiError("InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc}'")


def name_reserved(name: str) -> ApiError:
    return invalid(f"Cannot use reserved security group name: {name}")


def name_like_id(name: str) -> ApiError:
    return invalid(
        f"Value ({name[:300]}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
    )


def name_invalid(name: str) -> ApiError:
    """Ours, after that of descriptions."""
    return invalid(
        f"Value ({name[:300]}) for parameter GroupName is invalid. Valid names are strings less than 256 characters "
        f"from the following set:  {CHARACTERS}"
    )


def description_invalid() -> ApiError:
    return invalid(
        "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
        f"following set:  {CHARACTERS}"
    )


def rule_description_invalid() -> ApiError:
    return invalid(
        "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
        f"{CHARACTERS}"
    )


def default_not_deleted(id: str) -> ApiError:
    return ApiError(
        "CannotDelete", f'the specified group: "{id}" name: "default" cannot be deleted by a user'
    )


def in_use(id: str) -> ApiError:
    """Terraform's provider tries again when it reads this code."""
    return dependency_violation(f"resource {id} has a dependent object")


def too_many() -> ApiError:
    """Ours; AWS's quota."""
    return ApiError("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.")


def too_many_on_interface() -> ApiError:
    """The code is AWS's, the text ours."""
    return ApiError(
        "SecurityGroupsPerInterfaceLimitExceeded",
        "The maximum number of security groups per interface has been reached.",
    )


def too_many_rules() -> ApiError:
    return ApiError(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
    )


def rule_duplicate(rule: str) -> ApiError:
    """`rule` is `peer: 1.2.3.4/32, TCP, from port: 80, to port: 80, ALLOW`."""
    return ApiError("InvalidPermission.Duplicate", f'the specified rule "{rule}" already exists')


def rule_not_found() -> ApiError:
    return ApiError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")


def rule_repeated() -> ApiError:
    return invalid("The same permission must not appear multiple times")


def rule_id_malformed(id: str) -> ApiError:
    """The code is AWS's (API Reference, "Error codes"), the text is ours, after that of other ids."""
    return ApiError("InvalidSecurityGroupRuleId.Malformed", f'Invalid id: "{id[:300]}" (expecting "sgr-...")')


def rules_twice() -> ApiError:
    """Ours."""
    return invalid_combination(
        "The parameters ipPermissions and securityGroupRuleIds cannot be used together"
    )


def permissions_missing() -> ApiError:
    return missing("ipPermissions")


def permissions_twice() -> ApiError:
    """Ours: a list of permissions, and one spelled out beside it."""
    return invalid_combination(
        "The parameter ipPermissions cannot be used with the parameters of a single permission"
    )


def not_of_egress(parameter: str) -> ApiError:
    """Ours; AWS's reference says that these are not supported."""
    return invalid_combination(f"The parameter {parameter} is not supported for outbound rules")


def protocol_missing() -> ApiError:
    return missing("IpProtocol")


def protocol_unknown(protocol: str) -> ApiError:
    return invalid(f"Invalid value '{protocol[:300]}' for IP protocol. Unknown protocol.")


def ports_missing() -> ApiError:
    return invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")


def icmp_missing() -> ApiError:
    """Ours, after that of ports."""
    return invalid("Invalid value 'Must specify both type and code with ICMP.' for portRange.")


def port_out_of_range(end: str, port: int) -> ApiError:
    """`end` is `from` or `to`."""
    return invalid(f"TCP/UDP ({end}) port ({port}) out of range")


def ports_reversed(first: int, last: int) -> ApiError:
    return invalid(f"Invalid TCP/UDP port range ({first}:{last})")


def icmp_out_of_range(noun: str, number: int) -> ApiError:
    """`noun` is `type` or `code`; captured for codes."""
    return invalid(f"ICMP {noun} ({number}) out of range")


def icmp_code_of_all_types(code: int) -> ApiError:
    """Ours; the rule is AWS's (API Reference, AuthorizeSecurityGroupIngress)."""
    return invalid(f"ICMP code ({code}) must be -1 when the ICMP type is -1")


def cidr_malformed(cidr: str) -> ApiError:
    return invalid(f"CIDR block {cidr[:300]} is malformed")


def peer_missing() -> ApiError:
    """A permission for nobody; quoted by users of AuthorizeSecurityGroupEgress."""
    return ApiError("MissingParameter", "Source group ID missing.")


def peers_several() -> ApiError:
    """The request of ModifySecurityGroupRules names more than one peer of a rule."""
    return invalid_combination(
        "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified"
    )


def peer_of_rule_missing() -> ApiError:
    """The same request names none."""
    return ApiError(
        "MissingParameter", "One of cidrIp, cidrIpv6, prefixListId, or referencedGroupId must be specified"
    )


def peer_kind_changed() -> ApiError:
    """Ours; the rule is AWS's (User Guide): a rule's peer can be changed to another of its kind only."""
    return invalid(
        "You may not change the type of the source or destination of an existing security group rule",
    )


def updates_missing() -> ApiError:
    """UpdateSecurityGroupRuleDescriptions without either list."""
    return ApiError(
        "MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleDescriptions' should be provided."
    )


def owner_not_built() -> ApiError:
    """Ours: groups of other accounts need a peering of VPCs."""
    return unsupported("Homeport does not serve rules for groups of other accounts.")


def no_default_vpc() -> ApiError:
    return ApiError("VPCIdNotSpecified", "No default VPC for this user")


def source_and_cidr() -> ApiError:
    """Ours; the rule is AWS's (API Reference, AuthorizeSecurityGroupIngress)."""
    return invalid_combination("A source security group and a CIDR block cannot be specified together")
