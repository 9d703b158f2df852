"""The demo from its beginning to its end."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from eightbyeight import AsyncClient, Client
from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving

from .acts.early_fallback import warn_of_early_fallback
from .acts.rate_limit import obey_rate_limit
from .acts.sending import run_async, run_sync
from .acts.wrong_input import refuse_input
from .acts.wrong_key import fail_with_wrong_key
from .acts.your_turn import finish
from .scenes import all_scenes
from .show import Show

_KEY = "demo-key"


@dataclass(frozen=True)
class Settings:
    """How to tell it.

    Attributes:
        seed: Which ids and codes are drawn.
        with_sync: Whether Client sends the scenes.
        with_async: Whether AsyncClient does.
        color: Whether with colors.
        verbose: Whether with the Python code, headers and whole replies.
    """

    seed: int
    with_sync: bool
    with_async: bool
    color: bool
    verbose: bool


def tell(settings: Settings) -> None:
    """Start the mock and go through all acts.

    Raises:
        Surprise: Something came out differently from what it should.
    """
    app = create_app(seed=settings.seed, api_keys=[_KEY], rate_limit=True)
    show = Show(app, color=settings.color, verbose=settings.verbose)
    scenes = all_scenes(app.clock.now(), random.Random(settings.seed))  # noqa: S311 - no secret
    with serving(app) as url:
        account: dict[str, Any] = {
            "api_key": _KEY,
            "subaccount_id": "acme_hq",
            "base_url": url,
            "region": "apac",
        }
        # The seeded mock's time moves with its requests, not with ours: its limits are its own.
        account["rate_limits"] = False
        show.say("eightbyeight: a local 8x8 is up; its rate limit is on, and nothing leaves here.")
        if settings.with_sync:
            with Client(**account) as client:
                run_sync(show, client, scenes)
        if settings.with_async:
            is_first = not settings.with_sync
            asyncio.run(run_async(show, AsyncClient(**account), scenes, is_first))
        with Client(**account) as client:
            obey_rate_limit(show, client)
            fail_with_wrong_key(show, client)
            refuse_input(show, client)
            warn_of_early_fallback(show, client)
    wanted = {"sync": settings.with_sync, "async": settings.with_async}
    finish(show, [mode for mode, is_wanted in wanted.items() if is_wanted])
