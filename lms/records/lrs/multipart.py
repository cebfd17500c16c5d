"""multipart/mixed, as statements with attachments travel (Communication 1.5.2, IEEE 4.1.3, RFC 2046). Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.records.lrs.ask import MULTIPART, Refusal

_BOUNDARY = re.compile(
    r"""multipart/mixed\s*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))\s*(?:;.*)?""",
    re.IGNORECASE,
)
_HEADER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*")
_PRINTED = re.compile(r"[^\x20-\x7e]")
PARTS = 1000
"""The most parts of a request."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: headers with names in lower case, and content."""

    headers: Mapping[str, str]
    content: bytes

    def media_type(self) -> str:
        """Return its content type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a body. Raises Refusal."""
    match = _BOUNDARY.fullmatch(content_type.strip())
    if match is None:
        raise Refusal(400, "The Content-Type multipart/mixed has no boundary.", MULTIPART)
    try:
        mark = b"--" + (match[1] or match[2]).encode("ascii")
    except UnicodeEncodeError:
        raise Refusal(400, "The boundary holds characters that it must not.", MULTIPART) from None
    line = b"\r\n" if b"\r\n" + mark in b"\r\n" + body.removeprefix(mark) else b"\n"
    _before, *pieces = (line + body).split(line + mark)
    if len(pieces) > PARTS + 1:
        raise Refusal(413, f"There are more than {PARTS} parts.", MULTIPART)
    parts: list[Part] = []
    for piece in pieces:
        if piece.startswith(b"--"):
            return parts
        padding, found, rest = piece.partition(line)
        if padding.strip(b" \t") or not found:
            raise Refusal(400, "A boundary is not alone on its line.", MULTIPART)
        parts.append(_part(rest, line))
    raise Refusal(400, "The last boundary is missing.", MULTIPART)


def _part(text: bytes, line: bytes) -> Part:
    if text.startswith(line):
        return Part({}, text[len(line) :])
    head, found, content = text.partition(line + line)
    if not found:
        raise Refusal(400, "A part has no empty line after its headers.", MULTIPART)
    headers = {}
    for each in head.split(line):
        match = _HEADER.fullmatch(each)
        if match is None:
            raise Refusal(400, "A part has a header that is none.", MULTIPART)
        headers[match[1].decode("ascii").lower()] = match[2].decode("latin-1")
    return Part(headers, content)


def write(first: bytes, attachments: Iterable[tuple[str, str, bytes]], boundary: str) -> bytes:
    """Return a body: JSON, then attachments as (sha2, content type, content)."""
    mark = b"\r\n--" + boundary.encode("ascii")
    pieces = [mark[2:], b"\r\nContent-Type: application/json\r\n\r\n", first]
    for sha2, content_type, content in attachments:
        head = (
            f"\r\nContent-Type: {_PRINTED.sub('?', content_type)}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {sha2}\r\n\r\n"
        )
        pieces += [mark, head.encode("latin-1", "replace"), content]
    return b"".join([*pieces, mark, b"--\r\n"])
