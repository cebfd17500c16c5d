"""Static files: A1 to A3 of `lms.base.web.assets`, what is vendored, and the weight of a page."""

import gzip
import hashlib
import json
import re

import pytest

from lms.base.web import assets
from lms.base.web.assets import FOLDER

HOST = {"Host": "127.0.0.1:8000"}
MOST = 60_000
"""Bytes of a page with all that it needs, compressed: slow 3G carries that in about ten seconds."""


def style_sheet(client):
    page = client.get("/gallery/stage/scene", headers=HOST).text
    return re.search(r'<link rel="stylesheet" href="([^"]+)"', page).group(1)


def test_A1_the_address_changes_when_any_file_does():
    loaded = assets.load()
    before = assets.version(loaded)
    changed = loaded | {"lms.js": assets._asset("lms.js", loaded["lms.js"].body + b"//")}
    assert assets.version(changed) != before
    assert assets.version(assets.load()) == before


def test_A2_a_file_under_the_present_hash_is_kept_for_ever_and_under_another_is_not(client):
    address = style_sheet(client)
    kept = client.get(address, headers=HOST)
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    other = client.get(re.sub(r"/static/\w+/", "/static/000000000000/", address), headers=HOST)
    assert (other.status_code, other.headers["Cache-Control"]) == (200, "no-cache")
    assert other.data == kept.data


def test_a_file_that_was_seen_before_is_not_sent_again(client):
    address = style_sheet(client)
    tag = client.get(address, headers=HOST).headers["ETag"]
    assert client.get(address, headers=HOST | {"If-None-Match": tag}).status_code == 304


def test_A3_text_is_compressed_for_whoever_accepts_it(client):
    address = style_sheet(client)
    plain = client.get(address, headers=HOST)
    packed = client.get(address, headers=HOST | {"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("lms.css", "text/css; charset=utf-8"),
        ("lms.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("icon-180.png", "image/png"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("vendor/literata/literata-latin.woff2", "font/woff2"),
    ],
)
def test_a_file_says_what_it_is_and_carries_the_same_guards_as_a_page(client, name, media_type):
    answer = client.get(f"/static/{assets.version(assets.load())}/{name}", headers=HOST)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["vendor/VENDOR.json", "css/tokens.css", "../app.py", "..%2f..%2fapp.py", "%2e%2e/pages.py", "nothing.css"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/static/0/{name}", headers=HOST).status_code == 404


def test_every_address_in_the_style_sheet_is_a_file_beside_it():
    loaded = assets.load()
    named = re.findall(r'url\("([^"]+)"\)', loaded["lms.css"].body.decode())
    assert named
    assert [name for name in named if name not in loaded] == []


def test_the_style_sheet_is_made_of_every_part():
    assert {path.stem for path in (FOLDER / "css").iterdir()} == set(assets.BUNDLE)


def test_vendored_files_are_exactly_those_that_were_verified():
    listed = json.loads((FOLDER / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))["packages"]
    sums = {name: digest for package in listed for name, digest in package["files"].items()}
    present = {
        path.relative_to(FOLDER / "vendor").as_posix(): hashlib.sha512(path.read_bytes()).hexdigest()
        for path in (FOLDER / "vendor").rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    assert present == sums
    for package in listed:
        assert package["licence_file"] in present
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert re.fullmatch(r"[0-9a-f]{128}", package["archive_sha512"])


@pytest.mark.parametrize("name", ["stage/scene", "page/home", "stage/revealed"])
def test_a_page_weighs_little_with_all_that_it_needs(client, name):
    page = client.get(f"/gallery/{name}", headers=HOST)
    loaded = assets.load()
    needed = ["lms.css", "lms.js", "vendor/literata/literata-latin.woff2", "vendor/literata/literata-welsh.woff2"]
    weight = len(gzip.compress(page.data)) + sum(len(loaded[each].compressed or loaded[each].body) for each in needed)
    assert weight < MOST
