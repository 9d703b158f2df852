"""Every Python snippet of the README and of the documentation runs, against the mock."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
# What a page's snippets take as given.
PREAMBLE = 'from eightbyeight import Client\nclient = Client("any", "acme_hq")\n'

SETTINGS = {"EIGHTBYEIGHT_API_KEY": "any", "EIGHTBYEIGHT_SUBACCOUNT_ID": "acme_hq"}


def snippets():
    for page in PAGES:
        blocks = re.findall(
            r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        for number, block in enumerate(blocks, 1):
            yield pytest.param(block, id=f"{page.name}-{number}")


@pytest.fixture(scope="module")
def mock():
    app = create_app(seed=1)
    with serving(app) as url:
        yield app, url


@pytest.mark.parametrize("snippet", list(snippets()))
def test_snippet_runs(mock, snippet, tmp_path):
    app, url = mock
    app.reset()
    program = tmp_path / "snippet.py"
    program.write_text(PREAMBLE + snippet, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        env={**SETTINGS, "EIGHTBYEIGHT_BASE_URL": url, "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,  # what a snippet writes is gone afterwards
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_the_first_send_of_the_readme_arrives(mock, tmp_path):
    app, url = mock
    app.reset()
    first = next(iter(snippets())).values[0]
    program = tmp_path / "first.py"
    program.write_text(first, "utf-8")
    done = subprocess.run(
        [sys.executable, str(program)],
        env={"EIGHTBYEIGHT_BASE_URL": url, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    (message,) = app.store.messages()
    assert f"{message.umid} queued\n" == done.stdout
    assert ["WhatsApp", "SMS"] == [step["channel"] for step in message.payload["channels"]]
    assert len(first.splitlines()) <= 10
