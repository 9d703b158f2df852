"""A journal in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from journal.cases import *  # noqa: F403
from journal.cases import TEXT, TO, Api

from eightbyeight import Client, ConfigurationError, Journal, JournalUnavailable


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("no/such/folder/sends.db", "folder does not exist"),
        ("nonsense://x", "no database of the kind"),
        ("://", "cannot be read"),
    ],
)
def test_places_that_hold_no_journal(place, what):
    with pytest.raises(ConfigurationError, match=what):
        Journal(place)


def test_a_password_is_never_shown():
    with pytest.raises(JournalUnavailable) as caught:
        Journal("postgresql+psycopg://acme:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value) + repr(caught.value)


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)
    with pytest.raises(JournalUnavailable):
        Journal(path)


def test_a_client_opens_and_closes_the_journal_that_it_is_given_by_name(tmp_path):
    api = Api()
    path = tmp_path / "sends.db"
    with api.client(str(path)) as client:
        client.sms.send(TO, TEXT)
    with Journal(path) as journal:
        assert len(list(journal.entries())) == 1
    with pytest.raises(JournalUnavailable):
        client.sms.send(TO, TEXT)


def test_a_journal_that_is_shared_stays_open(tmp_path):
    with Journal(tmp_path / "sends.db") as journal:
        with Api().client(journal) as client:
            client.sms.send(TO, TEXT)
        assert len(list(journal.entries())) == 1


def test_it_works_in_a_forked_process(tmp_path):
    with Journal(tmp_path / "sends.db") as journal:
        client = Api().client(journal)
        client.sms.send(TO, TEXT)
        child = os.fork()
        if child == 0:
            try:
                client.sms.send(TO, TEXT)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert len(list(journal.entries())) == 2


_KILLED = """
import os, signal, sys
import httpx
from eightbyeight import Client
def api(request):
    os.kill(os.getpid(), signal.SIGKILL)
client = Client("key", "acme", transport=httpx.MockTransport(api), journal=sys.argv[1])
client.sms.send("+6591234567", "Hello", client_message_id="order-1")
"""


def test_in_flight_outlives_a_kill(tmp_path):
    path = tmp_path / "sends.db"
    ended = subprocess.run([sys.executable, "-c", _KILLED, path], check=False)

    assert ended.returncode == -signal.SIGKILL
    with Journal(path) as journal:
        (entry,) = journal.entries()
    assert entry.reference == "order-1"
    assert entry.state == "in_flight"


def test_another_worker_in_the_middle_of_writing_is_waited_for(tmp_path):
    import sqlite3
    import threading

    path = tmp_path / "sends.db"
    with Journal(path) as journal:
        blocker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        blocker.execute("BEGIN IMMEDIATE")
        threading.Timer(0.3, lambda: blocker.execute("ROLLBACK")).start()
        started = time.monotonic()
        Api().client(journal).sms.send(TO, TEXT)
        assert time.monotonic() - started > 0.2
        blocker.close()


def test_the_extra_is_named_when_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    for name in [name for name in sys.modules if name.startswith("eightbyeight.io.journal")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ConfigurationError, match=r"eightbyeight\[journal\]"):
        Client("key", "acme", journal="sends.db")
