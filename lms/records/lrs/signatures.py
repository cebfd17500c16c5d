"""Signed statements (Data 2.6, IEEE 4.2.6): their signature is checked, and that it is of this very statement.

The JSON web signature is an attachment, and its payload the statement before it was signed.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lms.engine.xapi.compare import same
from lms.engine.xapi.reading import Malformed, read_json
from lms.engine.xapi.validate import validate
from lms.records.lrs.ask import SIGNING, Refusal

USAGE = "http://adlnet.gov/expapi/attachments/signature"
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
_PARTS = 3


def check(statement: Mapping[str, Any], attachment: Mapping[str, Any], content: bytes | None, version: str) -> None:
    """Refuse a statement whose signature is malformed, says something else, or is not by the named certificate."""
    if attachment["contentType"].partition(";")[0].strip().lower() != "application/octet-stream":
        raise _refusal("the attachment's contentType must be application/octet-stream")
    if content is None:
        raise _refusal("it must be sent with the statement")
    parts = content.strip().split(b".")
    if len(parts) != _PARTS:
        raise _refusal("it must be a JWS in compact serialization")
    header, payload = (_json(part, name) for part, name in zip(parts, ("header", "payload"), strict=False))
    algorithm = _ALGORITHMS.get(str(header.get("alg")))
    if algorithm is None:
        raise _refusal("its alg must be RS256, RS384 or RS512")
    if validate(payload, version):
        raise _refusal("its payload is not a statement")
    if not same(payload, statement):
        raise _refusal("its payload is another statement than the one it is attached to")
    signature = _decoded(parts[2], "signature")
    if "x5c" in header:
        _verify(header["x5c"], algorithm, b".".join(parts[:2]), signature)


def _verify(chain: Any, algorithm: hashes.HashAlgorithm, signed: bytes, signature: bytes) -> None:
    if not (isinstance(chain, list) and chain and all(isinstance(each, str) for each in chain)):
        raise _refusal("its x5c must be an array of certificates")
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise _refusal("its first certificate cannot be read") from None
    if not isinstance(key, RSAPublicKey):
        raise _refusal("its first certificate holds no RSA key")
    try:
        key.verify(signature, signed, PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise _refusal("it was not made with the key of its certificate") from None


def _json(part: bytes, name: str) -> dict[str, Any]:
    try:
        value = read_json(_decoded(part, name))
    except Malformed as error:
        raise _refusal(f"its {name} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise _refusal(f"its {name} is not a JSON object")
    return value


def _decoded(part: bytes, name: str) -> bytes:
    try:
        return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise _refusal(f"its {name} is not base64url") from None


def _refusal(why: str) -> Refusal:
    return Refusal(400, f"The signature is malformed: {why}.", SIGNING)
