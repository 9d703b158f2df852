"""The steps of a worker at which it can be killed or stopped. Runs in the worker's process."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eightbyeight.io.http.httpcore_async import AsyncHttpcoreTransport
from eightbyeight.io.http.httpcore_sync import HttpcoreTransport
from eightbyeight.io.journal import flight, planning, proof, writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

# What is written into the journal: "<step> written" is reached in the transaction, "<step> committed" after it.
_WRITTEN: tuple[tuple[ModuleType, str, str], ...] = (
    (planning, "plan", "plan"),
    (planning, "finish", "finish"),
    (flight, "claim", "claim"),
    (flight, "begin", "begin"),
    (flight, "settle", "settle"),
    (proof, "add_receipt", "receipt"),
    (proof, "settle", "proof"),
)


def _both(*steps: str) -> tuple[str, ...]:
    return tuple(f"{step} {when}" for step in steps for when in ("written", "committed"))


OF_PLANNING = _both("plan", "finish")
OF_CLAIMING = _both("claim")
# "arrived" and "counted" are moments at the server: it kills the worker.
OF_SENDING = (*_both("begin"), "leaving", "arrived", "counted", "answered", *_both("settle"))
OF_RECEIPTS, OF_PROOF = _both("receipt"), _both("proof")
ALL = (*OF_PLANNING, *OF_CLAIMING, *OF_SENDING, *OF_RECEIPTS, *OF_PROOF)
AT_THE_SERVER = ("arrived", "counted")


@dataclass
class Steps:
    """Counts how often a step is reached, and ends or stops the process the n-th time."""

    step: str
    number: int
    action: str  # kill or stop
    _count: int = 0
    _committing: threading.Lock = field(default_factory=threading.Lock)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _written: list[str] = field(default_factory=list)

    def install(self) -> None:
        """Wrap the functions of the library."""
        for module, name, step in _WRITTEN:
            setattr(module, name, self._writing(getattr(module, name), step))
        writer.Writer._commit = self._commit(writer.Writer._commit)
        HttpcoreTransport.send = self._send(HttpcoreTransport.send)
        AsyncHttpcoreTransport.send = self._async_send(AsyncHttpcoreTransport.send)

    def reached(self, step: str) -> None:
        """Do here what is to be done here."""
        if step != self.step:
            return
        with self._counting:
            self._count += 1
            is_it = self._count == self.number
        if not is_it:
            return
        if self.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        # Who is stopped in a transaction would lock out all others, as a database does that hangs.
        with self._committing:
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    def _writing(self, real: Callable[..., Any], step: str) -> Callable[..., Any]:
        def write(*arguments: Any, **more: Any) -> Any:
            result = real(*arguments, **more)
            self._written.append(step)
            self.reached(f"{step} written")
            return result

        return write

    def _commit(self, real: Callable[..., bool]) -> Callable[..., bool]:
        def commit(*arguments: Any, **more: Any) -> bool:
            with self._committing:
                self._written.clear()
                is_done = real(*arguments, **more)
            for step in tuple(self._written) if is_done else ():
                self.reached(f"{step} committed")
            return is_done

        return commit

    def _send(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def send(transport: Any, method: str, *arguments: Any) -> Any:
            if method != "POST":
                return real(transport, method, *arguments)
            self.reached("leaving")
            result = real(transport, method, *arguments)
            self.reached("answered")
            return result

        return send

    def _async_send(self, real: Callable[..., Any]) -> Callable[..., Any]:
        async def send(transport: Any, method: str, *arguments: Any) -> Any:
            if method != "POST":
                return await real(transport, method, *arguments)
            self.reached("leaving")
            result = await real(transport, method, *arguments)
            self.reached("answered")
            return result

        return send
