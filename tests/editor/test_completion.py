"""An editor offers every kind of content, and the values of what is typed, by two language servers."""

from __future__ import annotations

import json
import sys
import typing
from pathlib import Path

import pytest
from editor.language_server import CURSOR, LanguageServer

import eightbyeight
from eightbyeight import Content, content
from eightbyeight.content.content_dict import ContentType

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
SERVERS = {
    "pyright": [TOOLS / "pyright-langserver", "--stdio"],
    "pyrefly": [TOOLS / "pyrefly", "lsp"],
}
CLIENT = "import eightbyeight\n\nclient = eightbyeight.Client.from_env()\n"


@pytest.fixture(scope="module", params=SERVERS)
def server(request):
    with LanguageServer(SERVERS[request.param], ROOT) as server:
        yield server


@pytest.fixture(scope="module")
def schemas():
    path = ROOT / "generated/eightbyeight_generated/openapi.json"
    return json.loads(path.read_text("utf-8"))["components"]["schemas"]


def kinds(base):
    """Return the names of the classes of content that nothing is derived from."""
    return {name for each in base.__subclasses__() for name in kinds(each) or {each.__name__}}


def test_there_is_a_class_for_every_kind_of_the_description(schemas):
    types = set(schemas["Message"]["discriminator"]["mapping"])
    interactive = set(schemas["Interactive"]["discriminator"]["mapping"])

    assert types == set(typing.get_args(ContentType))
    assert types - {"interactive"} == {getattr(content, name).type for name in content.__all__} - {
        "interactive"
    }
    assert len(content.__all__) == len(types - {"interactive"}) + len(interactive)
    assert set(content.__all__) == kinds(Content)
    assert set(content.__all__) <= set(eightbyeight.__all__)


@pytest.mark.parametrize(
    "text",
    [
        f"from eightbyeight import content\n\ncontent.{CURSOR}\n",
        f"from eightbyeight.content import {CURSOR}\n",
        f"from eightbyeight import {CURSOR}\n",
        f"{CLIENT}client.messages.send('+6591234567', eightbyeight.{CURSOR})\n",
    ],
)
def test_every_kind_of_content_is_offered(server, text):
    assert set(content.__all__) - server.completions(text) == set()


def test_every_type_is_offered_in_a_plain_dict(server):
    text = f"{CLIENT}client.messages.send('+6591234567', {{'type': '{CURSOR}'}})\n"

    assert set(typing.get_args(ContentType)) - server.completions(text) == set()


def test_methods_are_offered_through_the_lazy_imports(server):
    assert {"messages", "sms", "surveys", "line", "request"} <= server.completions(
        f"{CLIENT}client.{CURSOR}\n"
    )
    assert {"send", "send_many", "get", "wait"} <= server.completions(
        f"{CLIENT}client.messages.{CURSOR}\n"
    )
