"""Which requirements a test is about: the numbers of ADL's conformance requirements for an LRS (XAPI-00001 …).

`python -m tools.generate` makes the table of the documentation from these marks.
"""

import pytest


def meets(*numbers):
    """Mark a test with the requirements that it proves."""
    return pytest.mark.meets(*numbers)
