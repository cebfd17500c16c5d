"""Key files: made once, whole, for their owner alone."""

import stat
import threading

import pytest

from lms.base.store.keys import SIZE, read_key
from lms.kernel.errors import Unavailable


def test_K1_a_key_is_made_once_with_mode_0600_in_a_folder_0700(tmp_path):
    folder = tmp_path / "data" / "keys"
    key = read_key(folder, "session")
    assert len(key) == SIZE
    assert read_key(folder, "session") == key
    assert read_key(folder, "endpoints") != key
    assert stat.S_IMODE((folder / "session").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["endpoints", "session"]


def test_K1_many_who_start_at_once_get_the_same_key(tmp_path):
    found, ready = [], threading.Barrier(8)

    def start():
        ready.wait()
        found.append(read_key(tmp_path, "session"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_K2_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(tmp_path, mode):
    read_key(tmp_path, "session")
    (tmp_path / "session").chmod(mode)
    with pytest.raises(Unavailable) as caught:
        read_key(tmp_path, "session")
    assert f"chmod 600 {tmp_path / 'session'}" in caught.value.fix


@pytest.mark.parametrize("content", [b"", b"short", b"zz" * 32, b"\xff\xfe", b"00" * 31])
def test_what_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "session"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Unavailable, match="does not hold a key"):
        read_key(tmp_path, "session")


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be used"):
        read_key(tmp_path / "keys", "session")
