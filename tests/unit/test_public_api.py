"""The names that a user imports, and what importing them costs."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import eightbyeight

SOURCE = Path(eightbyeight.__file__)


def names_for_type_checkers():
    """Map each name that is imported under TYPE_CHECKING to its module."""
    (block,) = (
        node
        for node in ast.parse(SOURCE.read_text("utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    return {
        alias.asname or alias.name: statement.module
        for statement in block.body
        for alias in statement.names
    }


def test_all_names_are_sorted_and_the_same_everywhere():
    names = [name for name in eightbyeight.__all__ if name != "__version__"]

    assert names == sorted(names)
    assert eightbyeight.__all__[-1] == "__version__"
    assert set(names) == set(eightbyeight._HOME_OF)
    assert names_for_type_checkers() == eightbyeight._HOME_OF
    assert set(eightbyeight.__all__) <= set(dir(eightbyeight))


@pytest.mark.parametrize("name", eightbyeight.__all__)
def test_every_name_is_there(name):
    value = getattr(eightbyeight, name)

    if inspect.isclass(value):
        assert value.__name__ == name
        assert f"{value.__module__}.".startswith(f"eightbyeight.{eightbyeight._HOME_OF[name]}.")
        assert inspect.getdoc(value)


def test_a_star_import_gives_all_names():
    names = {}
    exec("from eightbyeight import *", names)

    assert set(eightbyeight.__all__) <= set(names)


@pytest.mark.parametrize("name", ["content", "errors", "webhooks"])
def test_public_modules_list_what_they_offer(name):
    module = importlib.import_module(f"eightbyeight.{name}")

    assert list(module.__all__) == sorted(module.__all__)
    assert set(module.__all__) <= set(dir(module))
    for public in module.__all__:
        assert inspect.getdoc(getattr(module, public)), public
    if name != "webhooks":  # whose names are found there and nowhere else
        assert set(module.__all__) <= set(eightbyeight.__all__)


def public_functions():
    """Yield (class, name, function) of each method and property of the public classes that is written here."""
    for public in eightbyeight.__all__:
        cls = getattr(eightbyeight, public)
        if not inspect.isclass(cls):
            continue
        for name, member in inspect.getmembers_static(cls):
            function = member.fget if isinstance(member, property) else member
            function = getattr(function, "__func__", function)
            if (
                (not name.startswith("_") or name == "__init__")
                and inspect.isfunction(function)
                and function.__module__.startswith("eightbyeight")
            ):
                yield public, name, function


def test_every_public_method_and_property_has_its_words():
    silent = {
        f"{cls}.{name}"
        for cls, name, function in public_functions()
        if name != "__init__" and not function.__doc__
    }

    assert silent == set()


# What public annotations may name besides public names, the built-in types and those of other packages.
# Those of an AsyncClient are called the same behind "Async".
REACHED = {"Line", "Messages", "Sms", "Surveys"}  # by the properties of clients
ALIASES = {
    "ApiKey",
    "Delivery",
    "HooksArgument",
    "Lines",
    "OnDrift",
    "Piece",
    "Ticket",
    "Value",
    "Wire",
}
BETWEEN_CLIENT_AND_JOURNAL = {"Call", "Claim", "Entry", "InvalidRow", "Planned", "Recorded"}
ELSEWHERE = {
    *("Any", "BaseException", "Callable", "Exception", "Future", "Iterable", "Iterator"),
    *("Literal", "Mapping", "None", "Path", "PathLike", "R", "Self", "Sequence", "URL"),
    *("bool", "bytes", "datetime", "dict", "float", "int", "list", "object", "set", "str"),
    *("timedelta", "tuple", "type"),
}


def test_public_annotations_name_public_things():
    word = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w.])")
    quoted = re.compile(r"'[^']*'|\"[^\"]*\"")
    named = {
        name.removeprefix("Async")
        for _, _, function in public_functions()
        for parameter, annotation in function.__annotations__.items()
        if not parameter.startswith("_")
        for name in word.findall(quoted.sub("", str(annotation)))
    }
    allowed = REACHED | ALIASES | BETWEEN_CLIENT_AND_JOURNAL

    unexplained = named - set(eightbyeight.__all__) - ELSEWHERE - allowed
    assert unexplained == set(), "export them, or do not name them in public"
    assert allowed - named == set(), "nothing names these any more"


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'eightbyeight' has no attribute 'Clint'"):
        eightbyeight.Clint  # noqa: B018


def modules_after(statement):
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_imports_next_to_nothing():
    modules = modules_after("import eightbyeight")
    ours = {name for name in modules if name.split(".")[0].startswith("eightbyeight")}

    assert ours == {"eightbyeight", "eightbyeight._version"}
    assert not {"httpx", "attr", "attrs", "asyncio", "ssl"} & modules


def test_a_content_needs_no_http_library():
    modules = modules_after("from eightbyeight import Text, Fallback, NotSent, Recipient")

    assert not {"httpx", "attr", "attrs", "asyncio"} & modules


def test_client_imports_neither_models_nor_checks():
    modules = modules_after("from eightbyeight import Client\nClient('k', 'acme_hq')")

    assert "httpcore" in modules
    assert not {"httpx", "attr", "attrs", "eightbyeight_generated.constraints"} & modules
    assert not any(name.startswith("eightbyeight_generated.models") for name in modules)


def test_only_one_module_imports_the_http_library():
    # The transports type their arguments with it; everything else goes through the backend.
    importers = {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.parent.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import) and any(alias.name == "httpx" for alias in node.names)
    }

    assert {
        name
        for name in importers
        if not name.startswith(("mock/", "cli/", "contract/", "testing/"))
    } <= {
        "io/http/backend.py",
        "io/http/httpx_sync.py",
        "io/http/httpx_async.py",
    }


def test_core_does_no_input_or_output():
    forbidden = {"httpx", "socket", "asyncio", "time", "random", "os", "logging"}
    for path in (SOURCE.parent / "core").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                {alias.name for alias in node.names}
                if isinstance(node, ast.Import)
                else {node.module or ""}
                if isinstance(node, ast.ImportFrom)
                else set()
            )
            assert not {name.split(".")[0] for name in names} & forbidden, path.name
