"""One thread that writes: what is asked for at the same time shares one commit, and so one flush to the disk."""

from __future__ import annotations

import os
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ...errors import EightByEightError, JournalUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

T = TypeVar("T")
_Job: TypeAlias = "tuple[Callable[[Connection], Any], Future[Any]]"

_MOST_AT_ONCE = 200
_TRIES = 5
_LINGER = 0.001  # seconds that a commit waits for others to share it


class Writer:
    """Runs functions in transactions, many in one, and tells each caller when its own is on the disk.

    A function must be repeatable, because it runs again when its transaction collides with another worker's.
    ``under_way`` is the number of sends that are in flight, which will ask for something soon.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        self._is_closed = False
        self.under_way = 0

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Run ``work`` in a transaction; the future is done after the commit.

        It raises JournalUnavailable when the database fails, and what ``work`` raises of our own errors.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # what is asked for is done, whoever gives up waiting
        with self._lock:
            if self._is_closed:
                raise JournalUnavailable("the journal is closed; nothing was sent")
            self._start()
            self._jobs.put((work, future))
        return future

    def close(self) -> None:
        """Finish what was asked for."""
        with self._lock:
            self._is_closed = True
            thread, self._thread = self._thread, None
        if thread is not None and self._process == os.getpid():
            self._jobs.put(None)
            thread.join()

    def _start(self) -> None:
        """Start the thread, also in a process that was forked from one with a thread."""
        if self._process != os.getpid():
            self._engine.dispose(close=False)
            self._jobs, self._thread, self._process = queue.SimpleQueue(), None, os.getpid()
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._work, name="eightbyeight-journal", daemon=True
            )
            self._thread.start()

    def _work(self) -> None:
        while True:
            jobs: list[_Job] = []
            job = self._jobs.get()
            while job is not None:
                jobs.append(job)
                if len(jobs) == _MOST_AT_ONCE:
                    break
                try:
                    # While several sends are under way, those of an event loop come one by one, but soon.
                    job = self._jobs.get(timeout=_LINGER if self.under_way > len(jobs) else 0)
                except queue.Empty:
                    break
            if jobs and not self._commit(jobs):
                for single in jobs:
                    tries_left = _TRIES
                    while not self._commit([single], tries_left=tries_left):
                        tries_left -= 1
            if job is None:
                return

    def _commit(self, jobs: list[_Job], *, tries_left: int = 1) -> bool:
        """Do the jobs in one transaction. Returns False when they should be tried again, each on its own."""
        try:
            with self._engine.begin() as connection:
                results = [work(connection) for work, _ in jobs]
        except Exception as error:  # noqa: BLE001  # drivers raise all kinds; each belongs to its caller
            # Another worker may have written the same line between our look and our write: look again.
            if len(jobs) > 1 or (isinstance(error, IntegrityError) and tries_left > 0):
                return False
            ours = error if isinstance(error, EightByEightError) else unavailable(error)
            jobs[0][1].set_exception(ours)
        else:
            for (_, future), result in zip(jobs, results, strict=True):
                future.set_result(result)
        return True


def unavailable(error: Exception) -> JournalUnavailable:
    """Make the error for a database that fails; SQLAlchemy's own text would show what was to be written."""
    cause = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else error
    failure = JournalUnavailable(
        f"the journal could not be written ({type(cause or error).__name__}); nothing was sent"
    )
    failure.__cause__ = cause if isinstance(cause, Exception) else None
    return failure
