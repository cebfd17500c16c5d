"""Ids: random ones for rows and links, hashes for content, slugs for what authors write."""

import hashlib
import random
import re
import secrets
import uuid

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id as authors write it: lower-case words and digits, joined by single hyphens."""

SLUG_MAX = 64


def is_slug(text: str) -> bool:
    """Tell whether `text` is an id as authors may write it (at most 64 characters)."""
    return len(text) <= SLUG_MAX and SLUG.fullmatch(text) is not None


def content_hash(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits: the version of a source."""
    return hashlib.sha256(content).hexdigest()


class Ids:
    """The source of randomness: unguessable, from the operating system."""

    def uuid(self) -> uuid.UUID:
        """Return a new UUID, version 4 (tincan and many LRSs refuse later versions)."""
        return uuid.uuid4()

    def token(self) -> str:
        """Return 128 random bits as 22 characters that are safe in a URL."""
        return secrets.token_urlsafe(16)


class SequenceIds(Ids):
    """Repeatable ids for tests: the same seed gives the same sequence."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatability is the purpose here

    def uuid(self) -> uuid.UUID:
        """Return the next UUID of the sequence."""
        return uuid.UUID(int=self._random.getrandbits(128), version=4)

    def token(self) -> str:
        """Return the next token of the sequence, 22 characters."""
        return f"{self._random.getrandbits(128):032x}"[:22]
