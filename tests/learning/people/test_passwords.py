"""Password hashes across processes: the server makes the demo people and is then forked."""

import subprocess
import sys

FORKED = """
import os
from lms.learning.people.passwords import hash_password, is_password
kept = hash_password("seven calm otters", 8)
child = os.fork()
if child == 0:
    os._exit(0 if is_password("seven calm otters", kept, 8) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_of_a_process_that_has_hashed_can_hash_too():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED], capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout.strip() == "0"
