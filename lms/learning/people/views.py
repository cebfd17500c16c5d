"""/people: signing in and out, one's own profile, forgotten passwords, and the admin's list of people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from flask import request, session
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import login_user

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.kernel.errors import Invalid
from lms.kernel.words import N_
from lms.learning.people import access, erasure, service, transport
from lms.learning.people.model import (
    LOCALES,
    MAIL_MOST,
    PASSWORD_MOST,
    ROLES,
    OneTimeLink,
    Origin,
    Person,
    TooMany,
    fold_mail,
)

blueprint = web.blueprint("people", __name__)
ADMIN = web.roles("admin")
LANGUAGES = {"en_GB": "English", "cy": "Cymraeg"}
ROLE_NAMES = {"learner": N_("Learner"), "trainer": N_("Trainer"), "manager": N_("Manager"), "admin": N_("Admin")}
TOO_MANY = 429
_PASSWORD = {"most": PASSWORD_MOST}


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in form."""

    mail: str = field(metadata={"most": MAIL_MOST})
    password: str = field(metadata=_PASSWORD)
    next: str = field(default="", metadata={"most": 2000})


@dataclass(frozen=True, slots=True)
class Next:
    """Where somebody wanted to go."""

    next: str = field(default="", metadata={"most": 2000})


@dataclass(frozen=True, slots=True)
class Mail:
    """An address that a link is asked for."""

    mail: str = field(metadata={"most": MAIL_MOST})


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password to be."""

    new: str = field(metadata=_PASSWORD)


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The password of now, and the one to be."""

    old: str = field(metadata=_PASSWORD)
    new: str = field(metadata=_PASSWORD)


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be."""

    name: str


@dataclass(frozen=True, slots=True)
class Language:
    """Language and time zone of a person's pages."""

    locale: str
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Words to look for in the list of people, and the page of it."""

    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to be."""

    mail: str = field(metadata={"most": MAIL_MOST})
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """A person's roles to be."""

    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manager:
    """A person's manager to be; empty for none."""

    manager: str = ""


# --- in and out -------------------------------------------------------------------------------------------------------


@web.get(blueprint, "/sign-in", allow=web.ANYONE)
def sign_in(_uow: UnitOfWork) -> web.Response:
    """Show the sign-in page."""
    wanted = web.own_path(web.read_query(Next).next) or ""
    if web.visitor() is not None:
        return web.redirect_to(wanted)
    return web.render("people/sign-in.html", next=wanted, mail="", problems=())


@web.post(blueprint, "/sign-in", allow=web.ANYONE)
def enter(uow: UnitOfWork) -> web.Response:
    """Sign in, with a session that holds nothing from before."""
    try:
        form = web.read_form(SignIn)
        person = access.authenticate(
            uow, mail=form.mail, password=form.password, origin=_origin(), memory=web.settings().password_memory
        )
    except (Invalid, TooMany) as error:
        wanted = web.own_path(request.form.get("next", "")) or ""
        return _again("people/sign-in.html", error, next=wanted, mail=web.entered("mail", most=MAIL_MOST))
    _begin_session(person)
    return web.redirect_to(form.next)


@web.post(blueprint, "/sign-out", allow=web.ANYONE)
def sign_out(_uow: UnitOfWork) -> web.Response:
    """Sign out of this browser and leave nothing behind in it."""
    return _leave()


@web.get(blueprint, "/forgotten", allow=web.ANYONE)
def forgotten(_uow: UnitOfWork) -> web.Response:
    """Show how to get back in."""
    return web.render("people/forgotten.html", can_mail=_can_mail(), problems=(), mail="")


@web.post(blueprint, "/forgotten", allow=web.ANYONE)
def ask_link(uow: UnitOfWork) -> web.Response:
    """Mail a one-time link; the answer is the same whoever is asked for."""
    try:
        form = web.read_form(Mail)
        if _can_mail():
            access.request_link(uow, mail=form.mail, origin=_origin(), send=_letter())
    except (Invalid, TooMany) as error:
        return _again("people/forgotten.html", error, can_mail=_can_mail(), mail=web.entered("mail", most=MAIL_MOST))
    return web.render("people/asked.html", can_mail=_can_mail())


@web.get(blueprint, "/reset/<secret>", allow=web.ANYONE)
def reset(uow: UnitOfWork, secret: str) -> web.Response:
    """Show the page of a one-time link; opening it uses nothing up (mail scanners open links)."""
    person = access.find_link_person(uow, secret)
    return web.render("people/reset.html", secret=secret, person=person, problems=())


@web.post(blueprint, "/reset/<secret>", allow=web.ANYONE)
def choose_password(uow: UnitOfWork, secret: str) -> web.Response:
    """Set the password that a one-time link is for."""
    try:
        form = web.read_form(NewPassword)
        access.reset_password(uow, secret, new=form.new, memory=web.settings().password_memory)
    except Invalid as error:
        return _again("people/reset.html", error, secret=secret, person=access.find_link_person(uow, secret))
    session.clear()
    web.flash(_("Your new password is set. Please sign in with it."))
    return web.redirect("people.sign_in")


# --- one's own profile ------------------------------------------------------------------------------------------------


@web.get(blueprint, "/profile", allow=web.SIGNED_IN)
def profile(uow: UnitOfWork) -> web.Response:
    """Show one's own account."""
    return web.render("people/profile.html", **_profile(uow), problems=())


@web.post(blueprint, "/profile/name", allow=web.SIGNED_IN)
def rename(uow: UnitOfWork) -> web.Response:
    """Correct one's own name."""
    try:
        service.rename(uow, web.me().id, web.read_form(Name).name)
    except Invalid as error:
        return _again("people/profile.html", error, **_profile(uow))
    web.flash(_("Your name is saved. Certificates you have already keep the name they were issued with."))
    return web.redirect("people.profile")


@web.post(blueprint, "/profile/language", allow=web.SIGNED_IN)
def language(uow: UnitOfWork) -> web.Response:
    """Choose language and time zone."""
    try:
        form = web.read_form(Language)
        service.choose_language(uow, web.me().id, locale=form.locale, time_zone=form.time_zone)
    except Invalid as error:
        return _again("people/profile.html", error, **_profile(uow))
    with force_locale(form.locale):
        web.flash(_("Your choice is saved."))
    return web.redirect("people.profile")


@web.post(blueprint, "/profile/password", allow=web.SIGNED_IN)
def password(uow: UnitOfWork) -> web.Response:
    """Change one's own password; this browser stays signed in, every other one does not."""
    try:
        form = web.read_form(ChangePassword)
        memory = web.settings().password_memory
        person = access.change_password(uow, web.me().id, old=form.old, new=form.new, origin=_origin(), memory=memory)
    except (Invalid, TooMany) as error:
        return _again("people/profile.html", error, **_profile(uow))
    _begin_session(person)
    web.flash(_("Your new password is set, and you are signed out everywhere else."))
    return web.redirect("people.profile")


@web.post(blueprint, "/profile/sign-out-everywhere", allow=web.SIGNED_IN)
def sign_out_everywhere(uow: UnitOfWork) -> web.Response:
    """End every sign-in of one's own, this one too."""
    access.sign_out_everywhere(uow, web.me().id)
    return _leave()


# --- the admin's pages ------------------------------------------------------------------------------------------------


@web.get(blueprint, "/", allow=ADMIN)
def index(uow: UnitOfWork) -> web.Response:
    """List people."""
    search = web.read_query(Search)
    page = min(max(search.page, 1), 100_000)
    return web.render(
        "people/index.html",
        people=service.list_people(uow, words=search.words, page=page),
        count=service.count_people(uow, words=search.words),
        words=search.words,
        page=page,
        page_size=service.PAGE,
        role_names=ROLE_NAMES,
    )


@web.get(blueprint, "/add", allow=ADMIN)
def add(_uow: UnitOfWork) -> web.Response:
    """Show the form for a new person."""
    return web.render("people/add.html", mail="", name="", roles=("learner",), role_names=ROLE_NAMES, problems=())


@web.post(blueprint, "/add", allow=ADMIN)
def create(uow: UnitOfWork) -> web.Response:
    """Add a person, who then chooses a password through a one-time link."""
    try:
        form = web.read_form(NewPerson)
        person = service.add_person(uow, mail=form.mail, name=form.name, roles=form.roles)
    except Invalid as error:
        given = {name: web.entered(name, most=MAIL_MOST) for name in ("mail", "name")}
        return _again(
            "people/add.html",
            error,
            **given,
            roles=request.form.getlist("roles")[: len(ROLES)],
            role_names=ROLE_NAMES,
        )
    web.flash(_("The account is made. Its person needs a one-time link to choose a password."))
    return web.redirect("people.show", person_id=person.id)


@web.get(blueprint, "/<uuid:person_id>", allow=ADMIN)
def show(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show one account; that it was opened is noted."""
    view = _account(uow, person_id)
    service.record_view(uow, viewer_id=web.me().id, person_id=person_id, what=N_("account data"))
    return web.render("people/person.html", **view, problems=())


@web.post(blueprint, "/<uuid:person_id>/roles", allow=ADMIN)
def roles(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Give a person other roles."""
    try:
        service.set_roles(uow, person_id, web.read_form(Roles).roles)
    except Invalid as error:
        return _again("people/person.html", error, **_account(uow, person_id))
    web.flash(_("The roles are saved. They count from the next page on."))
    return web.redirect("people.show", person_id=person_id)


@web.post(blueprint, "/<uuid:person_id>/manager", allow=ADMIN)
def manager(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Put a person under a manager."""
    try:
        chosen = web.read_form(Manager).manager
        service.set_manager(uow, person_id, _uuid(chosen) if chosen else None)
    except Invalid as error:
        return _again("people/person.html", error, **_account(uow, person_id))
    web.flash(_("The manager is saved."))
    return web.redirect("people.show", person_id=person_id)


@web.post(blueprint, "/<uuid:person_id>/link", allow=ADMIN)
def make_link(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show a new one-time link: now and never again, so this act answers with a page."""
    made = access.make_link(uow, person_id)
    return web.render("people/link.html", address=_address(made), person=made.person, expires_at=made.expires_at)


@web.post(blueprint, "/<uuid:person_id>/sign-out", allow=ADMIN)
def end_sign_ins(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """End every sign-in of a person."""
    access.sign_out_everywhere(uow, service.get_person(uow, person_id).id)
    web.flash(_("This person is signed out everywhere."))
    return web.redirect("people.show", person_id=person_id)


@web.get(blueprint, "/<uuid:person_id>/erase", allow=ADMIN)
def erasing(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show what erasing a person will do, before it is done."""
    person = service.get_person(uow, person_id)
    return web.render("people/erase.html", person=person, tally=erasure.preview(uow, person_id), problems=())


@web.post(blueprint, "/<uuid:person_id>/erase", allow=ADMIN)
def erase(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Erase a person for good, if the address was typed in as it is."""
    person = service.get_person(uow, person_id)
    if fold_mail(web.read_form(Mail).mail) != person.mail:
        problem = web.FieldProblem("mail", _("This is not the mail address of the person. Nothing was erased."))
        tally = erasure.preview(uow, person_id)
        return web.render("people/erase.html", status=422, person=person, tally=tally, problems=[problem])
    erasure.erase(uow, person_id, by=web.me().id)
    web.flash(_("Erased. That it was done is noted with who opened whose record."))
    return web.redirect("people.index")


@web.get(blueprint, "/views", allow=ADMIN)
def views(uow: UnitOfWork) -> web.Response:
    """Show who opened whose record."""
    page = min(max(web.read_query(Search).page, 1), 100_000)
    return web.render(
        "people/views.html",
        views=service.list_views(uow, page=page),
        erased=erasure.list_erased(uow) if page == 1 else (),
        page=page,
        page_size=service.PAGE,
    )


# --- what they share --------------------------------------------------------------------------------------------------


def _again(template: str, error: Invalid | TooMany, **view: Any) -> web.Response:
    """Show a form again, with what was entered (passwords excepted) and what to do about it."""
    if isinstance(error, TooMany):
        return web.render(
            template, status=TOO_MANY, problems=[web.FieldProblem("", f"{_(error.what)} {_(error.fix)}")], **view
        )
    problems: Sequence[Any] = error.problems
    return web.render(
        template, status=422, problems=[web.FieldProblem(each.field, _(each.what)) for each in problems], **view
    )


def _begin_session(person: Person) -> None:
    session.clear()
    session.permanent = True
    login_user(
        web.SignedIn(
            web.Identity(
                id=person.id,
                name=person.name,
                token=person.token,
                roles=person.roles,
                locale=person.locale,
                time_zone=person.time_zone,
                epoch=person.epoch,
            ),
        ),
    )


def _leave() -> web.Response:
    session.clear()
    web.flash(_("You are signed out."))
    response = web.redirect("people.sign_in")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _origin() -> Origin:
    return Origin(request.remote_addr or "", is_local=web.settings().is_loopback and web.is_local())


def _can_mail() -> bool:
    return bool(web.settings().mail_server)


def _address(made: OneTimeLink) -> str:
    return f"{web.settings().address}{made.path}"


def _letter() -> Any:
    """Return what writes and posts the letter with a link, after the commit and in its reader's language."""
    settings = web.settings()

    def send(made: OneTimeLink) -> None:
        with force_locale(made.person.locale):
            subject = _("Choose a new password")
            text = _(
                "Hello %(name)s,\n\nsomebody, probably you, asked for a new password for your account with "
                "%(organisation)s.\nOpen this address within an hour; it works once:\n\n%(address)s\n\n"
                "If it was not you, do nothing: your password stays as it is.\n",
                name=made.person.name,
                organisation=settings.organisation,
                address=_address(made),
            )
        transport.post(settings, to=made.person.mail, subject=subject, text=text)

    return send


def _profile(uow: UnitOfWork) -> dict[str, Any]:
    person = service.get_person(uow, web.me().id)
    return {
        "person": person,
        "languages": {each: LANGUAGES[each] for each in LOCALES},
        "zones": (("", _("As usual here (%(zone)s)", zone=web.settings().time_zone.replace("_", " "))), *_zones()),
        "views": service.list_views(uow, person_id=person.id),
    }


def _account(uow: UnitOfWork, person_id: UUID) -> dict[str, Any]:
    managers = service.list_with_role(uow, "manager")
    return {
        "person": service.get_person(uow, person_id),
        "managers": [each for each in managers if each.id != person_id],
        "role_names": ROLE_NAMES,
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            _("Some of what you entered needs another look."),
            problems=[web.FieldProblem("manager", _("Please choose somebody of the list."))],
        ) from None


@lru_cache(maxsize=1)
def _zones() -> tuple[tuple[str, str], ...]:
    """Return the places that people may know their time by."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    found = sorted(zone for zone in available_timezones() if zone.startswith(areas))
    return tuple((zone, zone.replace("_", " ")) for zone in found)
