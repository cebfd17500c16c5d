"""What makes a scenario teach: reasons, plausible alternatives, a debrief, sources that are looked after, no tells.

A decision is a scene in which a choice is rated, or one with several choices that is not declared a narration.
"""

import re
from datetime import date

from lms.engine.scenario.language import front, plain_words, syntax
from lms.engine.scenario.language.check import NAMELESS, names_at
from lms.engine.scenario.program import codes
from lms.engine.source.problem import Problems

TELLING_SHARE = 0.4
"""Above this share of decisions, being the longest (or the shortest) gives the best answer away."""
ENOUGH_DECISIONS = 5
ENOUGH_IF_ALL = 3
"""So few decisions suffice where the best answer is given away in every one of them."""

_MARKUP = re.compile(r"\]\{[^{}]*\}|\]\([^()]*\)|[*_\[\]]")


def check(scenario: syntax.Scenario, today: date, problems: Problems, *, cited: frozenset[str] = frozenset()) -> None:
    """Report what weakens the scenario as training; `cited` are references that stand in other files."""
    decisions = [scene for scene in scenario.scenes if _is_decision(scene)]
    deciding = set(map(id, decisions))
    debriefed = {name.text for debrief in scenario.debriefs for name in names_at(debrief.keys, "for")}
    is_sure = not NAMELESS & {problem.code for problem in problems}
    for scene in decisions:
        if not scene.is_unsure:
            _check_choices(scene, problems)
    for scene in scenario.scenes:
        _check_options(scene, problems)
        asked = [choice.id.text for choice in scene.choices] if id(scene) in deciding else []
        asked += [option.id or "" for option in scene.options.options] if scene.options else []
        if scene.order and not all(item.feedback for item in scene.order.keys.items):
            asked += [scene.order.id.text, *(item.id or "" for item in scene.order.keys.items)]
        if asked and debriefed.isdisjoint(asked) and is_sure and not scene.is_unsure:
            problems.add(
                codes.NO_DEBRIEF,
                scene.span,
                f"nothing is said about '{scene.id.text}' in the debrief",
                why="without the expert's reason a learner knows what was wrong, and not why",
                fix="add a '::: debrief {#id}' block with for, expert, why and ref"
                + (", or 'feedback: …' to every item" if scene.order else ""),
            )
    _check_experts(scenario, problems)
    plain_words.check(scenario, problems)
    _check_tells(scenario, decisions, problems)
    _check_references(scenario, today, cited, problems)


def _is_decision(scene: syntax.Scene) -> bool:
    if any(choice.keys.rating for choice in scene.choices):
        return True
    return len(scene.choices) > 1 and scene.keys.kind not in {"narration", "hub"}


def _check_choices(scene: syntax.Scene, problems: Problems) -> None:
    unrated = [
        choice
        for choice in scene.choices
        if choice.keys.rating is None
        and choice.keys.when is None
        and not choice.keys.is_unread("rating")
        and not choice.keys.is_unread("when")
        and (choice.id is None or choice.id.text != scene.keys.exit)  # the way out of a hub decides nothing
    ]
    for choice in unrated:
        problems.add(
            codes.NO_RATING,
            choice.span,
            "this choice has no rating",
            why="the debrief compares what was chosen with what an expert would choose",
            fix="write 'rating: best', 'defensible', 'unsafe' or 'critical' in its '::: choice' block,"
            " or 'kind: narration' in the scene's if nothing is decided here",
        )
    if not unrated and not any(
        choice.keys.rating == "best" or choice.keys.is_unread("rating") for choice in scene.choices
    ):
        problems.add(
            codes.NO_BEST,
            scene.span,
            f"no choice of '{scene.id.text}' is rated best",
            why="there would be nothing to learn from an expert",
            fix="rate one of them 'best'",
        )
    for choice in scene.choices:
        if _lacks_why_plausible(choice.keys):
            problems.add(
                codes.NO_WHY_PLAUSIBLE,
                choice.keys.place_of("rating"),
                f"it is not said why anyone would choose '{choice.id.text}'",
                why="a wrong answer that nobody would give teaches nothing; the debrief starts from what made sense",
                fix="write 'why_plausible: …' below it",
            )


def _check_options(scene: syntax.Scene, problems: Problems) -> None:
    for option in scene.options.options if scene.options else ():
        if _lacks_why_plausible(option):
            problems.add(
                codes.NO_WHY_PLAUSIBLE,
                option.place_of("rating"),
                f"it is not said why anyone would select '{option.id}'",
                why="a wrong answer that nobody would give teaches nothing; the debrief starts from what made sense",
                fix="write 'why_plausible: …' beside it",
            )


def _check_experts(scenario: syntax.Scenario, problems: Problems) -> None:
    """Report what an expert is said to take, where another answer to the same is rated best and always open."""
    ratings: dict[str, str | None] = {}
    best_beside: dict[str, str] = {}
    for scene in scenario.scenes:
        options = scene.options.options if scene.options else ()
        for answers in (
            [(one.id.text, one.keys.rating, one.keys.when) for one in scene.choices],
            [(option.id or "", option.rating, option.when) for option in options],
        ):
            best = next((id_ for id_, rating, when in answers if rating == "best" and when is None), "")
            ratings |= {id_: rating for id_, rating, _ in answers}
            best_beside |= {id_: best for id_, _, _ in answers if best}
    for debrief in scenario.debriefs:
        experts = [name for name in names_at(debrief.keys, "expert") if name.text in best_beside]
        with_best = {best_beside[name.text] for name in experts if ratings[name.text] == "best"}
        for name in experts:
            rating, best = ratings[name.text], best_beside[name.text]
            if rating in {"unsafe", "critical"} or (rating == "defensible" and best not in with_best):
                problems.add(
                    codes.EXPERT_NOT_BEST,
                    name.span,
                    f"an expert would take '{name.text}', which is rated {rating}",
                    why=f"'{best}' is rated best: learners would be told two things about the same",
                    fix=f"write '{best}' here, or rate '{name.text}' best",
                )


def _lacks_why_plausible(keys: front.ChoiceKeys | front.OptionKeys) -> bool:
    said = keys.why_plausible.strip() or keys.is_unread("why_plausible")
    return keys.rating not in {None, "best"} and not said


def _check_tells(scenario: syntax.Scenario, decisions: list[syntax.Scene], problems: Problems) -> None:
    told = [scene for scene in decisions if len(scene.choices) > 1 and _best(scene)]
    if len(told) < ENOUGH_IF_ALL or scenario.front is None:
        return
    place = scenario.front.place_of_key("scenario")
    for word, sign in (("longest", 1), ("shortest", -1)):
        giving_away = [scene for scene in told if _stands_out(scene, sign)]
        always = len(giving_away) == len(told)
        if always or (len(told) >= ENOUGH_DECISIONS and len(giving_away) > TELLING_SHARE * len(told)):
            named = ", ".join(f"'{scene.id.text}'" for scene in giving_away)
            problems.add(
                codes.LENGTH_TELLS,
                place,
                f"the best choice is the {word} in {len(giving_away)} of {len(told)} decisions",
                why="learners notice, and stop reading",
                fix=f"make others as {word.removesuffix('est')} in some of {named}",
            )
    shuffled = scenario.front.shuffle
    fixed = [scene for scene in told if not (shuffled if scene.keys.shuffle is None else scene.keys.shuffle)]
    if len(fixed) >= ENOUGH_IF_ALL and all(scene.choices[0].keys.rating == "best" for scene in fixed):
        problems.add(
            codes.PLACE_TELLS,
            scenario.front.place_of_key("title"),
            f"the best choice always comes first (in {len(fixed)} decisions that are not shuffled)",
            why="learners notice, and stop reading",
            fix="remove 'shuffle: no', or change the order of some",
        )


def _best(scene: syntax.Scene) -> list[syntax.Choice]:
    return [choice for choice in scene.choices if choice.keys.rating == "best"]


def _stands_out(scene: syntax.Scene, sign: int) -> bool:
    """Tell whether a best choice is longer (sign 1) or shorter (-1) than every choice that is not."""
    others = [sign * _length(choice) for choice in scene.choices if choice.keys.rating != "best"]
    return bool(others) and max(sign * _length(choice) for choice in _best(scene)) > max(others)


def _length(choice: syntax.Choice) -> int:
    return len(_MARKUP.sub("", choice.label))


def _check_references(scenario: syntax.Scenario, today: date, cited: frozenset[str], problems: Problems) -> None:
    matter = scenario.front
    if matter is None:
        return
    records = [debrief.keys for debrief in scenario.debriefs]
    musts = [*matter.must.values(), *matter.must_not.values()]
    used = cited | {name.text for record in (*records, *musts) for name in names_at(record, "ref")}
    for name, reference in matter.references.items():
        if name not in used and reference.span.path != scenario.source.path:
            continue  # included, and somebody else's concern
        if reference.review_by is not None and reference.review_by < today:
            problems.add(
                codes.REVIEW_OVERDUE,
                reference.place_of("review_by"),
                f"'{name}' was to be looked at again by {reference.review_by.isoformat()}",
                why="law and procedures change, and training that lags behind does harm",
                fix="read it again, correct what has changed, and write the new 'checked' and 'review_by'",
            )
        if name not in used:
            problems.add(
                codes.UNUSED_REFERENCE,
                matter.place_of_key("references", name),
                f"nothing refers to '{name}'",
                fix=f"write 'ref: {name}' where it is the reason, or remove it",
            )
    for record in records:
        if record.node_of("ref") is None and not record.is_unread("ref"):
            problems.add(
                codes.NO_REASON_REFERENCE,
                record.place_of_key("why"),
                "the reason has no source",
                why="a learner, and whoever reviews this, wants to know where it comes from",
                fix="write 'ref: id' with an id under 'references'",
            )
