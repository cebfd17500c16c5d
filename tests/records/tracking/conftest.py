"""Endpoints, for tests of delivery."""

import pytest

from lms.records.tracking import endpoints
from lms.records.tracking.vault import Vault


@pytest.fixture
def vault(settings):
    return Vault(settings.data)


@pytest.fixture
def add_endpoint(store, vault):
    """add_endpoint(name, url=…, password=…, private=…, replace=…)"""

    def add(name, **changes):
        given = {"url": f"https://{name}.example.org/xapi", "username": "lms", "password": "secret", **changes}
        with store.work() as uow:
            endpoints.add_endpoint(uow, vault, name=name, **given)

    return add
