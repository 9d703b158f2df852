"""Sends over loopback to our mock and to Prism: validated by both, stored by ours only.

The target is about sends a second when all kinds come in equal numbers; of each kind the best of
several rounds counts, and stands beside it. What the server's process spends on a send stands below
each: other work on the machine does not change that much.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from . import mock_requests, prism
from .load import loaded
from .row import NotMeasured, Row
from .server_process import KNOWS_USAGE, Server, server, status_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: Sends a second of the mix, against Prism's.
TARGET = 8.0

_MIX = "a mix of the three"

#: A generator that is busier than this may be what is measured.
_TOO_BUSY = 0.7


class Best(NamedTuple):
    """The best rounds of one server with one kind of send.

    Attributes:
        rate: Sends a second.
        cpu: CPU microseconds a send, of the server's processes.
        busy: How busy the generator was in the fastest round.
    """

    rate: float = 0.0
    cpu: float = float("inf")
    busy: float = 0.0

    @classmethod
    def mix(cls, kinds: Collection[Best]) -> Best:
        """What several kinds come to that are sent in equal numbers."""
        return cls(
            len(kinds) / sum(1 / kind.rate for kind in kinds),
            sum(kind.cpu for kind in kinds) / len(kinds),
            max(kind.busy for kind in kinds),
        )


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Let both servers take turns."""
    try:
        prism_command = partial(prism.command, mock_requests.DOCUMENT)
        prism_command(0)
    except prism.PrismMissingError as error:
        return [NotMeasured("mock", "sends a second against Prism's", str(error))]
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(server(command, mock_requests.first))
            for name, command in (("ours", mock_requests.ours), ("Prism", prism_command))
        }
        for name, one in servers.items():
            if status_of(one.port, mock_requests.faulty(one.port)) != 400:
                raise RuntimeError(f"{name} does not validate")
        # Short rounds and many: on a machine with other work to do some of them are left alone.
        best = _best(servers, rounds=3 if quick else 24, seconds=0.5)
    mix = {name: Best.mix([figures[name] for figures in best.values()]) for name in servers}
    rows = _rows(_MIX, mix["ours"], mix["Prism"], TARGET)
    for what, figures in best.items():
        rows += _rows(what, figures["ours"], figures["Prism"])
    return rows


def _rows(
    what: str, ours: Best, theirs: Best, target: float | None = None
) -> list[Row | NotMeasured]:
    against = "Prism"
    if ours.busy > _TOO_BUSY:
        against += f" (the generator was {ours.busy:.0%} busy: ours may be faster)"
    rows: list[Row | NotMeasured] = [
        Row("mock", what, ours.rate, "/s", against, theirs.rate, target, more_is_better=True)
    ]
    if KNOWS_USAGE:
        rows.append(Row("mock", f"{what}, CPU", ours.cpu, "us", "Prism", theirs.cpu))
    else:
        rows.append(NotMeasured("mock", f"{what}, CPU", "needs Linux's /proc"))
    return rows


def _best(
    servers: Mapping[str, Server], *, rounds: int, seconds: float
) -> dict[str, dict[str, Best]]:
    """Measure each kind of send with each server, in turns."""
    requests = {name: mock_requests.sends(one.port) for name, one in servers.items()}
    whats = list(next(iter(requests.values())))
    best = {what: dict.fromkeys(servers, Best()) for what in whats}
    order = list(servers)
    for _ in range(rounds):
        order.append(order.pop(0))
        for what in whats:
            for name in order:
                one = servers[name]
                cpu = one.cpu_seconds() if KNOWS_USAGE else 0.0
                load = loaded(one.port, requests[name][what], seconds=seconds)
                cpu = (one.cpu_seconds() if KNOWS_USAGE else 0.0) - cpu
                so_far = best[what][name]
                best[what][name] = Best(
                    max(so_far.rate, load.rate),
                    min(so_far.cpu, cpu / load.requests * 1e6),
                    load.busy if load.rate > so_far.rate else so_far.busy,
                )
    return best
