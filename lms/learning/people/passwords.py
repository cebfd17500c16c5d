"""Password hashes: argon2id with two passes, one lane and the memory that the settings name (19 MiB unless changed).

A hash takes about 30 ms of one core and holds no lock of Python while it runs. The only importer of argon2.
"""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.learning.people.model import normal_password


def hash_password(password: str, memory: int) -> str:
    """Return the hash of `password`, which costs `memory` KiB."""
    return _hasher(memory).hash(normal_password(password))


def is_password(password: str, kept: str | None, memory: int) -> bool:
    """Tell whether `password` is the one whose hash is `kept`; without one, the work is the same and the answer no."""
    try:
        _hasher(memory).verify(kept or _nobodys(memory), normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_stale(kept: str, memory: int) -> bool:
    """Tell whether a hash was made with other costs than today's."""
    return _hasher(memory).check_needs_rehash(kept)


@lru_cache(maxsize=4)
def _hasher(memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory, parallelism=1)


@lru_cache(maxsize=4)
def _nobodys(memory: int) -> str:
    return _hasher(memory).hash("nobody's password, for the sake of equal work")
