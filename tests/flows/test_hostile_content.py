"""A hostile corpus in a real browser: as if it had got past every check into what is in service, it still does nothing.

Each attack is first seen to work where nothing stops it, so that this test would notice if it could.
"""

import json
import socket
from threading import Thread
from urllib.parse import quote

import markdown
import pytest
from flask import request
from sqlalchemy import select, update
from werkzeug.serving import make_server

from lms.engine.source.media import type_of
from lms.kernel.settings import load
from lms.learning.library.tables import library_item, library_media, library_version
from tests.application import PASSWORD
from tests.base.web.test_rich import HOSTILE
from tests.databases import ON_SQLITE
from tests.learning.walks import COURSE

pytestmark = [pytest.mark.browser, pytest.mark.network]

ACT = "document.title='pwned';fetch('/attack/script');try{parent.pwned=top.pwned=1}catch(e){};navigator.serviceWorker?.register('/attack/worker').catch(()=>0)"
SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" onload="{ACT}">
<style>@import "/attack/style"; rect {{ fill: url(/attack/fill) }}</style><rect width="9" height="9"/>
<script>{ACT}</script><image href="/attack/image" width="9" height="9"/><use href="/attack/use#x"/>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/attack/frame"/></foreignObject>
<a xlink:href="javascript:{ACT}"><rect width="9" height="9"/></a><set attributeName="onmouseover" to="{ACT}"/>
</svg>"""
HTML = f"<!doctype html><title>quiet</title><script>{ACT}</script><img src=/attack/image>"
MARKED = [
    *HOSTILE,
    f"<script>{ACT}</script>",
    f'<img src="/attack/none" onerror="{ACT}">',
    f'<details open ontoggle="{ACT}"><summary>x</summary></details>',
    f'<svg><animate onbegin="{ACT}" attributeName="x" dur="1s"></svg>',
    '<iframe srcdoc="<script>parent.document.title=`pwned`</script>"></iframe>',
    '<object data="/attack/object"></object><embed src="/attack/embed"><link rel="stylesheet" href="/attack/link">',
    '<video src="/attack/video" autoplay></video><form action="/attack/form"><button id="main">x</button></form>',
    "![x](/attack/picture) ![x](https://evil.example/picture) ![x](//evil.example/picture)",
]
EVIL = """<!doctype html><title>quiet</title>
<script>window.learned = []; const tell = what => () => learned.push(what);
onmessage = event => learned.push(event.data);</script>
<iframe id="page" src="{site}/"></iframe><iframe id="media" src="{site}{media}"></iframe>
<object data="{site}{media}"></object>
<script src="{site}/record/everything.json" onload="tell('record')()"></script>
<img src="{site}{media}" onload="tell('picture')()">
<form method="post" action="{site}/people/profile/name"><input name="name" value="Pwned"></form>
<script>
fetch('{site}/record/everything.json', {{credentials: 'include'}}).then(r => r.text()).then(t => learned.push(t), () => 0);
for (const name of ['page', 'media']) document.getElementById(name).onload = event => {{
  try {{ if (event.target.contentDocument.body.innerText) learned.push('frame'); }} catch (e) {{ }} }};
</script>"""


@pytest.fixture
def settings(tmp_path, database_url):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return load(
        {
            "LMS_DATA": str(tmp_path / "data"),
            "LMS_CONTENT": str(tmp_path),
            "LMS_DATABASE_URL": database_url,
            "LMS_PASSWORD_MEMORY": "8",
            "LMS_PORT": str(port),
        }
    )


@pytest.fixture
def asked(app, settings):
    """The paths that browsers asked the running application for."""
    paths = []
    app.before_request(lambda: paths.append(request.path))
    server = make_server("127.0.0.1", settings.port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def media(store, content, refresh):
    """Addresses of a hostile drawing and a hostile page, and a lesson that is hostile from top to bottom."""
    folder = content / "courses" / COURSE
    (folder / "media").mkdir()
    (folder / "media" / "tray.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "media" / "page.html").write_text("harmless")
    with (folder / "lessons" / "what-safeguarding-means.md").open("a") as lesson:
        lesson.write("\nHOSTILE-HERE\n\n![A tray](media/tray.svg)\n")
    assert refresh().failing == ()
    found = {}
    with store.work() as uow:
        version = uow.connection.scalar(select(library_item.c.version).where(library_item.c.id == COURSE))
        body = uow.connection.scalar(select(library_version.c.body).where(library_version.c.hash == version))
        hostile = body.replace(b"HOSTILE-HERE", json.dumps("\n\n".join(MARKED), ensure_ascii=False)[1:-1].encode())
        assert hostile != body
        uow.connection.execute(update(library_version).where(library_version.c.hash == version).values(body=hostile))
        for name, data in (("svg", SVG), ("html", HTML)):
            kind = type_of(f"x.{name}")
            row = library_media.c.media_type == kind
            found[name] = f"/library/media/{uow.connection.scalar(select(library_media.c.hash).where(row))}"
            uow.connection.execute(update(library_media).where(row).values(content=data.encode()))
    return found


@pytest.fixture
def page(browser, asked, settings, media, make_person):
    """A learner's browser, signed in and on the course."""
    person = make_person("mair@example.org", name="Mair Jones")
    context = browser.new_context(base_url=settings.address)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.dialogs = []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/people/sign-in")
    page.fill("input[name=mail]", person.mail)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.goto(f"/enrolment/courses/{COURSE}")
    page.click("main form button.go")
    yield page
    context.close()


def untouched(page, asked):
    """Nothing has acted: no title, no dialog, no request that a page of ours does not make, no worker, no further page."""
    page.wait_for_timeout(400)
    assert page.title() != "pwned"
    assert page.dialogs == []
    assert [path for path in asked if path.startswith(("/attack", "/record"))] == []
    assert len(page.context.pages) == 1
    assert page.context.service_workers == []


def test_the_corpus_acts_where_nothing_stops_it(browser):
    context = browser.new_context()
    page = context.new_page()
    for text in (f"data:image/svg+xml,{quote(SVG)}", f"data:text/html,{quote(HTML)}"):
        page.goto(text)
        page.wait_for_function("document.title === 'pwned'")
    page.goto("about:blank")
    page.set_content("<title>quiet</title>" + markdown.markdown("\n\n".join(MARKED[-8:])))
    page.wait_for_function("document.title === 'pwned'")
    context.close()


@ON_SQLITE
def test_a_lesson_that_is_hostile_from_top_to_bottom_does_nothing(page, asked):
    page.goto(f"/enrolment/courses/{COURSE}/lessons/what-safeguarding-means")
    assert page.locator("img[alt='A tray']").count() == 1
    assert (
        page.locator("main :is(script, iframe, object, embed, link, style, video, svg[onload], base, meta)").count()
        == 0
    )
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on|^style$/.test(n))"
        )
        == []
    )
    for link in page.locator("main a[href]").all():
        assert link.get_attribute("href").split(":")[0].lower() not in {"javascript", "data", "vbscript"}
    untouched(
        page, [path for path in asked if path != "/attack/picture"]
    )  # a picture of our own site is only a picture


@ON_SQLITE
@pytest.mark.parametrize("kind", ["svg", "html"])
def test_a_hostile_file_opened_by_itself_does_nothing(page, asked, media, kind):
    if kind == "html":
        with page.expect_download():
            page.evaluate("address => { location = address }", media[kind])
    else:
        page.goto(media[kind])
        assert page.evaluate("document.contentType") == "image/svg+xml"
        with pytest.raises(Exception, match="sandboxed"):
            page.evaluate("document.cookie")
        page.mouse.click(4, 4)
    untouched(page, asked)


@ON_SQLITE
def test_another_site_can_neither_frame_nor_read_nor_change_anything(page, asked, media, settings, store):
    context = page.context
    context.route(
        "http://evil.example/**",
        lambda route: route.fulfill(
            body=EVIL.format(site=settings.address, media=media["svg"]), content_type="text/html"
        ),
    )
    asked.clear()
    page.goto("http://evil.example/")
    page.wait_for_timeout(800)
    assert page.evaluate("learned") == []
    assert [frame.url for frame in page.frames if frame.url.startswith(settings.address)] == []
    assert page.title() == "quiet"
    with page.expect_navigation():
        page.evaluate("document.forms[0].submit()")
    page.goto(f"{settings.address}/people/profile")
    assert page.locator("input[name=name]").input_value() == "Mair Jones"
    assert [path for path in asked if path.startswith("/attack")] == []
