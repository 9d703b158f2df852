"""Journals in files, and an API that answers as it is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))


@pytest.fixture
def place(tmp_path):
    """Where a journal may be made."""
    return tmp_path / "sends.db"
