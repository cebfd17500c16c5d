"""Endpoint passwords, encrypted at rest with the key `keys/endpoints` of the data folder.

Who loses that key sets the passwords again (`lms endpoint add --replace`); that is also how it is rotated: stop the
relay, move the key away, set each endpoint's password again.
"""

import base64
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from lms.base.store.keys import read_key
from lms.kernel.errors import Unavailable


class Vault:
    """Seals and unseals with the key of a data folder; the key is read, and made, when first needed."""

    def __init__(self, data: Path) -> None:
        self._keys = data / "keys"

    def seal(self, secret: str) -> str:
        """Encrypt. Raises Unavailable when the key cannot be read or made."""
        return self._cipher().encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Decrypt. Raises Unavailable when the key is missing or another one."""
        try:
            return self._cipher().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unavailable(
                "The password of this endpoint was sealed with another key.",
                fix=f"Restore {self._keys / 'endpoints'} from the backup, or set the password again: "
                "lms endpoint add --replace.",
            ) from error

    def _cipher(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(read_key(self._keys, "endpoints")))
