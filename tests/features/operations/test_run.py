"""`lms run` as an operator meets it: real processes, real signals, real obstacles."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import psutil
import pytest

from tests.features.operations.conftest import PATIENCE, ROOT

pytestmark = pytest.mark.network


def gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_without_demo_people_it_says_how_to_make_the_first_administrator_until_there_is_one(installation):
    command = (sys.executable, "-m", "lms", "run")
    installation.start(*command)
    installation.wait(lambda: "Ctrl-C stops it" in installation.said())
    assert "lms person add MAIL" in installation.said()
    installation.lms("person", "add", "sian@example.org", "--name", "Siân Powell", "--role", "admin")
    assert installation.stop() == 0
    before = len(installation.said())
    installation.start(*command)
    installation.wait(lambda: "Ctrl-C stops it" in installation.said()[before:])
    assert "lms person add" not in installation.said()[before:]
    assert installation.stop() == 0


@pytest.mark.parametrize("demo", [("--demo",), ()], ids=["with demo people", "without"])
def test_it_says_how_to_make_the_first_client_of_the_lrs_until_there_is_one(installation, demo):
    command = (sys.executable, "-m", "lms", "run", *demo)
    installation.start(*command)
    installation.wait(lambda: "Ctrl-C stops it" in installation.said())
    assert "lms client add NAME" in installation.said()
    installation.lms("client", "add", "dashboard", "--scope", "statements/read")
    assert installation.stop() == 0
    before = len(installation.said())
    installation.start(*command)
    installation.wait(lambda: "Ctrl-C stops it" in installation.said()[before:])
    assert "lms client add" not in installation.said()[before:]
    assert installation.stop() == 0


def test_one_command_makes_everything_says_where_it_is_and_leaves_nothing_behind(installation):
    installation.start()
    installation.wait(lambda: "Ctrl-C stops it" in installation.said())
    said = installation.said()
    assert f"Ymarfer is at http://127.0.0.1:{installation.port}" in said
    assert "learner@demo.example" in said
    assert installation.status("/people/sign-in") == 200
    assert stat.S_IMODE(installation.data.stat().st_mode) == 0o700
    loose = [
        path for path in installation.data.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert loose == []
    children = installation.children()
    assert len(children) == 3, "two web processes and one worker"
    assert installation.stop() == 0
    assert gone(children)
    assert "Traceback" not in installation.said()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_stop_it_just_as_well(installation, how):
    installation.start()
    children = installation.children()
    os.killpg(installation.server.pid, how)
    assert installation.server.wait(PATIENCE) == 0
    assert gone(children)
    assert "Traceback" not in installation.said()


def test_O3_a_web_process_that_is_killed_is_started_again(installation):
    installation.start()
    victim = installation.web()[0]
    victim.kill()
    installation.wait(lambda: len(installation.web()) == 2 and not victim.is_running())
    installation.wait(lambda: installation.status("/operations/ready") == 200)
    assert installation.stop() == 0


def test_O3_a_worker_that_is_killed_is_started_again(installation):
    installation.start()
    installation.wait(lambda: installation.worker() is not None)
    victim = installation.worker()
    victim.kill()
    installation.wait(lambda: (found := installation.worker()) is not None and found.pid != victim.pid)
    assert installation.stop() == 0
    assert "worker_died" in installation.said()


def test_O3_no_process_outlives_a_supervisor_that_is_killed_and_the_next_start_needs_no_help(installation):
    installation.start()
    children = installation.children()
    installation.stop(signal.SIGKILL)
    installation.wait(lambda: gone(children))
    installation.start()
    assert installation.stop() == 0


def test_O4_a_second_server_on_the_same_file_is_refused_and_the_first_goes_on(installation):
    installation.start()
    pid = installation.server.pid
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = str(probe.getsockname()[1])
    second = installation.lms("run", LMS_PORT=other)
    assert second.returncode == 2
    assert f"Another server (process {pid}) is already using" in second.stderr
    assert "Traceback" not in second.stderr
    assert installation.status("/operations/ready") == 200


def test_O4_a_port_in_use_is_named_and_nothing_is_started(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", installation.port))
        taken.listen()
        told = installation.lms("run", "--demo")
    assert told.returncode == 4
    assert f"Port {installation.port} at 127.0.0.1 is in use" in told.stderr
    assert "LMS_PORT=" in told.stderr
    assert "Traceback" not in told.stderr


def test_O4_an_address_that_is_not_this_machine_is_named(installation):
    told = installation.lms("run", LMS_HOST="192.0.2.1")
    assert told.returncode == 4
    assert "cannot listen at 192.0.2.1" in told.stderr


def test_O4_a_data_folder_that_cannot_be_written_is_named(installation):
    installation.data.write_text("a file where the folder should be")
    for words in (["run"], ["migrate"], ["person", "list"]):
        told = installation.lms(*words)
        assert told.returncode == 4, words
        assert f"The data folder {installation.data} cannot be written" in told.stderr
        assert "LMS_DATA" in told.stderr
        assert "Traceback" not in told.stderr


def test_O4_a_database_newer_than_the_code_stops_the_start_and_stays_as_it_is(installation):
    assert installation.lms("migrate").returncode == 0
    with closing(sqlite3.connect(installation.data / "lms.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (installation.data / "lms.sqlite3").read_bytes()
    for words in (["run"], ["migrate"], ["work"], ["person", "list"]):
        told = installation.lms(*words)
        assert told.returncode == 4, words
        assert "belongs to a newer version" in told.stderr
        assert "Traceback" not in told.stderr
    assert (installation.data / "lms.sqlite3").read_bytes() == before


def test_a_command_on_an_empty_place_says_what_to_run_first(installation):
    told = installation.lms("person", "list")
    assert told.returncode == 4
    assert "lms migrate" in told.stderr


def test_demo_people_are_refused_where_others_could_reach_them(installation):
    for elsewhere in ({"LMS_HOST": "0.0.0.0"}, {"LMS_BASE_URL": "https://learn.example.org"}):  # noqa: S104 - refused
        told = installation.lms("run", "--demo", **elsewhere)
        assert told.returncode == 2
        assert "Demo people exist only where nobody else can reach them" in told.stderr
    assert "demo" not in installation.lms("person", "list").stdout


def test_a_bad_setting_stops_the_start_with_every_mistake_at_once(installation):
    told = installation.lms("run", LMS_PORT="eighty", LMS_COLOUR="blue")
    assert told.returncode == 1
    assert "LMS_PORT='eighty'" in told.stderr
    assert "LMS_COLOUR" in told.stderr


def test_two_web_processes_stay_small(installation):
    """The limit is 180 MB; what counts is their proportional share, as pages are shared between forks."""
    installation.start()
    for _ in range(100):
        installation.request("/people/sign-in")
    total = sum(process.memory_full_info().pss for process in installation.web())
    assert total <= 180 * 1024 * 1024, f"{total / 1024 / 1024:.0f} MB"
    installation.stop()


def test_gunicorn_serves_the_same_application(installation):
    assert installation.lms("migrate").returncode == 0
    gunicorn = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{installation.port}"]
    installation.start(*gunicorn, "wsgi:application")
    status, page, headers = installation.request("/people/sign-in")
    assert status == 200
    assert "Content-Security-Policy" in headers
    assert "<form" in page
    assert installation.stop() == 0


def test_gunicorn_without_a_database_says_what_is_missing(installation):
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{installation.port}", "wsgi:application"]
    from_root = {"cwd": os.fspath(sys.path[0] or "."), "env": installation.environ}
    told = subprocess.run(gunicorn, **from_root, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert told.returncode != 0
    assert "lms migrate" in told.stderr


def test_the_probes_answer_and_tell_the_difference_between_living_and_being_ready(installation):
    installation.start()
    assert installation.request("/operations/live")[:2] == (200, '{"live":true}\n')
    assert installation.request("/operations/ready")[:2] == (200, '{"ready":true}\n')
    with closing(sqlite3.connect(installation.data / "lms.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    status, body, _ = installation.request("/operations/ready", Accept="application/json")
    assert status == 503
    assert "shape" in body
    assert installation.status("/operations/live") == 200


def test_a_start_with_everything_there_compiles_nothing_and_makes_nothing(installation):
    def start():
        before = len(installation.said())
        installation.start()
        installation.wait(lambda: "Ctrl-C stops it" in installation.said()[before:])
        installation.stop()
        with closing(sqlite3.connect(installation.data / "lms.sqlite3")) as connection:
            return list(connection.iterdump()), installation.said()[before:]

    installation.environ["LMS_CONTENT"] = str(ROOT)
    made, said = start()
    assert "content_refreshed" in said
    there, said = start()
    assert there == made
    assert "content_refreshed" not in said
    assert "demo.example" in said
