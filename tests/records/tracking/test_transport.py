"""The real transport over real sockets, against a server with every fault of the list."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lms.records.tracking import addresses, transport
from lms.records.tracking.model import Accepted, Attachment, Broken, Busy, Conflicting, Delivery, Denied, Found, Refused
from lms.records.tracking.transport import Answer, HttpCourier, Target
from tests.engine.xapi.samples import decision
from tests.records.lrs.test_attachments import header
from tests.records.tracking.fault_server import PASSWORD, USER, running

pytestmark = pytest.mark.network
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def courier():
    courier = HttpCourier(private=True, clock=lambda: NOW, read_seconds=0.5, request_seconds=1.0)
    yield courier
    courier.close()


@pytest.fixture
def target(server):
    return Target(server.url, "1.0.3", USER, PASSWORD)


def batch(count=2):
    made = [decision(number) for number in range(1, count + 1)]
    return [
        Delivery(number, each["id"], None, orjson.dumps(each).decode()) for number, each in enumerate(made, start=1)
    ]


def test_T3_the_recorded_bytes_go_out_with_version_and_password(server, courier, target):
    assert courier.post(target, batch()) == Accepted()
    ((method, path, headers, body),) = server.requests
    assert (method, path) == ("POST", "/xapi/statements")
    assert body == f"[{','.join(each.body for each in batch())}]".encode()
    assert headers["X-Experience-API-Version"] == "1.0.3"
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == "Basic bG1zOmdlaGVpbS3FtQ=="


def with_attachments(*contents, seq=1):
    made = {**decision(seq), "attachments": [header(each) for each in contents]}
    parts = tuple(Attachment(header(each)["sha2"], "text/plain; charset=utf-8", each) for each in contents)
    return Delivery(seq, made["id"], None, orjson.dumps(made).decode(), attachments=parts)


def test_T3_attachments_go_out_beside_the_statements_once_each_and_in_the_same_bytes_again(server, courier, target):
    content, other = b"\x00\xff\r\n--ymarfer-", b"\r\n"
    sent = [with_attachments(content, other), *batch()[1:], with_attachments(content, seq=3)]
    server.faults = ["503"]
    assert isinstance(courier.post(target, sent), Busy)
    assert courier.post(target, sent) == Accepted()
    (_, _, headers, body), (_, _, again, same) = server.requests
    assert (headers["Content-Type"], body) == (again["Content-Type"], same)
    text = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body
    first, *parts = BytesParser().parsebytes(text).get_payload()
    assert first.get_payload(decode=True) == f"[{','.join(each.body for each in sent)}]".encode()
    assert [each["X-Experience-API-Hash"] for each in parts] == [header(content)["sha2"], header(other)["sha2"]]
    assert {each["Content-Transfer-Encoding"] for each in parts} == {"binary"}
    assert b"\r\n\r\n" + content + b"\r\n--ymarfer-" in body


def test_a_statement_with_attachments_that_was_stored_but_not_acknowledged_is_found_equal(server, courier, target):
    given = with_attachments(b"abc")
    server.faults = ["reset after commit"]
    assert isinstance(courier.post(target, [given]), Busy)
    assert isinstance(courier.post(target, [given]), Conflicting)
    assert courier.look(target, given) is Found.EQUAL
    del server.held[given.statement_id]["attachments"]
    assert courier.look(target, given) is Found.EQUAL
    server.held[given.statement_id]["result"] = {"response": "another"}
    assert courier.look(target, given) is Found.DIFFERENT
    assert server.stored == [given.statement_id]


def test_who_takes_no_attachments_refuses_those_statements_alone(server, courier, target):
    server.faults = ["415", "415"]
    assert isinstance(courier.post(target, [with_attachments(b"abc")]), Refused)
    assert isinstance(courier.post(target, batch()), Denied)


def test_a_large_request_may_take_longer(server, courier, target, monkeypatch):
    monkeypatch.setattr(transport, "BYTES_A_SECOND", 20_000)
    server.faults = ["timeout", "timeout"]
    assert isinstance(courier.post(target, batch()), Busy)
    assert not isinstance(courier.post(target, [with_attachments(b"x" * 50_000)]), Busy)


def test_a_connection_is_kept_and_opened_again_when_the_other_side_closed_it(server, courier, target):
    for number in range(4):
        courier.post(target, batch()[number % 2 : number % 2 + 1])
    assert server.connections == 1
    server.faults = ["reset"]
    courier.post(target, batch())
    assert isinstance(courier.post(target, batch()), Conflicting)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("timeout", Busy, "did not answer in time"),
        ("reset", Busy, "reset"),
        ("reset after commit", Busy, "reset"),
        ("html", Busy, "not as an LRS does: <!doctype html><title>Sign in to the hotel"),
        ("someone else", Busy, "not as an LRS does"),
        ("names one", Conflicting, "only some"),
        ("redirect", Busy, "302"),
        ("429 7", Busy, "429: slow down"),
        ("502", Busy, "502"),
        ("503", Busy, "503"),
        ("504", Busy, "504"),
        ("500", Broken, "500"),
        ("501", Broken, "501"),
        ("400", Refused, "as you wished,\\n so it is"),
        ("413", Refused, "wished"),
        ("422", Refused, "wished"),
        ("401", Denied, "401"),
        ("403", Denied, "403"),
        ("404", Denied, "404"),
        ("405", Denied, "405"),
    ],
)
def test_each_fault_has_its_meaning_and_its_words(server, courier, target, fault, kind, words):
    server.faults = [fault]
    reply = courier.post(target, batch())
    assert isinstance(reply, kind)
    assert words.lower() in reply.words.lower()
    assert server.stored == ([each.statement_id for each in batch()] if "commit" in fault else [])


def test_a_redirect_is_not_followed(server, courier, target):
    server.faults = ["redirect"]
    courier.post(target, batch())
    assert len(server.requests) == 1


def test_a_server_that_drips_is_cut_off_at_the_deadline(server, courier, target):
    server.faults = ["drip"]
    assert courier.post(target, batch()) == Busy("no complete answer within 1 seconds")
    assert 0 < server.dripped < 9000, "all of it would take seven minutes"
    assert courier.post(target, batch()) == Accepted()


def test_nobody_at_the_address(courier):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reply = courier.post(Target(f"http://127.0.0.1:{port}/xapi", "1.0.3", USER, PASSWORD), batch())
    assert isinstance(reply, Busy)
    assert "refused" in reply.words.lower()


def test_a_plain_server_behind_an_https_address(server, courier):
    reply = courier.post(Target(server.url.replace("http:", "https:"), "1.0.3", USER, PASSWORD), batch())
    assert isinstance(reply, Busy)
    assert "ssl" in reply.words.lower() or "tls" in reply.words.lower()


def test_a_wrong_certificate_is_named_and_nothing_is_sent(server, courier, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lrs.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(secret + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    reply = courier.post(Target(server.url.replace("http:", "https:"), "1.0.3", USER, PASSWORD), batch())
    assert reply == Busy("its certificate is not valid: self-signed certificate")
    assert server.requests == []


def test_an_answer_of_204_is_accepted(server, courier, target):
    server.faults = ["204"]
    assert courier.post(target, batch()) == Accepted()


def test_after_a_conflict_it_looks_at_what_is_there(server, courier, target):
    one, two, three = batch(3)
    server.held[one.statement_id] = orjson.loads(one.body)
    server.held[two.statement_id] = {**orjson.loads(two.body), "result": {"response": "other"}}
    assert courier.post(target, [one, two, three]) == Conflicting("a statement with this id exists")
    assert [courier.look(target, each) for each in (one, two, three)] == [Found.EQUAL, Found.DIFFERENT, Found.ABSENT]


def test_what_was_voided_there_meanwhile_is_found_and_compared(server, courier, target):
    one, two = batch()
    server.faults = ["reset after commit"]
    assert isinstance(courier.post(target, [one, two]), Busy)
    server.voided = {one.statement_id, two.statement_id}
    server.held[two.statement_id]["result"] = {"response": "other"}
    assert isinstance(courier.post(target, [one, two]), Conflicting)
    assert [courier.look(target, each) for each in (one, two)] == [Found.EQUAL, Found.DIFFERENT]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((400, b"I know no voidedStatementId"), Found.ABSENT),
        ((200, b'{"statements": []}'), Found.ABSENT),
        ((200, b'{"statements": [' + batch()[1].body.encode() + b"]}"), Found.ABSENT),
        ((503, b"back soon"), Found.UNKNOWN),
    ],
)
def test_who_knows_of_no_voiding_may_answer_as_it_likes(server, courier, target, answer, found):
    server.looks = {"voidedStatementId": answer}
    assert courier.look(target, batch()[0]) is found


@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
@pytest.mark.parametrize("status", [401, 403, 405])
def test_what_we_may_not_read_is_hidden(server, courier, target, name, status):
    server.looks = {name: (status, b"write only")}
    assert courier.look(target, batch()[0]) is Found.HIDDEN


def test_what_cannot_be_looked_up_is_unknown(courier):
    assert courier.look(Target("http://127.0.0.1:1/xapi", "1.0.3", USER, PASSWORD), batch()[0]) is Found.UNKNOWN


def test_a_wait_of_five_thousand_digits_is_a_wait(server, courier, target):
    server.faults = [f"429 {'9' * 5000}"]
    assert courier.post(target, batch()) == Busy("429: slow down", timedelta(seconds=10**6))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<html>", Found.UNKNOWN),
        (b"[]", Found.UNKNOWN),
        (b'{"hello": 1}', Found.UNKNOWN),
        (b'{"statements": []}', Found.ABSENT),
        (b'{"objectType": "SubStatement", "actor": {}, "object": ' * 990 + b"{}" + b"}" * 990, Found.UNKNOWN),
        (b'{"actor": {}, "timestamp": "0001-01-01T00:00:00+14:00"}', Found.DIFFERENT),
        (b'{"statements": [' + batch()[0].body.encode() + b"]}", Found.EQUAL),
    ],
)
def test_an_answer_to_a_look_is_read_with_care(body, found):
    assert transport._compare(body, batch()[0]) is found


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("Sat, 21 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sat, 21 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("99999999999999", timedelta(seconds=10**6)),
        ("9" * 5000, timedelta(seconds=10**6)),
        ("0" * 5000 + "7", timedelta(seconds=7)),
        (f"Sat, 21 Nov {'9' * 5000} 12:01:00 GMT", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, wait):
    assert transport._retry_after(value, NOW) == wait


def test_the_other_sides_words_are_one_short_line():
    assert Answer(400, b"a\r\nb\x00\x1b[31mc" + b"x" * 9000).words == ("a b [31mc" + "x" * 9000)[:500]


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_of_this_machine_or_a_private_network_is_not_allowed(address):
    assert not addresses.is_allowed(addresses.ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4009::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_allowed(address):
    assert addresses.is_allowed(addresses.ipaddress.ip_address(address), private=False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("10.0.0.1", True), ("::1", True), ("224.0.0.1", False), ("0.0.0.0", False)],  # noqa: S104
)
def test_the_setting_allows_private_addresses_and_nothing_odd(address, allowed):
    assert addresses.is_allowed(addresses.ipaddress.ip_address(address), private=True) is allowed


def test_without_the_setting_nothing_is_sent_to_this_machine(server):
    courier = HttpCourier(private=False)
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
        reply = courier.post(Target(server.url.replace("127.0.0.1", host), "1.0.3", USER, PASSWORD), batch())
        assert isinstance(reply, Busy), host
    assert server.requests == []
    assert "LMS_ENDPOINT_PRIVATE" in reply.words


def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(server, monkeypatch):
    """Rebinding: the name is public when it is checked, and this machine when it is asked again."""
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        address = "203.0.113.9" if len(asked) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    courier = HttpCourier(private=False)
    reply = courier.post(Target(server.url.replace("127.0.0.1", "lrs.example.org"), "1.0.3", USER, PASSWORD), batch())
    assert isinstance(reply, Busy)
    assert asked == ["lrs.example.org"]  # it is asked once for a connection, and what was checked is what is reached
    assert server.requests == []
