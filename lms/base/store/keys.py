"""Key files: random secrets that belong to one installation, in `LMS_DATA/keys`, readable by its owner alone.

K1  a key is made once, whole, with mode 0600; two processes that start together get the same one
K2  a key that others may read is refused, with the command that mends it

Deleting `session` signs everybody out; it is made anew at the next start.
"""

import os
import secrets
import stat
from pathlib import Path

from lms.kernel.errors import Unavailable

SIZE = 32
"""Bytes of a key."""


def read_key(folder: Path, name: str) -> bytes:
    """Return the key `name` of `folder`, making it (and the folder, mode 0700) the first time.

    Raises Unavailable when it cannot be read or written, is not a key, or is open to others.
    """
    path = folder / name
    try:
        if not path.exists():
            _make(path)
        _refuse_if_open(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise Unavailable(
            f"The key file {path} cannot be used: {error.strerror}.",
            fix="Give its owner read and write permission on it and on its folder.",
        ) from error
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise Unavailable(
            f"The key file {path} does not hold a key.",
            fix="Bring it back from a backup; or remove it, and what it protected is lost.",
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first: its key counts
    finally:
        draft.unlink()


def _refuse_if_open(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unavailable(
            f"The key file {path} can be read by others, so it is no secret.",
            fix=f"Run: chmod 600 {path}",
        )
