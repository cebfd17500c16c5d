"""Writing what a tool was asked for into the file that somebody named."""

from pathlib import Path

from lms.kernel.errors import Unavailable


def write(path: Path, data: str | bytes) -> None:
    """Write a file, and the folder that it lies in where that is missing. Raises Unavailable where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "replace"))
    except OSError as error:
        raise Unavailable(
            f"The file {path} cannot be written: {error.strerror}.",
            fix="Name another file, give yourself the right to write there, or make room on the disk.",
        ) from error
