"""A warning: the message is sent, and may reach people twice."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from eightbyeight import DuplicateDeliveryWarning, Fallback, Template

from ..surprise import expect

if TYPE_CHECKING:
    from eightbyeight import Client

    from ..show import Show


def warn_of_early_fallback(show: Show, client: Client) -> None:
    """Send with a fallback that fires while the first message may still arrive."""
    show.act("A warning: a fallback that may reach people twice")
    plan = Fallback.whatsapp(after=60, until="delivered").then_sms(text="Order 10017 is on its way")
    content = Template("order_shipped", "en_US", body=["Mei", "10017"], category="utility")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = client.messages.send("+6591234567", content, fallback=plan)
    kinds = [warning.category for warning in caught]
    expect(kinds == [DuplicateDeliveryWarning], f"warnings: {kinds}")
    show.say("plan = Fallback.whatsapp(after=60, until='delivered').then_sms(text=...)")
    show.paragraph(f"{kinds[0].__name__}: {caught[0].message}", "yellow")
    show.say(f"Sent all the same: {result.umid}, {result.status.state}")
