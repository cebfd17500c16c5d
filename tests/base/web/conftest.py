"""The gallery as an application, and a browser that asks it without a network."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.base.web.gallery import make_gallery


@pytest.fixture(scope="session")
def gallery_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The gallery, somebody being signed in."""
    return make_gallery(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def client(gallery_app: Flask) -> Iterator[FlaskClient]:
    """Somebody who asks the gallery for pages and files."""
    with gallery_app.test_client() as client:
        yield client
