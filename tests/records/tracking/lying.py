"""A remote LRS behind a network that lies, as a courier: the only fake of these tests."""

from collections import Counter
from datetime import timedelta

import orjson

from lms.records.tracking.model import Accepted, Broken, Busy, Conflicting, Denied, Found, Refused
from lms.records.tracking.transport import pack

FAULTS = (
    "none",
    "lost before",
    "lost after",
    "half stored, then lost",
    "429",
    "503",
    "500",
    "html",
    "413",
    "401",
    "look fails",
    "look denied",
)


class LyingRemote:
    """Stores statements by id, as a strict LRS (409 on anything known) or a lenient one; `fault` is for each post."""

    def __init__(self, *, strict):
        self.strict = strict
        self.fault = "none"
        self.held = {}
        self.stored = Counter()
        self.order = []
        self.poison = {}
        self.broken_alone = Counter()
        self.posts = []
        self.sent = {}
        self.denied = set()

    def post(self, target, batch):
        bodies = {each.statement_id: each.body for each in batch}
        for each in batch:
            assert self.sent.setdefault((target.url, each.statement_id), pack([each])) == pack([each])  # T3
        self.posts.append(list(bodies))
        before = {
            "lost before": Busy("timed out"),
            "429": Busy("429: slow down", timedelta(seconds=7)),
            "503": Busy("503: back soon"),
            "html": Busy("It answered 200, but not as an LRS does"),
            "401": Denied("401: who are you?"),
        }
        if self.fault in before:
            return before[self.fault]
        if self.fault == "413" and len(batch) > 2:
            return Refused(413, "too large")
        reply = self._server(bodies)
        return Busy("connection reset") if self.fault in {"lost after", "half stored, then lost"} else reply

    def _server(self, bodies):
        kinds = {self.poison.get(each) for each in bodies}
        if self.fault == "500" or kinds & {"broken", "broken for a while"}:
            if len(bodies) == 1:
                self.broken_alone.update(list(bodies))
            return Broken("500: Internal Server Error")
        if "refused" in kinds:
            return Refused(400, "this statement is not good enough")
        known = [each for each in bodies if each in self.held]
        if known and (self.strict or any(self.held[each] != bodies[each] for each in known)):
            return Conflicting("409: a statement with this id exists")
        upto = len(bodies) // 2 if self.fault == "half stored, then lost" else len(bodies)
        for statement_id, body in list(bodies.items())[:upto]:
            if statement_id not in self.held:
                self.held[statement_id] = body
                self.stored[statement_id] += 1
                self.order.append(statement_id)
        return Conflicting("named only what was new") if known else Accepted()

    def look(self, _target, delivery):
        if self.fault == "look fails":
            return Found.UNKNOWN
        if self.fault == "look denied":
            self.denied.add(delivery.statement_id)
            return Found.HIDDEN
        there = self.held.get(delivery.statement_id)
        if there is None:
            return Found.ABSENT
        return Found.EQUAL if orjson.loads(there) == orjson.loads(delivery.body) else Found.DIFFERENT

    def close(self):
        pass
