"""A lookup too many: the client waits and asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..surprise import expect

if TYPE_CHECKING:
    from eightbyeight import Client

    from ..show import Show


def obey_rate_limit(show: Show, client: Client) -> None:
    """Look a message up twice within a second."""
    show.act("Too fast: the API allows one lookup a second, and others may have had it")
    show.app.clock.advance(1.0)  # whatever came before, the first lookup is in time
    umid = show.app.store.messages("acme_hq")[0].umid
    seen = len(show.app.requests)
    for _ in range(2):
        expect(client.messages.get(umid).latest is not None, "the message is not found")
    statuses = [entry.status for entry in show.app.requests.snapshot()[seen:]]
    expect(statuses == [200, 429, 200], f"two lookups were answered with {statuses}")
    show.say("client.messages.get(umid) twice in a row: " + ", ".join(map(str, statuses)))
    show.say(
        "The client waited as long as the 429 told it to, and asked again. Unless told not to,"
    )
    show.say("as here, it also keeps to the limits by itself, so that most 429 never happen.")
