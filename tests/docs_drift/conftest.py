"""Makes the page writers importable, and prints the counts of the proof."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def pytest_terminal_summary(terminalreporter):
    """Print what became of the mutations, whether the tests passed or not."""
    for form, told in _counts().items():
        terminalreporter.line(f"docs-drift, {form}: {told}")


def _counts():
    proof = sys.modules.get("proof")
    return proof.TOLD if proof else {}
