"""Settings: one table. Each has a name, an environment variable, a default, a parser and a sentence.

`load` reads them all and reports every bad one at once; `lms settings` prints the table with each value's origin.
Nothing else in the house reads the environment.
"""

import difflib
import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lms.kernel.errors import Invalid


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _flag(value: str) -> bool:
    lowered = value.strip().lower()
    if lowered in {"1", "yes", "true", "on"}:
        return True
    if lowered in {"0", "no", "false", "off", ""}:
        return False
    raise ValueError("yes or no")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return parse


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return value

    return parse


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("an address such as https://learn.example.org, without ? or #")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if not value:
        return ""
    if not separator or scheme not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError("empty, sqlite:///path or postgresql://user:password@host/name")
    return value if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/London") from None
    return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `allowed` says in words what the parser takes; `secret` values are never printed."""

    name: str
    default: str
    parse: Callable[[str], Any]
    sentence: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable's name."""
        return f"LMS_{self.name.upper()}"


TABLE: tuple[Setting, ...] = (
    Setting("host", "127.0.0.1", _text, "Address the web server listens on."),
    Setting("port", "8080", _whole(1, 65535), "Port the web server listens on."),
    Setting("data", "data", _path, "Folder for the database, the keys and backups made by themselves."),
    Setting("content", ".", _path, "Folder that holds courses/ and scenarios/."),
    Setting(
        "database_url",
        "",
        _database_url,
        "Empty for SQLite in the data folder, or a postgresql:// address.",
        secret=True,
    ),
    Setting("base_url", "", _base_url, "Public address; the only source of absolute links. Empty: http://HOST:PORT."),
    Setting("processes", "2", _whole(1, 64), "Web processes."),
    Setting(
        "threads",
        "8",
        _whole(1, 64),
        "Threads in each web process. They take turns; more than one lets others go on while a password is checked.",
    ),
    Setting("trust_proxy", "no", _flag, "Take the client's address from one reverse proxy's X-Forwarded-For."),
    Setting(
        "sqlite_synchronous",
        "normal",
        _one_of("normal", "full"),
        "Full keeps the last second at a power cut, at a cost.",
    ),
    Setting("idle_minutes", "60", _whole(5, 1440), "Minutes without a request after which a person is signed out."),
    Setting("time_zone", "Europe/London", _time_zone, "Time zone of people who have chosen none."),
    Setting("organisation", "Ymarfer", _text, "Name printed on certificates and pages."),
    Setting("mail_server", "", _text, "host:port of an SMTP server; empty: an admin prints one-time links."),
    Setting("mail_from", "", _text, "Sender's address of mails."),
    Setting("mail_user", "", _text, "User name at the SMTP server."),
    Setting("mail_password", "", _text, "Password at the SMTP server.", secret=True),
    Setting("mail_tls", "yes", _flag, "Use STARTTLS with the SMTP server."),
    Setting("password_memory", "19456", _whole(8, 1048576), "Memory of one password hash (argon2id), in KiB."),
    Setting("endpoint_private", "no", _flag, "Allow LRS endpoints on loopback and private addresses."),
    Setting("metrics_token", "", _text, "Bearer token for /operations/metrics; empty: this machine only.", secret=True),
    Setting("log", "text", _one_of("text", "json"), "Form of log lines."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed. `origins` tells where each value came from: 'default' or the variable."""

    host: str
    port: int
    data: Path
    content: Path
    database_url: str
    base_url: str
    processes: int
    threads: int
    trust_proxy: bool
    sqlite_synchronous: str
    idle_minutes: int
    time_zone: str
    organisation: str
    mail_server: str
    mail_from: str
    mail_user: str
    mail_password: str
    mail_tls: bool
    password_memory: int
    endpoint_private: bool
    metrics_token: str
    log: str
    origins: Mapping[str, str]

    @property
    def database(self) -> str:
        """Return the database's URL: the one set, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'lms.sqlite3'}"

    @property
    def address(self) -> str:
        """Return the public address without a slash at its end."""
        return self.base_url or f"http://{'[' + self.host + ']' if ':' in self.host else self.host}:{self.port}"

    @property
    def is_secure(self) -> bool:
        """Tell whether the public address is https, so that cookies must be too."""
        return self.address.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Tell whether both the listening and the public address are this machine alone."""
        return all(is_loopback_host(host) for host in (self.host, urlsplit(self.address).hostname or ""))


def is_loopback_host(host: str) -> bool:
    """Tell whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class BadSetting:
    """A finding about one setting: its variable, the value as given (never a secret's) and what is said about it."""

    variable: str
    value: str
    said: str

    def __str__(self) -> str:
        return f"{self.variable}={self.value!r} (from the environment): {self.said}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; an unknown LMS_ variable or a bad value is a finding.

    Raises Invalid with one BadSetting for each of them, all at once.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[BadSetting] = []
    known = {setting.variable for setting in TABLE}
    problems += [
        BadSetting(name, "…", f"no such setting; `lms settings` lists them ({_nearest(name, known)})")
        for name in sorted(environ)
        if name.startswith("LMS_") and name not in known
    ]
    for setting in TABLE:
        given = environ.get(setting.variable)
        origins[setting.name] = "default" if given is None else setting.variable
        try:
            values[setting.name] = setting.parse(setting.default if given is None else given)
        except ValueError as error:
            problems.append(BadSetting(setting.variable, "…" if setting.secret else str(given), f"allowed is {error}"))
    if problems:
        raise Invalid("The settings have mistakes; nothing was started.", problems=problems)
    return Settings(**values, origins=origins)


def _nearest(name: str, known: set[str]) -> str:
    return f"did you mean {difflib.get_close_matches(name, sorted(known), 1, 0)[0]}?"
