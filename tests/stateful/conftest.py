"""One server, and one process that forks workers, for all tests of this folder."""

from __future__ import annotations

import itertools
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from stateful.server import Api
from stateful.workers import Workers
from stateful.world import World


@pytest.fixture(scope="session")
def new_world(tmp_path_factory):
    """Make a world: a context manager that leaves no worker behind."""
    folder = tmp_path_factory.mktemp("stateful")
    api, workers = Api(), Workers(folder)
    numbers = itertools.count(1)
    yield lambda **more: World(api, workers, folder / f"world {next(numbers)}", **more)
    workers.close()
    api.close()
    shutil.rmtree(folder)


@pytest.fixture
def world(new_world):
    """A world of its own for a test."""
    with new_world() as world:
        yield world
