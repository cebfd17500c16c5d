"""Log lines: one line each, in UTC, with the request's id, and never what people typed."""

import io
import json
import logging
import re
from pathlib import Path

import pytest
import structlog

from lms.kernel import logs


@pytest.fixture
def lines():
    stream = io.StringIO()
    logs.unbind()

    def configure(form: str):
        logs.configure(form, stream)
        return stream

    yield configure
    logs.unbind()
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


def raise_about(value: str):
    return int(value)


def test_a_line_says_when_in_utc_how_bad_what_and_with_which_values(lines):
    stream = lines("text")
    structlog.get_logger().info("worker_started", jobs="delivery,content", count=2)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z info worker_started count=2 jobs=delivery,content\n", stream.getvalue()
    )


def test_json_lines_carry_the_same(lines):
    stream = lines("json")
    structlog.get_logger().warning("job_waits", seconds=2.0)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["seconds"]) == ("job_waits", "warning", 2.0)
    assert line["at"].endswith("Z")


@pytest.mark.parametrize("form", ["text", "json"])
def test_L1_no_value_can_break_a_line_or_forge_another(lines, form):
    stream = lines(form)
    structlog.get_logger().info("seen", value='x\n2026-01-01T00:00:00Z info forged\r\x1b[2Jrole="admin" \u2028 \x85')
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_L2_an_error_is_logged_by_kind_and_place_without_its_words(lines, form):
    stream = lines(form)
    try:
        raise_about("Siân Powell")
    except ValueError:
        structlog.get_logger().exception("request_failed")
    assert "Powell" not in stream.getvalue()
    assert "builtins.ValueError" in stream.getvalue()
    assert "test_logs.py:" in stream.getvalue()


def test_L2_an_error_about_code_keeps_its_words(lines):
    stream = lines("text")
    try:
        raise_about.nothing  # noqa: B018 - raises
    except AttributeError as error:
        structlog.get_logger().error("request_failed", exc_info=error)
    assert "no attribute" in stream.getvalue()


def test_L2_what_libraries_log_is_named_but_not_quoted(lines):
    stream = lines("text")
    logging.getLogger("somewhere").warning("bad password for %s", "mair@example.org")
    assert "library=somewhere" in stream.getvalue()
    assert "mair" not in stream.getvalue()


def test_L3_a_line_that_cannot_be_written_is_lost_and_nothing_else(lines):
    lines("text")
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115 - closing it fails as well
    logs.configure("text", full)
    structlog.get_logger().info("one")
    logging.getLogger("somewhere").warning("two")
    with pytest.raises(OSError, match="No space"):
        full.write("three\n")
    with pytest.raises(OSError, match="No space"):
        full.close()


def test_what_was_bound_is_on_every_line_until_it_is_forgotten(lines):
    stream = lines("text")
    logs.bind(request="0a1b2c")
    structlog.get_logger().info("one")
    logs.unbind()
    structlog.get_logger().info("two")
    first, second = stream.getvalue().splitlines()
    assert first.endswith("one request=0a1b2c")
    assert "request" not in second
