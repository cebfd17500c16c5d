"""Password hashes: argon2id with two passes, one lane and the memory that the settings name (19 MiB unless changed).

A hash takes about 30 ms of one core. It is made by a thread of its own, one at a time in each process and with less
right to the processor than pages have, so that a ward that signs in at nine o'clock does not stop those who learn
already (docs/decisions/0010). Call these within `uow.aside()`. The only importer of argon2.
"""

import ctypes
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.learning.people.model import normal_password


def hash_password(password: str, memory: int) -> str:
    """Return the hash of `password`, which costs `memory` KiB."""
    return _worker().submit(_hasher(memory).hash, normal_password(password)).result()


def is_password(password: str, kept: str | None, memory: int) -> bool:
    """Tell whether `password` is the one whose hash is `kept`; without one, the work is the same and the answer no."""
    try:
        _worker().submit(_verify, kept, normal_password(password), memory).result()
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_stale(kept: str, memory: int) -> bool:
    """Tell whether a hash was made with other costs than today's."""
    return _hasher(memory).check_needs_rehash(kept)


def _verify(kept: str | None, password: str, memory: int) -> None:
    _hasher(memory).verify(kept or _nobodys(memory), password)


def _step_back() -> None:
    """Give pages the better claim to the processor, and the memory of a hash back to the machine after it.

    Only Linux knows priorities of single threads, and only glibc keeps the 19 MiB otherwise, in each process.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        library = ctypes.CDLL(None)
        if hasattr(library, "mallopt"):
            library.mallopt(MMAP_THRESHOLD, LARGE)


NICENESS = 5
MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of mallopt(3)."""
LARGE = 1024 * 1024
"""Bytes from which on memory is taken from, and given back to, the machine directly."""


def _worker() -> ThreadPoolExecutor:
    """Return this process's hashing thread: the web processes are forks, and a thread does not survive a fork."""
    return _worker_of(os.getpid())


@lru_cache(maxsize=1)
def _worker_of(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="password", initializer=_step_back)


@lru_cache(maxsize=4)
def _hasher(memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory, parallelism=1)


@lru_cache(maxsize=4)
def _nobodys(memory: int) -> str:
    return _hasher(memory).hash("nobody's password, for the sake of equal work")
