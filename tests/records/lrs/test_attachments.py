"""Attachments and signatures, in and out."""

import base64
import contextlib
import hashlib
import json
from datetime import UTC, datetime
from email.parser import BytesParser

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from sqlalchemy import func, select

from lms.records.lrs import signatures
from lms.records.lrs.ask import Refusal
from lms.records.lrs.tables import lrs_attachment
from tests.records.lrs.conftest import statement
from tests.records.lrs.meets import meets

BOUNDARY = "-------314159265358979323846"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def digest(content, name="sha256"):
    return hashlib.new(name, content).hexdigest()


def header(content, **changes):
    given = {
        "usageType": "https://example.org/usage",
        "display": {"en": "A"},
        "contentType": "text/plain; charset=utf-8",
        "length": len(content),
        "sha2": digest(content),
        **changes,
    }
    return {key: value for key, value in given.items() if value is not None}


def part(content, sha2=None, **headers):
    given = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2 or digest(content),
        **{key.replace("_", "-"): value for key, value in headers.items()},
    }
    lines = "".join(f"{key}: {value}\r\n" for key, value in given.items() if value is not None)
    return lines.encode() + b"\r\n" + content


def body(first, *parts, kind="application/json"):
    text = first if isinstance(first, bytes) else json.dumps(first).encode()
    pieces = [f"Content-Type: {kind}\r\n\r\n".encode() + text, *parts]
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + each + b"\r\n" for each in pieces) + mark + b"--\r\n"


def send(tool, first, *parts, boundary=BOUNDARY, method="POST", params=None, **more):
    return tool.ask(
        method,
        "statements",
        params,
        body=body(first, *parts, **more),
        headers={"Content-Type": f"multipart/mixed; boundary={boundary}"},
    )


def parts_of(answer):
    text = f"Content-Type: {answer.content_type}\r\n\r\n".encode() + answer.get_data()
    return BytesParser().parsebytes(text).get_payload()


@meets(128, 129, 167)
def test_an_attachment_comes_back_as_it_was_and_is_kept_once(tool, store):
    content = b"\x00\xff\r\n--not-the-boundary\r\n" + "ŵ".encode()
    one = statement(attachments=[header(content)])
    two = statement(attachments=[header(content), header(b"x", fileUrl="https://example.org/x")])
    assert send(tool, [one, two], part(content)).status_code == 200
    single = statement(attachments=[header(content)])
    assert send(tool, single, part(content), method="PUT", params={"statementId": single["id"]}).status_code == 204
    first, *rest = parts_of(tool.get(params={"attachments": "true"}))
    assert [each["id"] for each in json.loads(first.get_payload(decode=True))["statements"]] == [
        single["id"],
        two["id"],
        one["id"],
    ]
    (found,) = rest
    assert found["X-Experience-API-Hash"] == digest(content)
    assert found["Content-Type"] == "text/plain; charset=utf-8"
    assert found["Content-Transfer-Encoding"] == "binary"
    raw = tool.get(params={"statementId": one["id"], "attachments": "true"}).get_data()
    assert b"\r\n\r\n" + content + b"\r\n--" in raw
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(lrs_attachment)) == 1


@meets(167)
def test_a_hash_comes_back_in_the_letters_of_its_statement(tool):
    sha2 = digest(b"abc").upper()
    given = statement(attachments=[header(b"abc", sha2=sha2)])
    assert send(tool, given, part(b"abc", sha2)).status_code == 200
    first, found = parts_of(tool.get(params={"attachments": "true"}))
    (sent,) = json.loads(first.get_payload(decode=True))["statements"]
    assert found["X-Experience-API-Hash"] == sent["attachments"][0]["sha2"] == sha2


@meets(161, 167)
def test_attachments_are_sent_when_asked_for_and_not_otherwise(tool):
    content = b"abc"
    send(tool, statement(attachments=[header(content)]), part(content))
    for params in ({}, {"attachments": "false"}):
        assert tool.get(params=params).content_type == "application/json"
    assert tool.get(params={"attachments": "true"}).content_type.startswith("multipart/mixed; boundary=")
    assert tool.get(params={"attachments": "true", "verb": "urn:no:verb"}).content_type.startswith("multipart/mixed")


@meets(127, 128, 129)
def test_statements_without_data_may_come_either_way(tool):
    linked = header(b"abc", fileUrl="https://example.org/abc")
    for given in (statement(), statement(attachments=[linked])):
        assert tool.ask("POST", "statements", body=given).status_code == 200
        assert send(tool, {**given, "id": statement()["id"]}).status_code == 200
    assert tool.ask("POST", "statements", body=statement(attachments=[header(b"abc")])).status_code == 400


@pytest.mark.parametrize("name", ["sha224", "sha256", "sha384", "sha512"])
def test_each_length_of_sha2_is_checked(tool, name):
    content = b"abc"
    sha2 = digest(content, name)
    good = statement(attachments=[header(content, sha2=sha2.upper())])
    assert send(tool, good, part(content, sha2)).status_code == 200
    assert send(tool, statement(attachments=[header(content, sha2=sha2)]), part(b"abd", sha2)).status_code == 400


@meets(128, 129, 130, 131, 132, 133, 134, 135, 138, 182, "4.1.3")
def test_a_multipart_request_that_is_wrong_is_refused_whole(tool, store):
    content, given = b"abc", statement(attachments=[header(b"abc")])
    good = part(content)
    wrong = {
        "a part too many": body(given, good, part(b"more")),
        "a part too few": body(given),
        "no hash": body(given, part(content, X_Experience_API_Hash=None)),
        "no encoding": body(given, part(content, Content_Transfer_Encoding=None)),
        "another encoding": body(given, part(content, Content_Transfer_Encoding="base64")),
        "another hash": body(given, part(content, digest(b"x"))),
        "no hash at all": body(given, part(content, "x")),
        "first part no JSON": body(given, good, kind="text/plain"),
        "statements in two parts": body(given, b"Content-Type: application/json\r\n\r\n" + json.dumps(given).encode()),
        "not closed": body(given, good)[:-5],
        "no part": f"--{BOUNDARY}--\r\n".encode(),
        "another boundary": body(given, good).replace(BOUNDARY.encode(), b"other"),
        "text after the boundary": body(given, good).replace(b"6\r\nContent-Type: text", b"6x\r\nContent-Type: text"),
        "no empty line": body(given, good).replace(b"\r\n\r\nabc", b"\r\nabc"),
        "no header": body(given, b"no header\r\n\r\nabc"),
        "nothing": b"",
    }
    for what, sent in wrong.items():
        answer = tool.ask(
            "POST", "statements", body=sent, headers={"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"}
        )
        assert answer.status_code == 400, what
    for kind in (
        "multipart/mixed",
        "multipart/mixed; boundary=",
        'multipart/mixed; boundary="ŵ"'.encode().decode("latin-1"),
    ):
        answer = tool.ask("POST", "statements", body=body(given, good), headers={"Content-Type": kind})
        assert answer.status_code == 400, kind
    assert tool.found() == []
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(lrs_attachment)) == 0


def test_a_boundary_may_be_quoted_and_lines_may_end_as_on_unix(tool):
    given = statement(attachments=[header(b"abc")])
    assert send(tool, given, part(b"abc"), boundary=f'"{BOUNDARY}"; charset=utf-8').status_code == 200
    given = statement(attachments=[header(b"abc")])
    text = body(given, part(b"abc")).replace(b"\r\n", b"\n")
    headers = {"Content-Type": f"multipart/mixed;charset=utf-8;boundary={BOUNDARY}"}
    assert tool.ask("POST", "statements", body=b"before\n" + text + b"after", headers=headers).status_code == 200


# ── signatures ────────────────────────────────────────────────────────────────────────────────────────────────────


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def certificate(key=KEY):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tool")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 7, datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    )
    return base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)).decode()


def jws(payload, algorithm="RS256", **more):
    head = encoded(json.dumps({"alg": algorithm, **more}).encode())
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = head + b"." + encoded(text)
    chosen = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
    signature = KEY.sign(signed, padding.PKCS1v15(), chosen.get(algorithm, hashes.SHA256()))
    return signed + b"." + encoded(signature)


def send_signed(tool, given, signature, **changes):
    usage = "http://adlnet.gov/expapi/attachments/signature"
    head = header(signature, **{"usageType": usage, "contentType": "application/octet-stream", **changes})
    return send(tool, {**given, "attachments": [head]}, part(signature, Content_Type="application/octet-stream"))


@meets(115, 116, 117)
def test_a_signed_statement_is_accepted_and_its_signature_kept(tool):
    for algorithm in ("RS256", "RS384", "RS512"):
        for more in ({}, {"x5c": [certificate()]}):
            given = statement()
            assert send_signed(tool, given, jws(given, algorithm, **more)).status_code == 200
            _first, signature = parts_of(tool.get(params={"statementId": given["id"], "attachments": "true"}))
            assert signature.get_payload(decode=True) == jws(given, algorithm, **more)


@meets(115, 116, 117, "4.2.6")
def test_a_malformed_signature_is_refused(tool):
    given = statement()
    good = jws(given, x5c=[certificate()])
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for what, signature in {
        "algorithm": jws(given, "HS256"),
        "no algorithm": jws(given, None),
        "payload no JSON": jws(json.dumps(given).encode()[:-1]),
        "payload no statement": jws({"a": 1}),
        "payload an array": jws([given]),
        "another statement": jws({**given, "verb": {"id": "urn:a:other"}}),
        "no JWS": b"abc",
        "no base64": b"!.!.!",
        "header no JSON": b".".join([encoded(b"x"), *good.split(b".")[1:]]),
        "another certificate": jws(given, x5c=[certificate(other)]),
        "certificate no certificate": jws(given, x5c=["AAAA"]),
        "x5c no array": jws(given, x5c="x"),
        "signature changed": good[:-4] + (b"AAAA" if good[-4:] != b"AAAA" else b"BBBB"),
    }.items():
        answer = send_signed(tool, given, signature)
        assert answer.status_code == 400, what
        assert "2.6" in answer.text or "4.2.6" in answer.text
    assert send_signed(tool, given, good, contentType="text/plain; charset=ascii").status_code == 400
    linked = header(good, usageType="http://adlnet.gov/expapi/attachments/signature", fileUrl="https://example.org/s")
    linked["contentType"] = "application/octet-stream"
    assert tool.ask("POST", "statements", body=statement(attachments=[linked])).status_code == 400
    assert tool.found() == []


def test_a_certificate_with_a_key_of_an_unknown_kind_is_refused(tool):
    given = statement()
    for what, made, known, unknown in (
        ("algorithm", certificate(), "2a864886f70d010101", "2a864886f70d01017f"),
        ("curve", certificate(ec.generate_private_key(ec.SECP256R1())), "2a8648ce3d030107", "2a8648ce3d03017f"),
    ):
        der = base64.b64decode(made).replace(bytes.fromhex(known), bytes.fromhex(unknown))
        assert der != base64.b64decode(made)
        answer = send_signed(tool, given, jws(given, x5c=[base64.b64encode(der).decode()]))
        assert answer.status_code == 400, what
        assert "2.6" in answer.text, what


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("key", [KEY, ec.generate_private_key(ec.SECP256R1())], ids=["RSA", "EC"])
def test_a_certificate_that_is_damaged_anywhere_is_used_or_refused(key):
    der = base64.b64decode(certificate(key))
    head, payload, signature = jws(statement()).split(b".")
    made = base64.urlsafe_b64decode(signature + b"==")
    for place in range(len(der)):
        for flipped in (0x01, 0x80, 0xFF):
            damaged = der[:place] + bytes([der[place] ^ flipped]) + der[place + 1 :]
            with contextlib.suppress(Refusal):
                signatures._verify([base64.b64encode(damaged).decode()], hashes.SHA256(), head + b"." + payload, made)
