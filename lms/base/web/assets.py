"""Static files: read once at the start, served under a URL that carries their hash, cached for ever.

A1  every file's URL is `/static/<hash>/<name>`; the hash is that of all files together, so that a style sheet and the
    font it names (by a relative address) always belong together.
A2  under the present hash an answer is immutable; under any other it is fresh but not kept, so that a page that was
    open during an upgrade still gets its files.
A3  text is sent compressed to whoever accepts it. Pages are not compressed here: they hold a secret (the form token)
    beside text that others may choose.

A file's answer sets no cookie (`session`), so that a cache between us and the person may keep it.
`lms.css` is put together from the files in `BUNDLE`, in that order: one request, several readable files.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask, Response, make_response, request
from werkzeug.exceptions import NotFound

FOLDER = Path(__file__).parent / "static"
BUNDLE = ("tokens", "base", "layout", "controls", "components", "learning", "tasks", "time", "debrief", "motion")
"""The parts of `lms.css`, each `css/<name>.css`."""

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
"""What may be served at all; other files of the folder (licences, the vendor list, the parts) stay inside."""

_TEXT = {".css", ".js", ".svg", ".webmanifest"}
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    name: str
    media_type: str
    body: bytes
    compressed: bytes | None
    etag: str


def load(folder: Path = FOLDER) -> dict[str, Asset]:
    """Read every servable file below `folder`, by name."""
    bodies = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in MEDIA_TYPES and path.parent != folder / "css"
    }
    bodies["lms.css"] = b"\n".join((folder / "css" / f"{part}.css").read_bytes() for part in BUNDLE)
    return {name: _asset(name, body) for name, body in bodies.items()}


def version(assets: Mapping[str, Asset]) -> str:
    """Return the hash of all files together: twelve hex digits."""
    digest = hashlib.sha256()
    for name in sorted(assets):
        digest.update(f"{name}:{assets[name].etag}\n".encode())
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    """Serve the static files from `app`, and give templates `static_url(name)`."""
    assets = load()
    present = version(assets)

    def serve(given: str, name: str) -> Response:
        if (asset := assets.get(name)) is None:
            raise NotFound
        return _answer(asset, is_present=given == present)

    addresses = {name: f"/static/{present}/{name}" for name in assets}

    def static_url(name: str) -> str:
        if name not in addresses:
            raise LookupError(f"there is no static file {name!r}")
        return addresses[name]

    app.add_url_rule("/static/<given>/<path:name>", endpoint="static", view_func=serve, methods=["GET"])
    app.jinja_env.globals.update(static_url=static_url)


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    return Asset(
        name=name,
        media_type=MEDIA_TYPES[suffix],
        body=body,
        compressed=gzip.compress(body, 9, mtime=0) if suffix in _TEXT else None,
        etag=hashlib.sha256(body).hexdigest()[:16],
    )


def _answer(asset: Asset, *, is_present: bool) -> Response:
    is_packed = asset.compressed is not None and request.accept_encodings["gzip"] > 0
    response = make_response(asset.compressed if is_packed else asset.body)
    response.headers["Content-Type"] = asset.media_type
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_present else "no-cache"
    if asset.compressed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{asset.etag}-gz" if is_packed else asset.etag)
    return cast("Response", response.make_conditional(request))
