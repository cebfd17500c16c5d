"""Mail over SMTP. A thread of its own sends it, so that no page waits for a mail server or tells by its pace who is here.

Failing is logged without names, addresses or text; the person asks again. Letters that wait when the process ends are lost.
"""

import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import structlog

from lms.kernel.settings import Settings

SECONDS = 20
"""Patience with a mail server."""

log = structlog.get_logger()
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def post(settings: Settings, *, to: str, subject: str, text: str) -> None:
    """Hand a letter over for sending; returns at once."""
    letter = EmailMessage()
    letter["From"] = settings.mail_from
    letter["To"] = to
    letter["Subject"] = subject
    letter.set_content(text)
    _sender.submit(_send, settings, letter)


def _send(settings: Settings, letter: EmailMessage) -> None:
    host, _, port = settings.mail_server.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=SECONDS) as server:
            if settings.mail_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.send_message(letter)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.error("mail_failed", error=type(error).__name__)  # noqa: TRY400 - a traceback would carry addresses
