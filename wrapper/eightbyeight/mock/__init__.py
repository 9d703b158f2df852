"""A local 8x8: the messaging APIs in process or as a server, driven by the composed document.

    from eightbyeight.mock import create_app

    app = create_app(seed=1)
    with httpx.Client(transport=app.transport(), base_url="https://chatapps.8x8.com") as client:
        ...
    assert app.store.messages()[0].payload["content"] == {"text": "Hello"}

The mock shares no code with the client on purpose: it is an independent reading of the document.
"""

from eightbyeight.mock.app import MockApp, create_app
from eightbyeight.mock.chaos import ChaosError
from eightbyeight.mock.clock import Clock, FixedClock, RealClock
from eightbyeight.mock.commands import NoSuchMessage, NotPossible
from eightbyeight.mock.settings import Settings, SettingsError

__all__ = [
    "ChaosError",
    "Clock",
    "FixedClock",
    "MockApp",
    "NoSuchMessage",
    "NotPossible",
    "RealClock",
    "Settings",
    "SettingsError",
    "create_app",
]
