"""Files that are made from the code are what the code makes today."""

import pytest

from tools import generate


@pytest.mark.parametrize("path", generate.FILES, ids=str)
def test_what_is_made_from_the_code_is_in_step(path):
    generate.declare_tables()
    assert (generate.ROOT / path).read_text(encoding="utf-8") == generate.FILES[path](), "run: python3 go.py write"
