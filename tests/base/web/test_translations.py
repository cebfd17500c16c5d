"""The list of all words that people see, and what is translated of it."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.base.web.gallery import MENNA, make_gallery

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "lms" / "translations"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "lazy_gettext": None}
UPDATE = "python -m tests.base.web.test_translations"


def extracted():
    """Return every word of the sources, by file, without line numbers: they would change with every edit."""
    catalogue = Catalog(project="Ymarfer", version="0", charset="utf-8", copyright_holder="the authors of Ymarfer")
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for name, _line, message, comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def written(catalogue):
    """Return a catalogue as its file holds it."""
    out = io.BytesIO()
    write_po(out, catalogue, no_location=True, omit_header=False, sort_output=True, width=120)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(
        line
        for line in lines
        if not re.match(
            r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator)', line
        )
    )


def catalogue_of(language):
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue):
    """Return the form that is read at run time; the days in its header would change it with every minute."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def update():
    """Write the list of words anew, bring every language in step with it, and compile them."""
    words = extracted()
    (FOLDER / "messages.pot").write_text(written(words), encoding="utf-8")
    for language in LANGUAGES:
        catalogue = catalogue_of(language)
        catalogue.update(words, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        folder = FOLDER / language / "LC_MESSAGES"
        (folder / "messages.po").write_text(written(catalogue), encoding="utf-8")
        (folder / "messages.mo").write_bytes(compiled(catalogue_of(language)))


def test_the_list_of_words_is_in_step_with_the_sources():
    assert (FOLDER / "messages.pot").read_text(encoding="utf-8") == written(extracted()), f"run {UPDATE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_and_its_compiled_form_is_in_step(language):
    catalogue = catalogue_of(language)
    assert {each.id for each in catalogue if each.id} == {each.id for each in extracted() if each.id}, f"run {UPDATE}"
    assert (FOLDER / language / "LC_MESSAGES" / "messages.mo").read_bytes() == compiled(catalogue), f"run {UPDATE}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_what_the_original_names(language):
    wrong = [
        f"{each.id!r} → {text!r}"
        for each in catalogue_of(language)
        if each.id
        for text in ([each.string] if isinstance(each.string, str) else each.string)
        if text and fields(text) != fields(each.id if isinstance(each.id, str) else each.id[-1])
    ]
    assert wrong == []


def fields(text):
    return set(re.findall(r"%\((\w+)\)[sd]", text))


def test_welsh_has_its_five_plurals_and_the_words_of_the_navigation():
    welsh = catalogue_of("cy")
    assert welsh.num_plurals == 5
    assert [welsh.get(word).string for word in ("Home", "Catalogue", "Sign in", "Sign out")] == [
        "Hafan",
        "Catalog",
        "Mewngofnodi",
        "Allgofnodi",
    ]


def test_a_page_in_welsh_says_so_and_falls_back_to_english_for_what_is_not_translated_yet(tmp_path):
    app = make_gallery(tmp_path, person=replace(MENNA, locale="cy"))
    page = app.test_client().get("/gallery/stage/bands", base_url=app.config["LMS_ADDRESS"]).text
    assert '<html lang="cy">' in page
    assert "Cam 6 o 7" in page
    assert "This run:" in page


if __name__ == "__main__":
    update()
