"""What is sent. The same code serves Client, which returns a result, and AsyncClient, an awaitable.

With --verbose people see the code of these functions, which therefore import what they need.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .scene import Scene

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from .scene import AnyClient


def all_scenes(now: datetime, dice: random.Random) -> list[Scene]:
    """List the sends of the demo; the time and the dice are the mock's, so that runs are equal."""
    code = f"{dice.randrange(10**6):06}"
    password = functools.partial(one_time_password, code=code, until=now + timedelta(minutes=10))
    return [
        Scene(template_with_fallback, "sendMessage"),
        Scene(reply_buttons, "sendMessage"),
        Scene(rcs_carousel, "sendMessage"),
        Scene(line_notification, "sendLineNotification"),
        Scene(password, "sendSms"),
        Scene(survey_batch, "sendSurveyBatch"),
    ]


def template_with_fallback(client: AnyClient) -> Any:
    """A WhatsApp template that falls back to SMS."""
    from eightbyeight import Fallback, Parameter, Template, TemplateButton

    shipped = Template(
        "order_shipped",
        "en_US",
        header=Parameter.image("https://cdn.example.com/parcel.jpg"),
        body=["Mei", "10017"],
        buttons=[TemplateButton.url("10017")],
        ttl=timedelta(minutes=10),
    )
    plan = Fallback.whatsapp(after=timedelta(minutes=15), until="delivered").then_sms(
        source="ACME", text="ACME: order 10017 is on its way"
    )
    return client.messages.send(
        "+6591234567", shipped, fallback=plan, client_message_id="order-10017"
    )


def reply_buttons(client: AnyClient) -> Any:
    """An interactive message with buttons."""
    from eightbyeight import ReplyButtons

    question = ReplyButtons(
        "Is 19:30 still fine for you?",
        {"yes": "I will be there", "no": "Please cancel"},
        header="Table for two",
        footer="Bistro Marina",
    )
    return client.messages.send("+6591234567", question, client_message_id="table-204")


def rcs_carousel(client: AnyClient) -> Any:
    """An RCS carousel with suggestions."""
    from eightbyeight import Card, Carousel, Fallback, Suggestion

    tours = Carousel(
        [
            Card(
                "https://cdn.example.com/catamaran.jpg",
                title="Catamaran trip",
                description="Snorkelling and a sunset",
                suggestions=[
                    Suggestion.open_url("Book", "book-1", url="https://tours.example.com/1")
                ],
            ),
            Card(
                "https://cdn.example.com/jungle.jpg",
                title="Jungle tour",
                suggestions=[Suggestion.view_location("Where", "where-2", at=(10.77, 106.69))],
            ),
        ],
        suggestions=[Suggestion.reply("More tours", "more")],
    )
    return client.messages.send(
        "+84912345678", tours, fallback=Fallback.rcs(), client_message_id="tours-31"
    )


def line_notification(client: AnyClient) -> Any:
    """A LINE notification."""
    line_account = client.with_options(subaccount_id="acme_line")
    return line_account.line.notify(
        "+66812345678",
        title="Your visit tomorrow",
        company="ACME Clinic",
        icon="calendarCheck",
        emphasis=("When", "Thursday, 14:30"),
        items={"Doctor": "Dr. Somchai", "Where": "Building B, floor 3"},
        actions={"Directions": "https://clinic.example.com/way"},
        sms_fallback="ACME Clinic: your visit is on Thursday, 14:30",
        client_message_id="visit-5512",
    )


def one_time_password(client: AnyClient, code: str, until: datetime) -> Any:
    """An SMS with a one-time password."""
    sms_account = client.with_options(subaccount_id="acme_sms")
    return sms_account.sms.send(
        "+6591234567",
        f"ACME: {code} is your sign-in code. It works for 10 minutes.",
        source="ACME",
        expiry=until,
        client_message_id="sign-in-88",
    )


def survey_batch(client: AnyClient) -> Any:
    """A batch of surveys with variables."""
    from eightbyeight import SurveyRecipient

    customers = [("+6591234567", "Mei", 10017), ("+6591234568", "Arun", 10018)]
    return client.with_options(subaccount_id="acme_sms").surveys.send_batch(
        "after-order",
        [
            SurveyRecipient(number, variables={"name": name, "order": order})
            for number, name, order in customers
        ],
        template="Hi {{name}}, how was order {{order}}? {{url:name:order}}",
        client_batch_id="feedback-q1",
    )
