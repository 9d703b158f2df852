from eightbyeight.core.notes import Noted


def test_noted():
    assert Noted()
