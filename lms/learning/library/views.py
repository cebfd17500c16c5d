"""Pictures, videos and other files of content, by the hash of their bytes: cacheable for ever."""

import io

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.learning.library import service

blueprint = web.blueprint("library", __name__)


@web.get(blueprint, "/media/<digest>", allow=web.SIGNED_IN)
def media(uow: UnitOfWork, digest: str) -> web.Response:
    """Send a file, or the part of it that a player asks for.

    It may do nothing but be looked at: no script, no frame, whatever is in it.
    """
    found = service.get_media(uow, digest)
    response = web.send_file(io.BytesIO(found.content), mimetype=found.media_type, conditional=True, etag=digest)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    if found.media_type == "application/octet-stream":
        response.headers["Content-Disposition"] = "attachment"
    return response
