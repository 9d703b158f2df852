"""`eightbyeight survey`: SMS Engage surveys."""

from __future__ import annotations

import click

from eightbyeight.cli.api_key import no_key_argument
from eightbyeight.cli.lazy_group import Home, LazyGroup

_HOMES = {"send": Home("survey_send", "Send a survey to the people in a CSV file.")}


@click.group(cls=LazyGroup, homes=_HOMES)
@no_key_argument
def survey() -> None:
    """SMS Engage surveys."""
