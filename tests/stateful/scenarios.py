"""Short stories, each of which some defect would spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .truth import GOOD, Mood
from .world import LONG_ENOUGH, Crash, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import Run, World

_STRANGER = {
    "namespace": "SMS",
    "eventType": "outbound_message_status_changed",
    "payload": {"umid": "u-stranger", "clientMessageId": "stranger"},
}


def planned(world: World, kind: str = "sms", count: int = 6) -> Run:
    """Plan a run, and send nothing of it."""
    rows = [Row(f"{kind} {number}", is_bad=number == 3) for number in range(1, count + 1)]
    run = world.add_run(kind, rows)
    world.start(run, Crash("finish committed"))
    return run


def all_goes_well(world: World) -> None:
    run = world.add_run("sms", [Row("one"), Row("two", is_bad=True), Row("three")])
    world.start(run)
    world.start(run)
    world.send([("sms", "order-1"), ("chat", "order-2")])
    world.finish()


def many_begin_at_once(world: World) -> None:
    run = world.add_run("sms", [Row(f"sms {number}") for number in range(1, 11)])
    world.start(run, *[None] * 6)
    world.finish()


def killed_while_rows_are_planned(world: World) -> None:
    run = world.add_run("sms", [Row(f"sms {number}") for number in range(1, 11)])
    world.start(run, Crash("plan committed"))
    world.finish()


def killed_after_a_message_was_accepted(world: World) -> None:
    run = planned(world)
    world.resume(run, Crash("counted", 2))
    world.start(run)
    world.finish()


def killed_before_an_answer_is_written(world: World) -> None:
    world.send([("sms", "order-1")], Crash("answered"))
    world.advance(LONG_ENOUGH)
    world.send([("sms", "order-1")])
    world.finish()


def answers_are_lost(world: World) -> None:
    run = planned(world)
    world.set_mood(Mood(("lose",)))
    world.resume(run)
    world.set_mood(GOOD)
    world.resume(run)
    world.reconcile()
    world.resume(run)
    world.finish()


def requests_are_lost(world: World) -> None:
    world.set_mood(Mood(("reset",)))
    world.send([("sms", "order-1")])
    world.deliver([_STRANGER])
    world.reconcile()
    world.finish()


def messages_are_refused(world: World) -> None:
    world.set_mood(Mood(("400",)))
    world.start(planned(world))
    world.finish()


def one_stands_still_while_another_works(world: World) -> None:
    run = planned(world)
    world.resume(run, Crash("claim committed", action="stop"))
    world.resume(run)
    world.wake()
    world.finish()


def one_awakes_after_its_lease(world: World) -> None:
    run = planned(world)
    world.resume(run, Crash("claim committed", action="stop"))
    world.advance(LONG_ENOUGH)
    world.resume(run)
    world.wake()
    world.finish()


def one_awakes_after_another_was_refused(world: World) -> None:
    run = planned(world)
    world.resume(run, Crash("claim committed", action="stop"))
    world.advance(LONG_ENOUGH)
    world.set_mood(Mood(("400",)))
    world.resume(run)
    world.set_mood(GOOD)
    world.wake()
    world.finish()


def a_receipt_comes_before_the_answer(world: World) -> None:
    world.set_mood(Mood(("500 after",)))
    world.send([("sms", "order-1")], Crash("answered", action="stop"))
    world.advance(LONG_ENOUGH)
    world.deliver([world.api.ledger.messages[0].receipt("delivered")])
    world.reconcile()
    world.wake()
    world.finish()


def a_receipt_of_another_message_has_the_reference(world: World) -> None:
    world.start(world.add_run("survey", [Row("survey 1", "order-1")]))
    world.set_mood(Mood(("reset",)))
    world.send([("sms", "order-1")])
    world.deliver([world.api.ledger.messages[0].receipt("delivered")])
    world.reconcile()
    world.finish()


def what_was_lost_is_refused_when_it_is_repeated(world: World) -> None:
    run = planned(world)
    world.set_mood(Mood(("lose",)))
    world.resume(run)
    world.set_mood(Mood(("400",)))
    world.resume(run)
    world.finish()


SCENARIOS: dict[str, Callable[[World], None]] = {
    scenario.__name__: scenario
    for scenario in (
        all_goes_well,
        many_begin_at_once,
        killed_while_rows_are_planned,
        killed_after_a_message_was_accepted,
        killed_before_an_answer_is_written,
        answers_are_lost,
        requests_are_lost,
        messages_are_refused,
        one_stands_still_while_another_works,
        one_awakes_after_its_lease,
        one_awakes_after_another_was_refused,
        a_receipt_comes_before_the_answer,
        a_receipt_of_another_message_has_the_reference,
        what_was_lost_is_refused_when_it_is_repeated,
    )
}
