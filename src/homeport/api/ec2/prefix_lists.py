"""Managed prefix lists: blocks under one name, which rules of security groups may refer to.

A change of entries makes a new version at once; earlier ones are not kept.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, lists, tagging, tokens
from homeport.api.ec2.errors import prefix_lists as errors
from homeport.api.ec2.group_rules import check_group_room
from homeport.api.ec2.listing import Catalogue, no_tags
from homeport.api.ec2.view import prefix_list as view
from homeport.api.ec2.view.security_group import last_part
from homeport.api.operation import read, write
from homeport.model.record import scope_of
from homeport.model.security_group import GroupRule, PrefixList, PrefixListSpec
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

FAMILIES = {"IPv4": IPv4Network, "IPv6": IPv6Network}
RESERVED = "com.amazonaws"
LONGEST_TEXT = 255
MOST_ENTRIES, MOST_AT_ONCE = 1000, 100
MOST_LISTS = 100
"""AWS's quota of prefix lists for each region."""
TOKENS = tokens.of("CreateManagedPrefixList", longest=255)
MANAGED = Catalogue[ec2.ManagedPrefixList](
    operation="DescribeManagedPrefixLists",
    fields={
        "owner-id": lambda each: each.owner_id,
        "prefix-list-id": lambda each: each.prefix_list_id,
        "prefix-list-name": lambda each: each.prefix_list_name,
    },
    smallest=1,
    largest=100,
)
PLAIN = Catalogue[ec2.PrefixList](
    operation="DescribePrefixLists",
    fields={
        "prefix-list-id": lambda each: each.prefix_list_id,
        "prefix-list-name": lambda each: each.prefix_list_name,
    },
    tags=no_tags,
    smallest=1,
)
ENTRIES = Catalogue[ec2.PrefixListEntry](
    operation="GetManagedPrefixListEntries", fields={}, tags=no_tags, smallest=1, largest=100
)
ASSOCIATIONS = Catalogue[ec2.PrefixListAssociation](
    operation="GetManagedPrefixListAssociations", fields={}, tags=no_tags, largest=255
)


@write
def create_managed_prefix_list(
    tx: WriteTx, caller: Caller, request: ec2.CreateManagedPrefixListRequest
) -> ec2.CreateManagedPrefixListResult:
    """Creates it, with its first entries."""
    before = TOKENS.remembered(tx, caller, "", request)
    if before is not None:
        record = find.one(tx, caller, PrefixList, before[0])
        return ec2.CreateManagedPrefixListResult(prefix_list=view.managed(record))
    if request.address_family not in FAMILIES:
        raise errors.family_invalid(request.address_family)
    if tx.count(PrefixList, caller.scope.id) >= MOST_LISTS:
        raise errors.too_many(MOST_LISTS)
    spec = PrefixListSpec(
        name=_name(request.prefix_list_name),
        created_at=tx.now,
        max_entries=_size(request.max_entries),
        address_family=request.address_family,
        tags=tagging.specified(request.tag_specifications, "prefix-list"),
    )
    spec = _after(spec, request.entries or (), ())
    record = PrefixList(id=f"{caller.scope.id}/pl-{tx.new_id()[:17]}", owner=caller.scope.id, spec=spec)
    tx.put(record)
    TOKENS.remember(tx, caller, "", request, [record.name])
    return ec2.CreateManagedPrefixListResult(prefix_list=view.managed(record))


def _name(name: str) -> str:
    if name.lower().startswith(RESERVED):
        raise errors.name_reserved()
    if len(name) > LONGEST_TEXT:
        raise errors.name_too_long(LONGEST_TEXT)
    return name


def _size(most: int) -> int:
    if not 1 <= most <= MOST_ENTRIES:
        raise errors.size_invalid(MOST_ENTRIES)
    return most


def _after(
    spec: PrefixListSpec,
    added: Sequence[ec2.AddPrefixListEntry],
    removed: Sequence[ec2.RemovePrefixListEntry],
) -> PrefixListSpec:
    """The list with some entries more and some less. An entry that is there already gets the new description."""
    if max(len(added), len(removed)) > MOST_AT_ONCE:
        raise errors.too_many_at_once(MOST_AT_ONCE)
    entries, coming = dict(spec.entries), _blocks(spec, (each.cidr for each in added))
    for cidr in _blocks(spec, (each.cidr for each in removed)):
        if cidr in coming:
            raise errors.added_and_removed(cidr)
        if entries.pop(cidr, None) is None:
            raise errors.entry_not_found(cidr)
    for cidr, each in zip(coming, added, strict=True):
        if len(each.description or "") > LONGEST_TEXT:
            raise errors.description_too_long(LONGEST_TEXT)
        entries[cidr] = each.description or ""
    if len(entries) > spec.max_entries:
        raise errors.full()
    return replace(spec, entries=entries)


def _blocks(spec: PrefixListSpec, cidrs: Iterable[str]) -> list[str]:
    """Blocks of the list's family, each once, without host bits. Raises InvalidParameterValue."""
    found: list[str] = []
    for text in cidrs:
        try:
            block = str(FAMILIES[spec.address_family](text, strict=False))
        except ValueError:
            raise errors.cidr_invalid(text, spec.address_family) from None
        if block in found:
            raise errors.cidr_repeated(block)
        found.append(block)
    return found


@write
def modify_managed_prefix_list(
    tx: WriteTx, caller: Caller, request: ec2.ModifyManagedPrefixListRequest
) -> ec2.ModifyManagedPrefixListResult:
    """Changes the entries, which makes the next version of it, or name and size."""
    record = _own(tx, caller, request.prefix_list_id)
    changes_entries = bool(request.add_entries or request.remove_entries)
    _check_change(record, request, changes_entries=changes_entries)
    spec = record.spec
    if request.prefix_list_name:
        spec = replace(spec, name=_name(request.prefix_list_name))
    if request.max_entries is not None:
        spec = replace(spec, max_entries=_size(request.max_entries))
        if len(spec.entries) > spec.max_entries:
            raise errors.full()
    if changes_entries:
        spec = _after(spec, request.add_entries or (), request.remove_entries or ())
        spec = replace(spec, version=spec.version + 1)
    record = replace(record, spec=spec)
    tx.put(record)
    for group in _groups(tx, record):
        check_group_room(tx, group)
    return ec2.ModifyManagedPrefixListResult(prefix_list=view.managed(record))


def _check_change(
    record: PrefixList, request: ec2.ModifyManagedPrefixListRequest, *, changes_entries: bool
) -> None:
    if request.ipam_prefix_list_resolver_sync_enabled is not None:
        raise errors.resolver_not_built()
    if not (changes_entries or request.prefix_list_name or request.max_entries is not None):
        raise errors.nothing_to_change()
    if changes_entries and request.max_entries is not None:
        raise errors.size_with_entries()
    if changes_entries and request.current_version is None:
        raise errors.version_missing()
    if request.current_version not in {None, record.spec.version}:
        raise errors.version_wrong()


def _own(tx: ReadTx, caller: Caller, id: str) -> PrefixList:
    """One of the caller's. Raises UnauthorizedOperation for one of AWS's."""
    record = lists.one(tx, caller, id)
    if record.owner == lists.AWS:
        raise errors.not_owned(id)
    return record


def _groups(tx: ReadTx, record: PrefixList) -> list[str]:
    """The groups whose rules refer to a list, by record id."""
    return list(dict.fromkeys(rule.owner for rule in tx.owned(GroupRule, f"refers:{record.id}")))


@write
def delete_managed_prefix_list(
    tx: WriteTx, caller: Caller, request: ec2.DeleteManagedPrefixListRequest
) -> ec2.DeleteManagedPrefixListResult:
    """Deletes it, unless a rule refers to it."""
    record = _own(tx, caller, request.prefix_list_id)
    if _groups(tx, record):
        raise errors.in_use(record.name)
    tx.delete(record)
    gone = replace(view.managed(record), state="delete-complete")
    return ec2.DeleteManagedPrefixListResult(prefix_list=gone)


@read
def describe_managed_prefix_lists(
    tx: ReadTx, caller: Caller, request: ec2.DescribeManagedPrefixListsRequest
) -> ec2.DescribeManagedPrefixListsResult:
    """Those that are named, or all, AWS's own first."""
    records = lists.several(tx, caller, request.prefix_list_ids)
    page = MANAGED.page(caller, request, records, view.managed)
    return ec2.DescribeManagedPrefixListsResult(prefix_lists=page.items, next_token=page.next_token)


@read
def describe_prefix_lists(
    tx: ReadTx, caller: Caller, request: ec2.DescribePrefixListsRequest
) -> ec2.DescribePrefixListsResult:
    """AWS's own lists, with their blocks; the caller's are shown when they are named."""
    asked = request.prefix_list_ids
    records = lists.several(tx, caller, asked) if asked else lists.of_aws(caller.scope)
    page = PLAIN.page(caller, request, records, view.plain)
    return ec2.DescribePrefixListsResult(prefix_lists=page.items, next_token=page.next_token)


@read
def get_managed_prefix_list_entries(
    tx: ReadTx, caller: Caller, request: ec2.GetManagedPrefixListEntriesRequest
) -> ec2.GetManagedPrefixListEntriesResult:
    """The entries of the current version."""
    record = lists.one(tx, caller, request.prefix_list_id)
    if request.target_version not in {None, record.spec.version}:
        raise errors.version_not_kept(request.target_version or 0)
    views = {
        f"{place:05}": ec2.PrefixListEntry(cidr=cidr, description=text or None)
        for place, (cidr, text) in enumerate(record.spec.entries.items())
    }
    page = ENTRIES.page_of(caller, _unfiltered(request.next_token, request.max_results), views)
    return ec2.GetManagedPrefixListEntriesResult(entries=page.items, next_token=page.next_token)


@read
def get_managed_prefix_list_associations(
    tx: ReadTx, caller: Caller, request: ec2.GetManagedPrefixListAssociationsRequest
) -> ec2.GetManagedPrefixListAssociationsResult:
    """The security groups whose rules refer to it."""
    record = _own(tx, caller, request.prefix_list_id)
    views = {
        id: ec2.PrefixListAssociation(resource_id=last_part(id), resource_owner=scope_of(id).account)
        for id in _groups(tx, record)
    }
    page = ASSOCIATIONS.page_of(caller, _unfiltered(request.next_token, request.max_results), views)
    return ec2.GetManagedPrefixListAssociationsResult(
        prefix_list_associations=page.items, next_token=page.next_token
    )


def _unfiltered(token: str | None, size: int | None) -> ec2.DescribePrefixListsRequest:
    """A page of a list that knows no filters."""
    return ec2.DescribePrefixListsRequest(next_token=token, max_results=size)
