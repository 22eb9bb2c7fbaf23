"""Availability zones and regions: the region that is served, with three zones."""

from collections.abc import Iterable

from homeport.api.caller import Caller
from homeport.api.ec2.errors import vpcs as vpc_errors
from homeport.api.ec2.errors import zones as errors
from homeport.api.ec2.listing import Catalogue, no_tags
from homeport.api.operation import read
from homeport.model.zone import names, zone_id
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

ZONES = Catalogue[ec2.AvailabilityZone](
    operation="DescribeAvailabilityZones",
    fields={
        "group-name": lambda zone: zone.group_name,
        "message": lambda _: None,
        "opt-in-status": lambda zone: zone.opt_in_status,
        "parent-zone-id": lambda zone: zone.parent_zone_id,
        "parent-zone-name": lambda zone: zone.parent_zone_name,
        "region-name": lambda zone: zone.region_name,
        "state": lambda zone: zone.state,
        "zone-id": lambda zone: zone.zone_id,
        "zone-name": lambda zone: zone.zone_name,
        "zone-type": lambda zone: zone.zone_type,
    },
    tags=no_tags,
)
REGIONS = Catalogue[ec2.Region](
    operation="DescribeRegions",
    fields={
        "endpoint": lambda region: region.endpoint,
        "opt-in-status": lambda region: region.opt_in_status,
        "region-name": lambda region: region.region_name,
    },
    tags=no_tags,
)


def chosen(region: str, name: str | None, id: str | None) -> str | None:
    """The zone that a request names either way, None when it names none. Raises InvalidParameterValue."""
    if name and id:
        raise vpc_errors.zones_twice()
    known = names(region)
    if id:
        by_id = {zone_id(each): each for each in known}
        if id not in by_id:
            raise vpc_errors.zone_invalid(id, sorted(by_id), "availabilityZoneId")
        return by_id[id]
    if name and name not in known:
        raise vpc_errors.zone_invalid(name, known)
    return name or None


@read
def describe_availability_zones(
    tx: ReadTx, caller: Caller, request: ec2.DescribeAvailabilityZonesRequest
) -> ec2.DescribeAvailabilityZonesResult:
    """The zones of the region, by name or id. All are opted in, so AllAvailabilityZones adds none."""
    del tx
    known = names(caller.region)
    _check_known("availability zone", request.zone_names, known)
    _check_known("availability zone-id", request.zone_ids, [zone_id(name) for name in known])
    chosen = [
        name
        for name in known
        if name in (request.zone_names or known) and zone_id(name) in (request.zone_ids or [zone_id(name)])
    ]
    views = [_zone(caller.region, name) for name in chosen]
    return ec2.DescribeAvailabilityZonesResult(availability_zones=ZONES.fitting(request.filters, views))


@read
def describe_regions(
    tx: ReadTx, caller: Caller, request: ec2.DescribeRegionsRequest
) -> ec2.DescribeRegionsResult:
    """The region that is served here; there is no other to opt in to."""
    del tx
    _check_known("region", request.region_names, [caller.region])
    region = ec2.Region(
        region_name=caller.region,
        endpoint=f"ec2.{caller.region}.amazonaws.com",
        opt_in_status="opt-in-not-required",
    )
    return ec2.DescribeRegionsResult(regions=REGIONS.fitting(request.filters, [region]))


def _check_known(noun: str, asked: Iterable[str] | None, known: list[str]) -> None:
    unknown = [name for name in asked or () if name not in known]
    if unknown:
        raise errors.unknown(noun, unknown)


def _zone(region: str, name: str) -> ec2.AvailabilityZone:
    return ec2.AvailabilityZone(
        state="available",
        opt_in_status="opt-in-not-required",
        messages=[],
        region_name=region,
        zone_name=name,
        zone_id=zone_id(name),
        group_name=f"{region}-zg-1",
        network_border_group=region,
        zone_type="availability-zone",
    )
