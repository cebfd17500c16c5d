"""What a monitoring system asks for, in Prometheus' text form (the only importer of prometheus_client).

Numbers about the installation, none about a person: the smallest thing that is counted is an endpoint.
"""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import CollectorRegistry

from lms.base.store.work import UnitOfWork
from lms.records.lrs import service as lrs
from lms.records.tracking import endpoints

CONTENT_TYPE = CONTENT_TYPE_LATEST


class _Now:
    """The state of now, collected once."""

    def __init__(self, families: tuple[Metric, ...]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Yield each family."""
        yield from self._families


def text(uow: UnitOfWork) -> bytes:
    """Return all metrics of now."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Now((_statements(uow), *_delivery(uow))))
    return generate_latest(registry)


def _statements(uow: UnitOfWork) -> Metric:
    return CounterMetricFamily("lms_statements", "Statements ever stored here.", value=lrs.last_seq(uow))


def _delivery(uow: UnitOfWork) -> tuple[Metric, ...]:
    of = ["endpoint"]
    delivered = CounterMetricFamily("lms_delivered", "Statements that an endpoint has taken.", labels=of)
    pending = GaugeMetricFamily("lms_delivery_pending", "Statements still to go.", labels=of)
    parked = GaugeMetricFamily("lms_delivery_parked", "Statements given up until somebody looks.", labels=of)
    withheld = GaugeMetricFamily("lms_delivery_withheld", "Statements that an endpoint cannot be sent.", labels=of)
    oldest = GaugeMetricFamily("lms_delivery_oldest_seconds", "Age of the oldest statement still to go.", labels=of)
    paused = GaugeMetricFamily("lms_delivery_paused", "Whether delivery is paused: 1 or 0.", labels=of)
    for each in endpoints.list_endpoints(uow):
        name = [each.name]
        delivered.add_metric(name, each.delivered)
        pending.add_metric(name, each.pending)
        parked.add_metric(name, each.parked)
        withheld.add_metric(name, each.withheld)
        oldest.add_metric(name, (uow.now - each.oldest_at).total_seconds() if each.oldest_at else 0)
        paused.add_metric(name, each.paused)
    return delivered, pending, parked, withheld, oldest, paused
