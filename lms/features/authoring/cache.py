"""What was found before about content that has not changed: one small file for each folder that was checked.

The name of a file is the hash of everything that its answer depends on: every file of the folder and what it may include,
the path that messages call it, the day, the options, and the source of the checker itself. So there is nothing to keep up
to date: another content, another day or another checker asks for another file.

Invariants:
  K1  an answer is used only for exactly the bytes, options and checker that it was made with
  K2  a file that is damaged, or a folder that cannot be written, costs time and nothing else
"""

import json
import os
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from lms.features.authoring.model import Checked
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash

FOLDER = Path("~/.cache/ymarfer/check")
_DAYS = 14
_PACKAGE = Path(__file__).parents[2]
_ASKED = ("engine", "kernel", "learning/library", "features/authoring")
"""The folders of the house whose code decides about an answer."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Answers in a folder; none are kept or found where there is no folder."""

    folder: Path | None = None

    def find(self, key: str) -> Checked | None:
        """Return the answer of that key, if it is there and whole."""
        if self.folder is None:
            return None
        try:
            return Checked.from_json(json.loads((self.folder / key).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, Invalid):
            return None

    def keep(self, key: str, checked: Checked) -> None:
        """Keep an answer, in one step."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=self.folder, prefix=".", delete=False, encoding="utf-8") as file:
                json.dump(checked.to_json(), file, ensure_ascii=False)
            Path(file.name).replace(self.folder / key)
        except OSError:
            return

    def clear_old(self) -> None:
        """Remove what was made longer than a fortnight ago: nobody asks for that day any more."""
        if self.folder is None:
            return
        try:
            for entry in os.scandir(self.folder):
                if entry.stat().st_mtime < time.time() - _DAYS * 24 * 3600:
                    Path(entry.path).unlink(missing_ok=True)
        except OSError:
            return


@cache
def checker() -> str:
    """Return what tells one version of the checker from another: its source files, and Python's version."""
    files = sorted(file for part in _ASKED for file in (_PACKAGE / part).rglob("*.py"))
    return content_hash(b"\n".join([sys.version.encode(), *(file.read_bytes() for file in files)]))
