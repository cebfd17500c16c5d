"""Rules of actors: agents, groups, accounts (Data 2.4.2)."""

from typing import Any

from lms.engine.xapi.rules.values import Report, iri, known, mailto, required, sha1, text

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def account(report: Report, path: str, value: Any) -> None:
    """2.4.2.4: an account has a home page and a name."""
    if known(report, path, value, {"homePage": iri, "name": text}, "2.4.2.4"):
        required(report, path, value, ("homePage", "name"), "2.4.2.4")


def _accepted(_report: Report, _path: str, _value: Any) -> None:
    """Pass a value whose rule is applied elsewhere."""


_AGENT = {
    "objectType": _accepted,
    "name": text,
    "mbox": mailto,
    "mbox_sha1sum": sha1,
    "openid": iri,
    "account": account,
}


def agent(report: Report, path: str, value: Any) -> None:
    """2.4.2.1: an agent has exactly one identifier."""
    if not known(report, path, value, _AGENT, "2.4.2.1"):
        return
    if value.get("objectType", "Agent") != "Agent":
        report.say(f"{path}.objectType", "2.4.2.1", "must be Agent")
    count = sum(key in value for key in IDENTIFIERS)
    if count != 1:
        report.say(path, "2.4.2.1", f"must have exactly one of {', '.join(IDENTIFIERS)}; it has {count}")


def members(report: Report, path: str, value: Any) -> None:
    """2.4.2.2: members are agents, never groups."""
    if not isinstance(value, list):
        report.say(path, "2.4.2.2", "must be an array of agents")
        return
    for index, member in enumerate(value):
        agent(report, f"{path}[{index}]", member)


_GROUP = {**_AGENT, "member": members}


def group(report: Report, path: str, value: Any) -> None:
    """2.4.2.2: a group has one identifier, or none and members."""
    if not known(report, path, value, _GROUP, "2.4.2.2"):
        return
    if value.get("objectType") != "Group":
        report.say(f"{path}.objectType", "2.4.2.2", "must be Group")
    count = sum(key in value for key in IDENTIFIERS)
    if count > 1:
        report.say(path, "2.4.2.2", f"must have at most one of {', '.join(IDENTIFIERS)}; it has {count}")
    if count == 0 and not value.get("member"):
        report.say(f"{path}.member", "2.4.2.2", "is required and holds an agent, since the group has no identifier")


def agent_or_group(report: Report, path: str, value: Any) -> None:
    """2.4.2: an agent unless it says that it is a group."""
    if isinstance(value, dict) and value.get("objectType") == "Group":
        group(report, path, value)
    else:
        agent(report, path, value)


def authority(report: Report, path: str, value: Any) -> None:
    """2.4.9: an agent, or a group of the two agents of a three-legged OAuth, without an identifier."""
    agent_or_group(report, path, value)
    if isinstance(value, dict) and value.get("objectType") == "Group":
        member = value.get("member")
        if not (isinstance(member, list) and len(member) == 2) or any(key in value for key in IDENTIFIERS):  # noqa: PLR2004 - two legs
            report.say(path, "2.4.9", "a group as authority must be anonymous and have two members")
