"""Composing the products' documents into one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from eightbyeight_tools.compose import compose, load_spec
from eightbyeight_tools.errors import ToolError

GOLDEN_SPEC = Path(__file__).parent / "golden_spec"
MESSAGES = "/api/v1/subaccounts/{subAccountId}/messages"


@pytest.fixture
def documents() -> dict[str, Any]:
    return copy.deepcopy(load_spec(GOLDEN_SPEC))


def test_paths_carry_the_product(documents: dict[str, Any]) -> None:
    assert list(compose(documents)["paths"]) == [
        f"/chatapps{MESSAGES}",
        "/chatapps/api/v1/subaccounts/{subAccountId}/things/{thingId}",
        f"/sms{MESSAGES}",
    ]


def test_every_reference_is_local(documents: dict[str, Any]) -> None:
    text = json.dumps(compose(documents))

    assert "common.yaml" not in text
    assert '"$ref": "#/components/schemas/ApiError"' in text
    assert '"picture": "#/components/schemas/Picture"' in text


def test_example_data_is_left_alone(documents: dict[str, Any]) -> None:
    body = compose(documents)["paths"][f"/chatapps{MESSAGES}"]["post"]["requestBody"]["content"][
        "application/json"
    ]

    assert body["examples"]["note"]["value"]["$ref"] == "this is data"


def test_unused_components_go_and_used_ones_stay(documents: dict[str, Any]) -> None:
    components = compose(documents)["components"]

    assert "Unused" not in components["schemas"]
    assert components["securitySchemes"] == {"apiKey": {"type": "http", "scheme": "bearer"}}


def test_hosts_stand_in_an_extension_only(documents: dict[str, Any]) -> None:
    composed = compose(documents)

    assert "servers" not in composed
    assert composed["x-eightbyeight-servers"]["chatapps"]["na"] == "https://chatapps.us.example.com"


def test_sources_are_not_changed(documents: dict[str, Any]) -> None:
    before = copy.deepcopy(documents)
    compose(documents)

    assert documents == before


def test_one_name_for_two_things(documents: dict[str, Any]) -> None:
    documents["sms.yaml"]["components"]["schemas"]["State"] = {"type": "integer"}

    with pytest.raises(
        ToolError, match=r"components\.schemas\.State: chatapps\.yaml and sms\.yaml define it diff"
    ):
        compose(documents)


def test_one_operation_id_for_two_operations(documents: dict[str, Any]) -> None:
    documents["sms.yaml"]["paths"][MESSAGES]["post"]["operationId"] = "sendThing"

    with pytest.raises(
        ToolError, match=f"operationId 'sendThing' is given to both POST /chatapps{MESSAGES[:4]}"
    ):
        compose(documents)


def test_reference_to_nothing(documents: dict[str, Any]) -> None:
    documents["chatapps.yaml"]["components"]["schemas"]["Thing"]["oneOf"][0]["$ref"] = (
        "#/components/schemas/Sms"
    )

    with pytest.raises(
        ToolError,
        match=r"chatapps\.yaml: components\.schemas\.Thing\.oneOf\[0\]: .* points at nothing",
    ):
        compose(documents)


def test_servers_below_the_top(documents: dict[str, Any]) -> None:
    documents["sms.yaml"]["paths"][MESSAGES]["post"]["servers"] = [{"url": "https://x.example.com"}]

    with pytest.raises(ToolError, match="servers are allowed at the top"):
        compose(documents)


def test_unknown_region(documents: dict[str, Any]) -> None:
    documents["sms.yaml"]["servers"][0]["x-region"] = "mars"

    with pytest.raises(ToolError, match=r"sms\.yaml: servers\[0\]\.x-region: .* found 'mars'"):
        compose(documents)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"chatapps\.yaml: there is no such file"):
        load_spec(tmp_path)


def test_numbers_and_dates_in_yaml_stay_json(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("responses: {200: {at: 2026-01-02T03:04:05Z}}")

    assert load_spec(tmp_path, ("a",))["a.yaml"] == {
        "responses": {"200": {"at": "2026-01-02T03:04:05Z"}}
    }
