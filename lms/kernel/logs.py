"""Log lines: an event and key=value pairs, in UTC, with the request's id; as text or as JSON.

L1  a line is one line: no value can break it or forge another (control characters are escaped)
L2  never names, addresses or free text: an error is logged as its kind and the places it came through; its message
    only where it is about code, because the messages of databases and parsers quote what people typed
L3  a line that cannot be written (a full disk, a closed pipe) is lost, and what it told of goes on

`bind(request=…)` adds a value to every line of the current request or job; `unbind()` forgets them.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

_PLAIN = re.compile(r"[\w./:+@,-]+", re.ASCII)
_ABOUT_CODE = (TypeError, AttributeError, NameError, ImportError, AssertionError, SyntaxError)
_ABOUT_PROCESSES = {"_granian"}
"""Libraries whose messages speak of processes and never quote a request."""
_FRAMES = 12
_ROOT = Path(__file__).parents[2]

Event = MutableMapping[str, Any]


def configure(form: str, stream: TextIO | None = None) -> None:
    """Send log lines to `stream` (standard error) as 'text' or 'json'; libraries' warnings come along."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            errors_without_words,
            structlog.processors.JSONRenderer(default=str) if form == "json" else key_values,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Forgiving(stream or sys.stderr))),
        cache_logger_on_first_use=False,
    )
    handler = _Forward()
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def bind(**values: str) -> None:
    """Add `values` to every line until `unbind`."""
    structlog.contextvars.bind_contextvars(**values)


def unbind() -> None:
    """Forget what `bind` added."""
    structlog.contextvars.clear_contextvars()


class _Forgiving:
    """A stream to which writing never fails (L3)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class _Forward(logging.Handler):
    """What libraries log: their name and the place, not their words, which may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        values = {"library": record.name, "place": f"{Path(record.pathname).name}:{record.lineno}"}
        if record.name in _ABOUT_PROCESSES:
            values["words"] = record.getMessage()
        log.log(record.levelno, "library_warning", exc_info=record.exc_info, **values)


def errors_without_words(_logger: object, _name: str, event: Event) -> Event:
    """Replace `exc_info` by the error's kind and the places it came through, innermost last."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        if isinstance(error, _ABOUT_CODE):
            event["about"] = str(error)
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        event["through"] = " > ".join(f"{_place(frame.filename)}:{frame.lineno}" for frame in frames)
    return event


def _place(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT / "lms") else path.name


def key_values(_logger: object, _name: str, event: Event) -> str:
    """Render `at level event key=value …`; a value with anything unusual in it is quoted as JSON."""
    first = [str(event.pop("at", "")), str(event.pop("level", "")), _word(event.pop("event", ""))]
    return " ".join([*first, *(f"{_word(key)}={_word(value)}" for key, value in sorted(event.items()))])


def _word(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
