"""Every operation that is served has a line in its service's table: none can be asked for by who may not."""

import pytest

from homeport.api.authorization import authorize
from homeport.server import catalogue

SERVED = {
    (served.model.SIGNING_NAME, name): operation
    for served in catalogue.services()
    for name, operation in served.operations.items()
}


@pytest.mark.parametrize(("service", "operation"), sorted(SERVED))
def test_every_operation_says_what_it_touches(service, operation):
    assert operation in authorize.table(service)


@pytest.mark.parametrize("service", sorted(authorize.TABLES))
def test_no_table_speaks_of_an_operation_that_the_service_does_not_have(service):
    (model,) = [each.model for each in catalogue.services() if service == each.model.SIGNING_NAME]
    assert authorize.table(service).keys() <= model.ALL_OPERATIONS
