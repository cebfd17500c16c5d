import hashlib
import io
import json
import re
import shutil
import unicodedata
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from lms.base.paper.press import FONTS
from lms.features.certificates import pdf, service
from lms.features.certificates.job import SOON, make_pdfs
from lms.features.certificates.model import Certificate
from lms.features.certificates.pdf import Unprintable, is_right_to_left, render
from lms.features.certificates.tables import certificates_certificate as certificates
from lms.learning.people.model import PersonErased
from tests.features.certificates.conftest import facts

ADDRESS = "https://learn.example.org/certificates/aB3_dEf-hIjKlMnOpQrStU"
NAMES = {
    "Welsh": "Menna Llŷr-Wŷn",
    "Polish": "Łukasz Żółć",
    "Yoruba": "Adéọlá Ọ̀ṣúnwálé",
    "Vietnamese": "Nguyễn Thị Ánh",
    "Arabic": "محمد بن سالم",
    "Urdu": "پروین چوہدری",
    "Hebrew": "דוד לוי",
    "Chinese": "王小明",
    "Japanese": "鈴木さくら",
    "Korean": "김민준",
    "Hindi": "अमित शर्मा",
    "Bengali": "রহিমা খাতুন",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "Gujarati": "પ્રિયા પટેલ",
    "Tamil": "மீனா குமார்",
    "Malayalam": "അനിൽ കുമാർ",
    "Sinhala": "නිමල් පෙරේරා",
    "Thai": "สมชาย ใจดี",
    "Amharic": "ሰላም ተስፋዬ",
    "Georgian": "ნინო ბერიძე",
    "Armenian": "Անահիտ Պետրոսյան",
    "Ukrainian": "Оксана Ґудзь",
    "Greek": "Γιώργος Παππάς",
    "Odia": "ସୁନୀତା ଦାସ",
    "Tibetan": "བསྟན་འཛིན་",
    "Dhivehi": "އަޙްމަދު",
    "Burmese": "အောင်ဆန်း",
    "Khmer": "សុខ ចាន់",
    "Lao": "ສົມຊາຍ",
    "Telugu": "రవి కుమార్",
    "Kannada": "ರಮೇಶ್",
    "Fulah": "𞤀𞤥𞤭𞤲𞤢",
    "Tamazight": "ⵜⵉⵀⵢⴰ",
    "Syriac": "ܐܦܪܝܡ",
    "Inuktitut": "ᐊᓂ ᓯᓪᕕᐊ",
    "Cherokee": "ᏍᏏᏉᏯ",
}
SCRIPTS = (
    "ADLAM,BALINESE,BAMUM,BATAK,BENGALI,BUGINESE,CHAKMA,CHAM,CHEROKEE,DEVANAGARI,ETHIOPIC,GEORGIAN,GUJARATI,GURMUKHI,HANUNOO"
    ",JAVANESE,KANNADA,KAYAH LI,KHMER,LAO,LEPCHA,LIMBU,LISU,MANDAIC,MALAYALAM,MIAO,MONGOLIAN,MRO,MYANMAR,NEWA,NKO,ORIYA,OSAGE"
    ",REJANG,SAURASHTRA,SINHALA,SUNDANESE,SYRIAC,TAGALOG,TAGBANWA,TAMIL,TELUGU,THAANA,THAI,TIBETAN,TIFINAGH,VAI,WANCHO,YI,BUHID"
    ",BOPOMOFO,HIRAGANA,KATAKANA,HANGUL,ARABIC,HEBREW,ARMENIAN,GREEK,CYRILLIC,OL CHIKI,MEETEI MAYEK,TAI LE,NEW TAI LUE,TAI THAM"
    ",TAI VIET,SYLOTI NAGRI,HANIFI ROHINGYA,SORA SOMPENG,WARANG CITI,MENDE KIKAKUI,GUNJALA GONDI,MASARAM GONDI,MEDEFAIDRIN"
)
"""Scripts that people write their names in today, as Unicode calls their letters."""


def made(name="Menna Llŷr-Wŷn", locale="en_GB", **changed):
    return render(Certificate(facts(**changed), name, is_expired=False), ADDRESS, locale)


def text(body):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def letters(words):
    """The letters of words, whatever their order and their forms: extraction turns and joins some scripts."""
    plain = unicodedata.normalize("NFKD", words)
    return {each for each in plain if unicodedata.category(each).startswith("L")}


def test_a_certificate_is_one_page_of_PDF_UA_with_a_title_and_a_language():
    reader = PdfReader(io.BytesIO(made()))
    assert len(reader.pages) == 1
    assert reader.metadata.title == "Certificate of knowledge: Safeguarding adults – the basics"
    assert reader.metadata.author == "Cwm Care"
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("en")
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own kind of boolean
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert reader.pages[0].mediabox.width == pytest.approx(595, abs=1)


def test_it_states_everything_that_was_certified():
    said = " ".join(text(made()).split())
    for words in (
        "Cwm Care", "Certificate of knowledge", "Menna Llŷr-Wŷn", "Safeguarding adults – the basics",
        "Shows knowledge. Competence at work is to be observed by the employer.", "Say who is at risk",
        "own iaith at the centre", "21 November 2026", "21 November 2029", "60 minutes", "9f2e01aa", "played",
        "no expert has reviewed it yet", "aB3_dEf-hIjKlMnOpQrStU",
    ):  # fmt: skip
        assert words in said


def test_the_code_has_an_alternative_text_and_the_address_is_a_link():
    reader = PdfReader(io.BytesIO(made()))
    figures = [each for each in structure(reader.trailer["/Root"]["/StructTreeRoot"]) if each.get("/S") == "/Figure"]
    assert [each["/Alt"] for each in figures] == ["QR code that opens the page of this certificate"]
    links = [each.get_object()["/A"]["/URI"] for each in reader.pages[0]["/Annots"]]
    assert set(links) == {ADDRESS}


def structure(element):
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found = child.get_object() if hasattr(child, "get_object") else child
        if hasattr(found, "get"):
            yield found
            yield from structure(found)


@pytest.mark.parametrize("language", NAMES)
def test_a_name_is_printed_in_its_own_script(language):
    body = made(NAMES[language])
    assert letters(NAMES[language]) <= letters(text(body))
    assert "cannot be printed" not in text(body)


def test_scripts_that_are_written_today_have_a_font():
    letters_of = {script: [] for script in SCRIPTS.split(",")}
    for code in (*range(0x370, 0x3400), *range(0xA000, 0xAC00), *range(0x10400, 0x11E00), *range(0x16A40, 0x1E960)):
        found = re.match("(.+?) (CAPITAL LETTER|LETTER|SYLLABLE|CHARACTER)", unicodedata.name(chr(code), ""))
        if found and found[1] in letters_of:
            letters_of[found[1]].append(chr(code))
    chosen = "".join(found[len(found) // 2] for found in letters_of.values())
    assert "□" not in text(made(chosen))


@pytest.mark.parametrize(("name", "rtl"), [(NAMES["Arabic"], True), (NAMES["Hebrew"], True), ("Menna", False), ("123", False), ("(علي) Ali", True), ("", False)])  # fmt: skip
def test_the_direction_of_a_name_is_that_of_its_first_letter(name, rtl):
    assert is_right_to_left(name) is rtl


def test_a_letter_that_no_font_has_is_said_to_be_missing_and_the_rest_is_printed():
    said = " ".join(text(made("𠮷野 Menna \U0001d54f")).split())
    assert "野 Menna" in said
    assert said.count("□") == 2
    assert "it stands in full on the page named below" in said


def test_a_picture_character_in_a_title_costs_only_itself():
    said = " ".join(text(made(title="Care 🙂 well")).split())
    assert "Care □ well" in said
    assert "cannot be printed" not in said


@pytest.mark.parametrize(
    "hostile",
    ['"] #panic("no") [', '#read("/etc/passwd")', "$1+1$", "\\u{41} *bold* _it_", "#sys.inputs", "</text>", "`a`", "@ref"],
)  # fmt: skip
def test_words_are_printed_and_never_obeyed(hostile):
    assert hostile in " ".join(text(made(hostile)).split())


def test_a_long_name_and_many_outcomes_still_find_room():
    body = made(
        "Featherstonehaugh-Cholmondeley " * 6, outcomes=tuple(f"Do the thing {n} well and kindly" for n in range(40))
    )
    said = text(body)
    assert said.count("Featherstonehaugh") == 6
    assert "Do the thing 39" in said
    assert "Is it genuine?" in said


def test_what_does_not_expire_says_so_and_who_reviewed_is_named():
    reviewed = {"by": "Dr Eleri Vaughan", "role": "safeguarding lead", "on": "2026-10-01"}
    said = " ".join(
        text(
            made(valid_until="", reviewed=pdf.Facts.from_json({**facts().to_json(), "reviewed": reviewed}).reviewed)
        ).split()
    )
    assert "does not expire" in said
    assert "reviewed by Dr Eleri Vaughan, safeguarding lead, on 1 October 2026" in said


def test_in_a_language_without_words_for_certificates_all_of_it_is_english():
    reader = PdfReader(io.BytesIO(made(locale="eo")))
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "21 November 2026" in reader.pages[0].extract_text()


def test_the_same_certificate_gives_the_same_bytes():
    assert made() == made()


def test_without_a_name_there_is_no_pdf():
    with pytest.raises(Unprintable):
        made(None)


def test_the_fonts_are_exactly_those_that_were_taken_and_each_has_its_licence():
    listed = json.loads((FONTS / "FONTS.json").read_text(encoding="utf-8"))["packages"]
    sums = {name: digest for package in listed for name, digest in package["files"].items()}
    present = {
        path.name: hashlib.sha512(path.read_bytes()).hexdigest()
        for path in FONTS.iterdir()
        if path.name != "FONTS.json"
    }
    assert present == sums
    for package in listed:
        assert package["licence_file"] in package["files"]
        assert package["licence"] in {"OFL-1.1", "Apache-2.0"}
        assert re.fullmatch(r"[0-9a-f]{128}", package["archive_sha512"])
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 11_000_000


# --- the worker's part ------------------------------------------------------------------------------------------------


def body_of(store, certificate, person):
    with store.work() as uow:
        return service.get_pdf(uow, person.id, certificate.facts.id)


def test_the_worker_makes_what_is_missing_once(store, settings, issued, learner):
    assert body_of(store, issued, learner) is None
    assert make_pdfs(store, settings) == SOON
    first = body_of(store, issued, learner)
    said = " ".join(text(first).split())
    assert "Menna Llŷr-Wŷn" in said
    assert f"{settings.address}/certificates/{issued.facts.id}" in said.replace("\u200b", "").replace("/ ", "/")
    make_pdfs(store, settings)
    assert body_of(store, issued, learner) == first


def test_one_that_cannot_be_made_is_put_off_and_holds_up_no_other(
    store, settings, issued, learner, make_person, take_course, clock
):
    good = {"facts": None}
    with store.work() as uow:
        good["facts"] = uow.connection.execute(certificates.select()).mappings().one()["facts"]
        uow.connection.execute(update(certificates).values(facts="{}"))
    other = make_person("tom@example.org", name="Tomasz Nowak")
    take_course(other)
    make_pdfs(store, settings)
    with store.work() as uow:
        (second,) = service.list_of(uow, other.id)
        assert service.list_due(uow) == ()
        uow.connection.execute(update(certificates).where(certificates.c.id == issued.facts.id).values(good))
    assert b"%PDF" in body_of(store, second, other)
    assert body_of(store, issued, learner) is None
    clock.advance(timedelta(seconds=11))
    make_pdfs(store, settings)
    assert b"%PDF" in body_of(store, issued, learner)


def test_a_template_that_is_broken_puts_off_what_is_due_and_names_nobody(
    store, settings, issued, learner, tmp_path, monkeypatch, capsys
):
    shutil.copytree(pdf.FOLDER, tmp_path / "broken")
    (tmp_path / "broken" / "certificate.typ").write_text('#image("gone.png", alt: "")')
    monkeypatch.setattr(pdf, "FOLDER", tmp_path / "broken")
    monkeypatch.setattr(pdf, "TEMPLATE", tmp_path / "broken" / "certificate.typ")
    make_pdfs(store, settings)
    monkeypatch.undo()
    said = "".join(capsys.readouterr())
    assert "certificate_not_printed" in said
    assert "gone.png" in said
    assert "Menna" not in said
    assert body_of(store, issued, learner) is None


def test_one_that_fails_as_nobody_foresaw_is_put_off_too(store, settings, issued, learner, monkeypatch, clock):
    monkeypatch.setattr(pdf.segno, "make", None)
    make_pdfs(store, settings)
    monkeypatch.undo()
    make_pdfs(store, settings)
    assert body_of(store, issued, learner) is None
    clock.advance(timedelta(seconds=11))
    make_pdfs(store, settings)
    assert b"%PDF" in body_of(store, issued, learner)


def test_a_holder_who_is_erased_while_the_pdf_is_made_gets_none(store, issued, learner):
    with store.work() as uow:
        service.forget(uow, PersonErased(learner.id))
    with store.work() as uow:
        service.keep_pdf(uow, issued.facts.id, b"%PDF")
        assert not service.has_pdf(uow, issued.facts.id)
