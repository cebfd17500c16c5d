from dataclasses import replace

from lms.app import open_store
from lms.features.certificates import service
from lms.features.operations import service as operations


def test_a_certificate_verifies_after_a_restore_and_its_pdf_is_the_same(
    store, settings, printed, learner, tmp_path, clock
):
    operations.back_up(store, settings, tmp_path / "all.zip")
    there = replace(settings, data=tmp_path / "elsewhere", database_url="")
    restored = open_store(there, clock=clock)
    operations.restore(restored, there, tmp_path / "all.zip")
    with store.work() as here, restored.work() as other:
        assert service.find_public(other, printed.facts.id) == printed
        before = service.get_pdf(here, learner.id, printed.facts.id)
        assert service.get_pdf(other, learner.id, printed.facts.id) == before
    restored.engine.dispose()
