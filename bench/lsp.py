"""How long an editor waits for the language server, in a file of 300 scenes, through the protocol.

    python -m bench.lsp [--scenes 300] [--rounds 15]

Musts: completion within 100 ms, static problems within 300 ms of a keystroke; proofs follow without blocking.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.stories import story
from tests.features.editor.client import Editor

PROVEN = {"SC106", "SC107", "SC108"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name:
        folder = Path(name) / "long-night"
        folder.mkdir()
        path = folder / "scenario.md"
        text = story(options.scenes)
        path.write_text(text, encoding="utf-8")
        editor = Editor(folder)
        began = time.perf_counter()
        uri = editor.open(path)
        editor.problems(uri, 1, 30)
        say("first problems after opening", [time.perf_counter() - began])
        lines = text.splitlines()
        label = next(at for at, line in enumerate(lines) if line.startswith("- ["))
        column = lines[label].index("](#") + 5
        time.sleep(2)
        static, busy, idle = [], [], []
        for typed in range(1, options.rounds + 1):
            time.sleep(0.3)
            began = time.perf_counter()
            version = editor.type(uri, label, 3, "a")
            began_completion = time.perf_counter()
            complete(editor, uri, label, column + typed)
            busy.append(time.perf_counter() - began_completion)
            editor.problems(uri, version, 30)
            static.append(time.perf_counter() - began)
            time.sleep(0.3)
            began = time.perf_counter()
            complete(editor, uri, label, column + typed)
            idle.append(time.perf_counter() - began)
        say("completion at rest", idle)
        say("completion while checking", busy)
        say("static problems after a keystroke", static)
        began = time.perf_counter()
        version = editor.write(
            uri, text.replace("pass: calm >= 1 and", "pass: calm >= 1 and not")
        )  # only a proof sees it
        editor.problems(uri, version, 60, until=lambda found: any(one["code"] in PROVEN for one in found))
        say("proven problems after a keystroke", [time.perf_counter() - began])
        for method in ("hover", "definition", "documentSymbol"):
            began = time.perf_counter()
            if method == "documentSymbol":
                editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
            else:
                editor.at(method, uri, label, column)
            say(method, [time.perf_counter() - began])
        editor.close()


def complete(editor: Editor, uri: str, line: int, column: int) -> None:
    found = editor.at("completion", uri, line, column)
    assert len(found["items"]) >= 300, len(found["items"])


def say(what: str, taken: list[float]) -> None:
    worst = max(taken)
    print(f"{what:<36} median {statistics.median(taken) * 1000:7.1f} ms, worst {worst * 1000:7.1f} ms ({len(taken)})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
