"""The thread that makes things happen while the mock is served."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eightbyeight.mock.posting import Postman

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uvicorn

    from eightbyeight.mock.life import Life

_log = logging.getLogger("eightbyeight.mock")

_SECONDS = 0.05


@contextmanager
def ticking(life: Life, server: uvicorn.Server) -> Iterator[None]:
    """Let time pass for a mock as long as its server runs, and post its webhooks."""
    end = threading.Event()

    def tick() -> None:
        while not end.wait(_SECONDS):
            if server.should_exit:
                # Streams without an end would hold up the server's.
                life.changes.close()
            try:
                life.run_due()
            except Exception:  # noqa: BLE001 - the next round may be better
                _log.exception("the mock failed to go on")

    life.postman = Postman()
    life.is_served = True
    life.changes.open()
    thread = threading.Thread(target=tick, name="eightbyeight-mock-clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
        life.is_served = False
        postman, life.postman = life.postman, None
        postman.close()
