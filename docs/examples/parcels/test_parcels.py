"""How the program is tested: with a local 8x8 in the same process."""

from __future__ import annotations

import logging

from parcels import Desk, announce


def test_a_parcel_is_announced(mock_8x8):
    umid = announce("+6591234567", "4711")

    (message,) = mock_8x8.sent
    assert message.umid == umid
    assert message.to == "+6591234567"
    assert message.text == "Parcel 4711 arrives today."
    assert message.channel == "WhatsApp"


def test_who_has_no_whatsapp_gets_an_sms(mock_8x8):
    announce("+6591234567", "4711")
    mock_8x8.fail()  # on WhatsApp
    mock_8x8.advance(5)

    assert mock_8x8.last.channels == ("WhatsApp", "SMS")
    assert mock_8x8.wait_for(state="delivered").channel == "SMS"


def test_the_desk_hears_of_it(mock_8x8):
    desk = Desk()
    mock_8x8.connect_receiver(desk.receive)
    umid = announce("+6591234567", "4711")
    mock_8x8.deliver()

    assert desk.states == {umid: "delivered"}


def test_an_api_in_trouble_is_no_second_message(mock_8x8, caplog):
    caplog.set_level(logging.WARNING)
    mock_8x8.chaos.add("100% reset-after")  # it is executed, and the answer is lost

    assert announce("+6591234567", "4711") is None
    assert "perhaps announced" in caplog.text
    assert len(mock_8x8.sent) == 1


def test_an_api_out_of_reach(mock_8x8, caplog):
    mock_8x8.chaos.add("100% refuse")

    assert announce("+6591234567", "4711") is None
    assert "not announced" in caplog.text
    assert mock_8x8.sent == []
