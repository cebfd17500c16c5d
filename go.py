#!/usr/bin/env python3
"""Ymarfer from a fresh clone, with nothing but Python 3.11 or later and its venv module.

    python3 go.py run            start it with demo people and say where it is
    python3 go.py test [...]     run every test; further words go to pytest
    python3 go.py check [...]    the one check: format, lint, types, content, and every test
    python3 go.py write          write the files that are made from the code (schema, reference pages)
    python3 go.py lms ...        the command; `python3 go.py lms --help` lists what it can do

One environment per interpreter version is kept in .venv/, made of the wheels that the lock files name, each
compared with its hash. It is made again when a lock file or the interpreter changes; otherwise starting takes
no time. The checkout itself is put on the environment's path, so there is nothing to build.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit(
        f"error  this is Python {sys.version.split()[0]}; Ymarfer needs 3.11 or later.\n"
        "  fix  install a newer one, then name it: python3.12 go.py run"
    )

if os.name != "posix":
    sys.exit("error  Ymarfer runs on Linux and macOS.\n  fix  on Windows, use it in WSL or a container.")

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv" / ".".join(map(str, sys.version_info[:2]))
PYTHON = HOME / "bin/python"
RUN, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    acts = {"run": run, "test": test, "check": check, "write": write, "lms": lms}
    if not words or words[0] not in acts:
        print(__doc__)
        return 0 if words[:1] in (["-h"], ["--help"]) else 2
    return acts[words[0]](words[1:])


def run(words: list[str]) -> int:
    """Start the product with demo people."""
    return lms(["run", "--demo", *words])


def lms(words: list[str]) -> int:
    """Become the command; content and data are the checkout's unless a setting says otherwise."""
    prepare(RUN)
    environment = {"LMS_CONTENT": str(ROOT), "LMS_DATA": str(ROOT / "data"), **os.environ}
    command = [str(PYTHON), "-m", "lms", *words]
    sys.stdout.flush()
    return os.execve(PYTHON, command, environment)  # noqa: S606 - signals then reach the command itself


def test(words: list[str]) -> int:
    """Run pytest over everything, or over what `words` choose."""
    prepare(RUN, DEV)
    return subprocess.call(tests(words), cwd=ROOT, env=for_tests())


def check(words: list[str]) -> int:
    """Run every check, whatever the ones before it said; the tests' closing line comes last."""
    prepare(RUN, DEV)
    python = [str(PYTHON), "-m"]
    checks = {
        "format": [*python, "ruff", "format", "--check", "."],
        "lint": [*python, "ruff", "check", "."],
        "types": [*python, "mypy"],
        "content": [*python, "lms", "check", "--strict", "."],
        "tests": tests(words),
    }
    environment = for_tests()
    failed: list[str] = []
    for name, command in checks.items():
        say(f"== {name}" + (f" (failed so far: {', '.join(failed)})" if failed else ""))
        if subprocess.call(command, cwd=ROOT, env=environment):
            failed.append(name)
    if failed not in ([], ["tests"]):
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def write(words: list[str]) -> int:
    """Write every file that is made from the code."""
    prepare(RUN, DEV)
    return subprocess.call([str(PYTHON), "-m", "tools.generate", *words], cwd=ROOT)


def tests(words: list[str]) -> list[str]:
    """Return the command that runs the tests: all of them on two workers, a chosen few on one."""
    chosen = any(not word.startswith("-") for word in words)
    return [str(PYTHON), "-m", "pytest", *([] if chosen else ["-n", "2", "--dist", "worksteal"]), *words]


def prepare(*locks: Path) -> None:
    """Make the environment hold what `locks` name; nothing is done when it already does."""
    made_for = f"{sys.version} {sys.prefix} {ROOT}"
    if not PYTHON.exists() or read(HOME / "made-for") != made_for:
        make_environment()
        (HOME / "made-for").write_text(made_for, encoding="utf-8")
    for lock in locks:
        stamp = HOME / f"{lock.name}.sha256"
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if read(stamp) != wanted:
            install(lock)
            stamp.write_text(wanted, encoding="utf-8")


def make_environment() -> None:
    """Make the empty environment, with the checkout on its path."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        fail("this Python cannot make environments.", f"on Debian and Ubuntu: apt install {package}")
    say(f"Making {HOME.relative_to(ROOT)} …")
    command = [sys.executable, "-m", "venv", "--clear", str(HOME)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        fail(f"the environment could not be made: {(made.stdout + made.stderr).strip()}", "mend that, then try again")
    packages = sysconfig.get_path("purelib", "venv", {"base": str(HOME), "platbase": str(HOME)})
    Path(packages, "lms-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def install(lock: Path) -> None:
    """Install what one lock file names, which is all there is: wheels only, each compared with its hash.

    Nothing is left to find out; where a package is wanted with extras, some versions of pip would look for newer ones.
    """
    count = lock.read_text(encoding="utf-8").count("==")
    say(f"Installing {count} packages of {lock.name} (only when they change) …")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "--retries", "2"]
    if subprocess.call([*pip, "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(lock)]):
        fail(
            f"the packages of {lock.name} could not be installed; pip's own words are above.",
            "pip needs the network (or a mirror) the first time. Without one, run where there is one\n"
            f"         {Path(sys.executable).name} -m pip download --only-binary :all: -d wheels -r {lock.name}\n"
            "       bring the folder here, and set PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels",
        )


def read(path: Path) -> str:
    """Return what stands in a file, or nothing when there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def for_tests() -> dict[str, str]:
    """Return the environment for tests, with CHROMIUM naming a browser if one can be had.

    The library that drives it brings a program of its own, which needs libatomic; a bare Debian has neither. Root is not
    always given the folders of root's own programs (by `su`, by cron), and apt and the tests' PostgreSQL call some.
    """
    environment = {**os.environ, "PATH": os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))}
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    missing = [*([] if found else ["chromium"]), *([] if has_library("libatomic.so.1") else ["libatomic1"])]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        say(f"Installing {' and '.join(missing)} for the browser tests (apt-get, only once) …")
        quiet = {**environment, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.call(command, env=quiet, stdout=subprocess.DEVNULL)
        found = found or shutil.which("chromium")
    return {**environment, "CHROMIUM": found} if found else environment


def has_library(name: str) -> bool:
    """Tell whether the machine has a shared library; one that is not Linux's is taken to need none."""
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def say(text: str) -> None:
    """Print at once, so that lines keep their order among those of other programs."""
    print(text, flush=True)


def fail(what: str, fix: str) -> NoReturn:
    """Stop with a message that says what to do."""
    sys.exit(f"error  {what}\n  fix  {fix}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
