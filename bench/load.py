"""Load: N learners, each on a connection of their own, deciding without a pause. Every answer is checked.

One decision is two requests: the POST, answered by 303, and the GET of the page it leads to.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

_FIELD = re.compile(
    rb'name="?(step|csrf_token)"? ?type="?hidden"? ?|type="?hidden"? ?name="?(step|csrf_token)"? value=["\']([^"\']*)'
)
_CHOICE = re.compile(rb'name="?choice"? value=["\']([^"\']+)["\']')


@dataclass
class Learner:
    """One learner: a cookie and the path of an attempt."""

    cookie: str
    path: str


@dataclass
class Measured:
    """What a round gave: pairs a second, and the time of each pair in seconds."""

    rate: float
    times: list[float]

    def share(self, part: float) -> float:
        """The time below which `part` of the pairs lie."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def run(port: int, learners: list[Learner], seconds: float, expect: Callable[[bytes], bool]) -> Measured:
    """Let all learners decide for `seconds`; raise AssertionError at the first answer that is not as expected."""
    return asyncio.run(_run(port, learners, seconds, expect))


async def _run(port: int, learners: list[Learner], seconds: float, expect: Callable[[bytes], bool]) -> Measured:
    times: list[float] = []
    end = time.perf_counter() + seconds
    began = time.perf_counter()
    await asyncio.gather(*(_decide(port, learner, end, times, expect) for learner in learners))
    return Measured(len(times) / (time.perf_counter() - began), times)


async def _decide(port, learner, end, times, expect) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    page = await _ask(reader, writer, port, learner, "GET", learner.path)
    while time.perf_counter() < end:
        fields = {match[2].decode(): match[3].decode() for match in _FIELD.finditer(page[1]) if match[2]}
        choices = _CHOICE.findall(page[1])
        assert choices, page[1][:400]
        fields["choice"] = choices[int(fields["step"]) % len(choices)].decode()
        began = time.perf_counter()
        answer = await _ask(reader, writer, port, learner, "POST", f"{learner.path}/decide", urlencode(fields))
        assert answer[0] == 303, answer
        page = await _ask(reader, writer, port, learner, "GET", learner.path)
        times.append(time.perf_counter() - began)
        assert page[0] == 200
        assert expect(page[1]), page[1][:400]
    writer.close()


async def _ask(reader, writer, port, learner, method, path, body="") -> tuple[int, bytes]:
    content = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {learner.cookie}\r\nAccept: text/html\r\n{content}\r\n{body}".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    place = lowered.find(b"content-length:")
    if place >= 0:
        length = int(lowered[place + 15 : lowered.find(b"\r\n", place)])
        return status, await reader.readexactly(length)
    found = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return status, found
