"""The worker's loop: each job at its own pace, and no job's trouble is another's."""

import threading

import pytest
import structlog

from lms.base.store.jobs import Job
from lms.features.operations.worker import _repeat
from lms.kernel.errors import Unavailable


@pytest.fixture
def run():
    """run(job, until) repeats it in a thread of its own until that event; returns what it logged."""

    def run(job: Job, until: threading.Event):
        stopping = threading.Event()
        with structlog.testing.capture_logs() as lines:
            thread = threading.Thread(target=_repeat, args=(job, None, None, stopping))
            thread.start()
            assert until.wait(20)
            stopping.set()
            thread.join(5)
        assert not thread.is_alive(), "it does not sleep through the end"
        return lines

    return run


def test_a_job_says_when_it_wants_to_be_called_again(run):
    calls, enough = [], threading.Event()

    def work(_store, _settings):
        calls.append(1)
        if len(calls) == 3:
            enough.set()
        return 0.01 if len(calls) < 3 else 3600

    assert run(Job("quick", work), enough) == []


@pytest.mark.parametrize(
    ("error", "event"), [(Unavailable("not now"), "job_waits"), (ValueError("Siân Powell"), "job_failed")]
)
def test_a_job_that_fails_is_tried_again_and_said_without_its_words(run, error, event):
    calls, enough = [], threading.Event()

    def work(_store, _settings):
        calls.append(1)
        if len(calls) == 1:
            raise error
        enough.set()
        return 3600

    lines = run(Job("shaky", work), enough)
    assert [line["event"] for line in lines] == [event]
    assert lines[0]["job"] == "shaky"
    assert len(calls) == 2
