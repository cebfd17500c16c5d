"""Letters with one-time links, over a real SMTP server of our own."""

import queue
import re
import socket
import threading
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from lms.learning.people import transport
from tests.application import MEMORY

pytestmark = pytest.mark.network


class Postbox:
    """An SMTP server that keeps what it is given."""

    def __init__(self):
        self.letters = queue.Queue()

    async def handle_DATA(self, _server, _session, envelope):
        self.letters.put((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"


@pytest.fixture
def postbox():
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.address = f"127.0.0.1:{controller.port}"
    yield box
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mail_server(postbox):
    return postbox.address


@pytest.fixture
def settings(settings, mail_server):
    return replace(
        settings, mail_server=mail_server, mail_from="learn@ward.example", mail_tls=False, password_memory=MEMORY
    )


def test_a_letter_with_a_working_link_comes_in_its_readers_language(client, make_person, postbox):
    person = make_person("sian@example.org", name="Siân Ŵyn")
    answer = client.post("/people/forgotten", data={"mail": "SIAN@example.org"})
    assert "Look into your mail" in answer.text
    to, letter = postbox.letters.get(timeout=20)
    assert to == [person.mail]
    assert letter["From"] == "learn@ward.example"
    text = letter.get_content()
    assert "Siân Ŵyn" in text
    path = re.search(r"^http://127\.0\.0\.1:8080(/people/reset/[\w-]+)\s*$", text, re.MULTILINE).group(1)
    assert client.post(path, data={"new": "four quiet green hills"}).status_code == 303


def test_P2_the_answer_tells_nobody_who_is_here(client, make_person, postbox):
    make_person("mair@example.org")
    pages = [client.post("/people/forgotten", data={"mail": f"{name}@example.org"}) for name in ("mair", "nobody")]
    assert pages[0].text == pages[1].text
    assert postbox.letters.get(timeout=20)[0] == ["mair@example.org"]
    assert postbox.letters.empty()


def test_a_forged_host_does_not_get_into_the_letter(client, make_person, postbox):
    make_person("mair@example.org")
    answer = client.post(
        "/people/forgotten", data={"mail": "mair@example.org"}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert answer.status_code == 200
    assert "evil" not in postbox.letters.get(timeout=20)[1].as_string()
    assert client.post("/people/forgotten", data={"mail": "m"}, base_url="http://evil.example").status_code == 421


@pytest.fixture
def silent_server():
    """A server that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["silent", "refused", "nonsense"])
def test_a_mail_server_that_does_not_answer_keeps_no_page_waiting_and_is_logged_without_names(
    app, client, make_person, silent_server, kind, capfd, monkeypatch
):
    monkeypatch.setattr(transport, "SECONDS", 0.2)
    address = {"silent": silent_server, "refused": f"127.0.0.1:{free_port()}", "nonsense": "no port"}[kind]
    app.config["LMS_SETTINGS"] = replace(app.config["LMS_SETTINGS"], mail_server=address)
    make_person("mair@example.org")
    assert client.post("/people/forgotten", data={"mail": "mair@example.org"}).status_code == 200
    sent = threading.Event()
    transport._sender.submit(sent.set)
    assert sent.wait(20)
    said = "".join(capfd.readouterr())
    assert "mail_failed" in said
    assert "mair" not in said.lower()
