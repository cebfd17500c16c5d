"""Pages of certificates: one's own, somebody's for those who may, and the public one that needs no sign-in."""

from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.certificates import service

blueprint = web.blueprint("certificates", __name__)
RESPONSIBLE = web.roles("trainer", "manager", "admin")


@web.get(blueprint, "/", allow=web.SIGNED_IN)
def mine(uow: UnitOfWork) -> web.Response:
    """Show one's own certificates."""
    return web.render("certificates/mine.html", certificates=service.list_mine(uow, web.me().id))


@web.get(blueprint, "/of/<uuid:person_id>", allow=RESPONSIBLE)
def of(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show somebody's certificates; that they were looked at is noted for that person to see."""
    page = service.get_holder(uow, web.me(), person_id)
    service.note_view(uow, web.me(), person_id)
    return web.render("certificates/of.html", page=page)


@web.get(blueprint, "/<certificate_id>", allow=web.ANYONE)
def show(uow: UnitOfWork, certificate_id: str) -> web.Response:
    """State what a certificate certifies, to anyone who has its address."""
    certificate = service.find_public(uow, certificate_id)
    if certificate is None:
        return _unlisted(web.render("certificates/unknown.html", status=404))
    visitor = web.visitor()
    is_mine = visitor is not None and service.is_mine(uow, visitor.id, certificate_id)
    has_pdf = is_mine and service.has_pdf(uow, certificate_id)
    page = web.render("certificates/show.html", certificate=certificate, is_mine=is_mine, has_pdf=has_pdf)
    return _unlisted(page)


@web.get(blueprint, "/<certificate_id>.pdf", allow=web.SIGNED_IN)
def pdf(uow: UnitOfWork, certificate_id: str) -> web.Response:
    """Send the PDF of one's own certificate; while it is being made, lead to the page that says so."""
    body = service.get_pdf(uow, web.me().id, certificate_id)
    if body is None:
        return web.redirect("certificates.show", certificate_id=certificate_id)
    response = web.Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=certificate-{certificate_id}.pdf"
    return _unlisted(response)


def _unlisted(response: web.Response) -> web.Response:
    """Keep a page out of search engines: who has the address may look, nobody shall find it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
