import io

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from lms.features.certificates import service
from lms.features.certificates.job import make_pdfs
from lms.features.certificates.tables import certificates_certificate as certificates
from lms.learning.people.model import PersonErased


def show(client, certificate):
    return client.get(f"/certificates/{certificate.facts.id}")


def test_anyone_with_the_address_reads_exactly_what_is_certified(client, printed, learner, settings):
    answer = show(client, printed)
    assert answer.status_code == 200
    said = answer.text
    for words in (
        "This certificate is genuine and valid.", "Menna Llŷr-Wŷn", "Safeguarding adults – the basics", "60 minutes",
        "Shows knowledge. Competence at work is to be observed by the employer.", "21 November 2026",
        "21 November 2029", printed.facts.version[:8], "no expert has reviewed it yet", settings.organisation, "played",
        *printed.facts.outcomes,
    ):  # fmt: skip
        assert words in said
    for private in (
        "menna@example.org",
        learner.token,
        str(learner.id),
        printed.facts.registration,
        "per cent",
        "alone",
    ):
        assert private not in said
    assert "Download" not in said


def test_the_public_page_is_in_no_index_and_sets_no_cookie(client, printed):
    answer = show(client, printed)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("wrong", ["x", "a" * 22, "%00", "..%2f..%2fetc", "a" * 900, "%F0%9F%99%82", "x.pdf.pdf.txt"])
def test_an_unknown_address_is_calmly_not_valid(client, printed, wrong):
    answer = client.get(f"/certificates/{wrong}")
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_the_page_of_an_unknown_one_says_what_to_do(client, printed):
    answer = client.get(f"/certificates/{printed.facts.id[:-1]}")
    assert answer.status_code == 404
    assert "Not a valid certificate" in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Menna" not in answer.text


def test_a_row_that_was_changed_looks_like_an_unknown_one(client, store, printed):
    unknown = client.get("/certificates/" + "a" * 22).text
    with store.work() as uow:
        uow.connection.execute(update(certificates).values(name="Somebody Else"))
    answer = show(client, printed)
    assert answer.status_code == 404
    assert answer.text.replace(printed.facts.id, "a" * 22) == unknown


def test_an_expired_one_is_genuine_and_says_since_when(client, clock, printed):
    clock.advance(printed.facts.last_day - printed.facts.issued_on)
    assert "genuine and valid" in show(client, printed).text
    clock.advance(printed.facts.last_day - printed.facts.issued_on)
    said = show(client, printed).text
    assert "This certificate is genuine, and it expired on 21 November 2029." in said
    assert "genuine and valid" not in said


def test_an_erased_holder_is_not_named(client, store, printed, learner):
    with store.work() as uow:
        service.forget(uow, PersonErased(learner.id))
    said = show(client, printed).text
    assert "Its holder’s data has been erased" in said
    assert "genuine and valid" in said
    assert "Menna" not in said


def test_a_name_and_a_title_are_words_and_never_markup(client, store, make_person, take_course, shipped):
    person = make_person("eve@example.org", name='<img src=x onerror=alert(1)> & "Eve"')
    take_course(person)
    with store.work() as uow:
        (found,) = service.list_of(uow, person.id)
    said = show(client, found).text
    assert "<img src=x" not in said
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &#34;Eve&#34;" in said


def test_the_holder_finds_it_waits_for_the_pdf_and_downloads_it(client, sign_in, store, settings, issued, learner):
    sign_in(learner)
    waiting = client.get("/certificates/").text
    assert issued.facts.id in waiting
    assert "Your PDF is being made" in waiting
    assert "data-waits" in waiting
    assert "Your PDF is being made" in show(client, issued).text
    early = client.get(f"/certificates/{issued.facts.id}.pdf")
    assert early.status_code == 303
    assert early.headers["Location"] == f"/certificates/{issued.facts.id}"
    make_pdfs(store, settings)
    assert "data-waits" not in client.get("/certificates/").text
    assert "Download as PDF" in show(client, issued).text
    answer = client.get(f"/certificates/{issued.facts.id}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Menna Llŷr-Wŷn" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_nobody_else_downloads_it(client, sign_in, new_client, make_person, printed):
    assert client.get(f"/certificates/{printed.facts.id}.pdf").status_code == 303
    for role in ("learner", "trainer", "manager", "admin"):
        other = make_person(f"{role}@example.org", roles=(role,))
        assert sign_in(other, new_client()).get(f"/certificates/{printed.facts.id}.pdf").status_code == 404


def test_who_has_none_yet_is_told_how_to_get_one(client, sign_in, learner):
    assert "No certificates yet" in sign_in(learner).get("/certificates/").text


def test_course_and_record_lead_there(client, sign_in, issued, learner):
    sign_in(learner)
    assert 'href="/certificates/"' in client.get("/record/").text
    assert 'href="/certificates/"' in client.get(f"/enrolment/courses/{issued.facts.course}").text


def test_a_manager_a_trainer_and_an_admin_see_them_and_the_holder_sees_that_they_looked(
    new_client, sign_in, store, make_person, take_course, shipped
):
    manager = make_person("rhian@example.org", name="Rhian Morgan", roles=("manager",))
    owner = make_person("amina@example.org", name="Amina Yusuf", manager=manager)
    take_course(owner)
    lookers = [manager]
    lookers += [make_person(f"{role}@example.org", name=f"The {role}", roles=(role,)) for role in ("trainer", "admin")]
    for each in lookers:
        page = sign_in(each, new_client()).get(f"/certificates/of/{owner.id}")
        assert "Safeguarding adults – the basics" in page.text
    stranger = make_person("huw@example.org", name="Huw Price", roles=("manager",))
    assert sign_in(stranger, new_client()).get(f"/certificates/of/{owner.id}").status_code == 404
    seen = sign_in(owner, new_client()).get("/people/profile").text
    assert all(each.name in seen for each in lookers)
    assert "Huw Price" not in seen


def test_their_pages_lead_to_the_certificates_of_somebody(client, sign_in, new_client, make_person, issued):
    trainer = make_person("trainer@example.org", roles=("trainer",))
    assert "/certificates/of/" in sign_in(trainer).get(f"/insights/courses/{issued.facts.course}").text


def test_everything_kept_about_one_has_the_certificates(client, sign_in, issued, learner):
    kept = sign_in(learner).get("/record/everything.json").json
    assert [each["number"] for each in kept["certificates"]] == [issued.facts.id]
