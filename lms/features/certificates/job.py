"""The worker's part: make the PDFs that are missing, one by one; what fails is put off and holds up nothing else."""

import time

import structlog

from lms.base.store.work import Store
from lms.features.certificates import service
from lms.features.certificates.model import Due
from lms.features.certificates.pdf import Unprintable, render
from lms.kernel.settings import Settings

SOON = 1.0
"""Seconds between two looks: somebody who has just finished is waiting for it."""

log = structlog.get_logger("certificates")


def make_pdfs(store: Store, settings: Settings) -> float:
    """Make what is due and return the seconds until the next look. No transaction is open while a PDF is made."""
    with store.work() as uow:
        waiting = service.list_due(uow)
    for due in waiting:
        _make(store, settings.address, due)
    return 0.0 if len(waiting) == service.AT_ONCE else SOON


def _make(store: Store, address: str, due: Due) -> None:
    pdf = _print(address, due)
    with store.work() as uow:
        if pdf is None:
            service.put_off(uow, due.id)
        else:
            service.keep_pdf(uow, due.id, pdf)


def _print(address: str, due: Due) -> bytes | None:
    """Return the PDF; None, with a word in the log, when there is none to be had."""
    if due.certificate is None:  # the log has it already
        return None
    began = time.perf_counter()
    try:
        pdf = render(due.certificate, f"{address}/certificates/{due.id}", due.locale)
    except Unprintable as error:
        log.warning("certificate_not_printed", registration=str(due.registration_id), reason=str(error))
        return None
    except Exception:
        log.exception("certificate_failed", registration=str(due.registration_id))
        return None
    took = round((time.perf_counter() - began) * 1000)
    log.info("certificate_printed", registration=str(due.registration_id), bytes=len(pdf), milliseconds=took)
    return pdf
