"""Missing ids, written into the file once: `lms check --fix`. Nothing else of the file changes (see `source.edits`)."""

from collections.abc import Mapping

from lms.engine.scenario.language import front
from lms.engine.scenario.language.parse import parse
from lms.engine.scenario.language.syntax import Name, Scenario
from lms.engine.source import edits
from lms.engine.source.edits import Edit, new_id
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile, decode
from lms.engine.source.typed import Record
from lms.engine.source.yaml_nodes import Sequence


def write_missing_ids(path: str, content: bytes) -> bytes:
    """Return the file with an id for every scene, choice, option and block that has none; else the same bytes."""
    source = decode(path, content, Problems())
    found = missing_ids(path, content)
    return edits.apply(source, found) if source and found else content


def write_missing_ids_into(file: SourceFile, story: SourceFile, files: Mapping[str, SourceFile]) -> bytes:
    """Return a file that a story includes, with an id for everything in it that has none; else the same bytes.

    The ids are those that the whole story lacks, in order: each of its files gets ids that no other has.
    """
    problems = Problems()
    main, source = decode(story.path, story.data, problems), decode(file.path, file.data, problems)
    found = _missing(parse(main, problems, files), file.path) if main and source else []
    return edits.apply(source, found) if source and found else file.data


def missing_ids(path: str, content: bytes) -> list[Edit]:
    """Return the insertions that give everything in a story's own file its id; none where it cannot be read."""
    problems = Problems()
    source = decode(path, content, problems)
    return [] if source is None else _missing(parse(source, problems), path)


def _missing(scenario: Scenario, path: str) -> list[Edit]:
    found: list[Edit] = []

    def give(names: list[tuple[Name, str]], otherwise: str, taken: set[str]) -> None:
        taken |= {name.text for name, _ in names}
        for name, words in names:
            if not name.text:
                chosen = new_id(words, taken, otherwise)
                edit = Edit(name.span.line, name.span.column, f" {{#{chosen}}}")
                found.extend([edit] if name.span.path == path else [])

    scenes = scenario.scenes
    give([(scene.id, scene.title) for scene in scenes], "scene", {"return"})
    lists = _lists(scenario)
    choices = {identifier for items, _, _ in lists["choice"] for identifier in edits.ids_in(items)}
    named = [(choice.id, choice.label) for scene in scenes for choice in scene.choices]
    timeouts = [scene.timeout.choice for scene in scenes if scene.timeout]
    give([*named, *((choice.id, choice.label or "time ran out") for choice in timeouts)], "choice", choices)
    give([(later.id, later.keys.to) for later in scenario.laters], "later", set())
    give([(debrief.id, f"about {debrief.keys.for_[0]}") for debrief in scenario.debriefs], "debrief", set())
    texts = [scene.free_text for scene in scenes if scene.free_text]
    give([(text.id, text.keys.ask) for text in texts], "words", set())
    questions = [scene.question for scene in scenes if scene.question]
    give([(each.id, each.keys.question or "") for each in questions], "question", set())
    orders = [scene.order for scene in scenes if scene.order]
    give([(each.id, each.keys.ask) for each in orders], "order", set())
    for space, several in lists.items():
        taken = {identifier for items, _, _ in several for identifier in edits.ids_in(items)}
        if space == "choice":
            taken |= choices | {choice.id.text for scene in scenes for choice in scene.all_choices}
        for items, words, otherwise in several:
            made = edits.id_edits(items, taken, words=words, otherwise=otherwise)
            found += made if items.span.path == path else []
    return found


def _lists(scenario: Scenario) -> dict[str, list[tuple[Sequence, str, str]]]:
    """Return the YAML lists whose items have ids, by the things they share their ids with."""
    choices: list[tuple[Record, str, str, str]] = []
    for scene in scenario.scenes:
        if scene.options:
            choices.append((scene.options, "options", "text", "option"))
        if scene.order:
            choices.append((scene.order.keys, "items", "text", "item"))
        if scene.free_text:
            choices.append((scene.free_text.keys, "routes", "phrases", "route"))
    plans: list[front.PlanKeys] = [scenario.plan] if scenario.plan else []
    return {
        "choice": [
            (node, words, otherwise)
            for record, key, words, otherwise in choices
            if isinstance(node := record.node_of(key), Sequence)
        ],
        "prompt": [(node, "ask", "prompt") for plan in plans if isinstance(node := plan.node_of("prompts"), Sequence)],
    }
