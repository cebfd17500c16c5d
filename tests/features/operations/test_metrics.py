"""Metrics: numbers for who watches an installation, in Prometheus' form, and nothing about anybody."""

from dataclasses import replace
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lms.app import create_app
from lms.engine.xapi.names import Names
from lms.records.tracking import endpoints, service
from lms.records.tracking.vault import Vault
from tests.application import Browser
from tests.engine.xapi.samples import decision


@pytest.fixture
def filled(store, settings, clock):
    with store.work() as uow:
        endpoints.add_endpoint(
            uow, Vault(settings.data), name="one", url="https://lrs.example.org/xapi", username="a", password="geheim"
        )
        made = {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")}
        service.record(uow, [made])


def values(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_how_many_statements_there_are_and_how_each_endpoint_fares(client, filled):
    answer = client.get("/operations/metrics")
    assert answer.content_type.startswith("text/plain")
    assert values(answer.text) == {
        ("lms_statements_total",): 1,
        ("lms_delivered_total", "one"): 0,
        ("lms_delivery_pending", "one"): 1,
        ("lms_delivery_parked", "one"): 0,
        ("lms_delivery_withheld", "one"): 0,
        ("lms_delivery_oldest_seconds", "one"): 0,
        ("lms_delivery_paused", "one"): 0,
    }
    assert "geheim" not in answer.text


def test_without_a_token_they_are_for_this_machine_alone(client):
    assert client.get("/operations/metrics").status_code == 200
    assert client.get("/operations/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert client.get("/operations/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403


def test_with_a_token_they_are_for_who_has_it(settings, store):
    app = create_app(replace(settings, metrics_token="a long word"), store, secret_key="x" * 32)
    browser = Browser(app)
    assert browser.get("/operations/metrics").status_code == 403
    wrong = browser.get("/operations/metrics", headers={"Authorization": "Bearer another"})
    assert wrong.status_code == 403
    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    right = browser.get("/operations/metrics", headers={"Authorization": "Bearer a long word"}, environ_base=from_afar)
    assert right.status_code == 200
