"""Each lint rule finds its defect, at its place, and nothing else; the sound specification has none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eightbyeight_tools import lint_examples, lint_operations, lint_schemas
from eightbyeight_tools.spec_lint import RULES, invalid_documents, lint, main
from eightbyeight_tools.spec_set import SpecSet

SOUND = """
openapi: 3.1.0
info: {title: Sound, version: '1'}
servers: [{url: 'https://example.com', x-region: apac}]
paths:
  /things/{thingId}:
    post:
      operationId: sendThing
      tags: [things]
      summary: Send a thing
      description: Sends it.
      externalDocs: {url: 'https://example.com/docs'}
      security: [{apiKey: []}]
      parameters: [{$ref: '#/components/parameters/ThingId'}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
            examples:
              a: {value: {kind: note, state: queued}}
              b: {value: {kind: picture, at: '2026-01-02T03:04:05Z'}}
      responses:
        '200':
          description: Accepted.
          links: {again: {operationId: sendThing}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Accepted'}
              examples: {a: {value: {id: x}}, b: {value: {id: y, state: null}}}
        '400': {$ref: '#/components/responses/Error'}
        '401': {$ref: '#/components/responses/Error'}
        '403': {$ref: '#/components/responses/Error'}
        '426': {$ref: '#/components/responses/Error'}
        '429': {$ref: '#/components/responses/Error'}
        '500': {$ref: '#/components/responses/Error'}
        5XX: {$ref: '#/components/responses/Error'}
components:
  securitySchemes: {apiKey: {type: http, scheme: bearer}}
  parameters:
    ThingId: {name: thingId, in: path, required: true, schema: {type: string, description: Which thing.}}
  responses:
    Error:
      description: Refused.
      headers: {Retry-After: {schema: {type: string}}, Upgrade: {schema: {type: string}}}
      content: {application/json: {schema: {$ref: '#/components/schemas/ApiError'}}}
  schemas:
    State: {type: string, enum: [queued, sent], examples: [sent]}
    Thing:
      oneOf: [{$ref: '#/components/schemas/Note'}, {$ref: '#/components/schemas/Picture'}]
      discriminator:
        propertyName: kind
        mapping: {note: '#/components/schemas/Note', picture: '#/components/schemas/Picture'}
    Note:
      type: object
      required: [kind]
      additionalProperties: false
      properties:
        kind: {const: note}
        state: {$ref: '#/components/schemas/State'}
        title: {type: string, description: A property may be called like a keyword.}
    Picture:
      type: object
      required: [kind]
      x-open: the vendor adds fields to it
      properties: {kind: {const: picture}, at: {type: string, format: date-time}}
    Accepted:
      type: object
      required: [id]
      properties:
        id: {type: string}
        state: {type: [string, 'null'], x-extensible-enum: [queued]}
        error: {oneOf: [{$ref: '#/components/schemas/ApiError'}, {type: 'null'}]}
    ApiError: {type: object, required: [code], properties: {code: {type: integer}}}
"""

Change = Callable[[dict[str, Any]], object]


def sound() -> dict[str, Any]:
    return YAML(typ="safe").load(SOUND)


def operation(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/things/{thingId}"]["post"]


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    return document["components"]["schemas"][name]


def properties(document: dict[str, Any], name: str) -> dict[str, Any]:
    return schema(document, name)["properties"]


def body(document: dict[str, Any]) -> dict[str, Any]:
    return operation(document)["requestBody"]["content"]["application/json"]


def test_sound_document_has_no_findings() -> None:
    assert [] == lint(SpecSet({"sms.yaml": sound()}))


DEFECTS: list[tuple[str, Change, str]] = [
    (
        "no_title",
        lambda d: schema(d, "Note").update(title="Note"),
        "schemas.Note.title: has a title",
    ),
    (
        "no_title",
        lambda d: properties(d, "Accepted")["id"].update(title="ID"),
        "Accepted.properties.id.title",
    ),
    (
        "no_request_default",
        lambda d: schema(d, "State").update(default="sent"),
        "schemas.State.default",
    ),
    (
        "no_nullable_enum",
        lambda d: schema(d, "State")["enum"].append(None),
        "schemas.State.enum: an enum includes null",
    ),
    (
        "no_nullable_enum",
        lambda d: schema(d, "State").update(type=["string", "null"]),
        "schemas.State.enum",
    ),
    (
        "enum_values_differ",
        lambda d: schema(d, "State")["enum"].append("SENT"),
        "'SENT' and 'sent' differ",
    ),
    (
        "objects_are_named",
        lambda d: properties(d, "Accepted").update(
            x={"type": ["object", "null"], "properties": {}}
        ),
        "Accepted.properties.x: an object with properties is defined inline",
    ),
    (
        "objects_are_named",
        lambda d: d["components"]["responses"]["Error"]["headers"]["Upgrade"].update(
            schema={"properties": {}}
        ),
        "headers.Upgrade.schema: an object with properties is defined inline",
    ),
    (
        "no_alias",
        lambda d: (
            d["components"]["schemas"].update(Other={"$ref": "#/components/schemas/State"}),
            properties(d, "Note").update(state={"$ref": "#/components/schemas/Other"}),
        ),
        "schemas.Other.$ref: the component is only a reference",
    ),
    (
        "property_names_are_free",
        lambda d: properties(d, "Note").update(to_dict={"type": "string"}),
        "'to_dict'",
    ),
    (
        "requests_are_closed",
        lambda d: schema(d, "Note").pop("additionalProperties"),
        "schemas.Note: a request object accepts any property",
    ),
    (
        "requests_are_closed",
        lambda d: schema(d, "Picture").update({"x-open": " "}),
        "Picture.x-open: x-open says nothing",
    ),
    (
        "responses_are_nullable",
        lambda d: properties(d, "Accepted").update(note={"type": "string"}),
        "Accepted.properties.note: an optional response field does not accept null",
    ),
    (
        "responses_are_nullable",
        lambda d: properties(d, "Accepted").update(error={"$ref": "#/components/schemas/ApiError"}),
        "Accepted.properties.error: an optional response field",
    ),
    (
        "responses_are_open",
        lambda d: properties(d, "Accepted")["id"].update(enum=["x", "y"]),
        "id.enum: a response schema",
    ),
    (
        "responses_are_open",
        lambda d: properties(d, "Accepted")["id"].update(pattern="^[xy]$"),
        "closed by pattern",
    ),
    (
        "responses_are_open",
        lambda d: properties(d, "ApiError")["code"].update(const=1),
        "closed by const",
    ),
    (
        "responses_are_open",
        lambda d: properties(d, "ApiError").update(code={"type": "string", "format": "uuid"}),
        "closed by format",
    ),
    (
        "variants_have_their_tag",
        lambda d: schema(d, "Note").pop("required"),
        "Thing.oneOf[0]: Note does not require 'kind' to be 'note'",
    ),
    (
        "variants_have_their_tag",
        lambda d: schema(d, "Thing")["discriminator"]["mapping"].pop("picture"),
        "Thing.oneOf[1]: the mapping does not lead to Picture",
    ),
    (
        "variants_have_their_tag",
        lambda d: schema(d, "Thing")["oneOf"].append({"type": "string"}),
        "Thing.oneOf[2]: a variant is defined inline",
    ),
    (
        "security_is_on_operations",
        lambda d: d.update(security=[{"apiKey": []}]),
        "security at the top is ignored",
    ),
    (
        "operations_are_described",
        lambda d: (
            operation(d).update(operationId="sendSMS"),
            operation(d)["responses"]["200"].pop("links"),
        ),
        "'sendSMS' is not lowerCamel",
    ),
    (
        "operations_are_described",
        lambda d: operation(d).update(tags=["a", "b"]),
        "not exactly one tag",
    ),
    ("operations_are_described", lambda d: operation(d).pop("summary"), "there is no summary"),
    (
        "operations_are_described",
        lambda d: operation(d).pop("description"),
        "there is no description",
    ),
    (
        "operations_are_described",
        lambda d: operation(d).pop("externalDocs"),
        "there is no externalDocs",
    ),
    (
        "operations_have_examples",
        lambda d: body(d)["examples"].pop("b"),
        "requestBody.content.application/json: there are 1 examples",
    ),
    (
        "operations_have_examples",
        lambda d: operation(d)["responses"]["200"]["content"]["application/json"].pop("examples"),
        "responses.200.content.application/json: there are 0 examples",
    ),
    (
        "one_media_type",
        lambda d: operation(d)["requestBody"]["content"].update(
            {"text/json": copy.deepcopy(body(d))}
        ),
        "not have exactly one media type",
    ),
    *[
        (
            "statuses_are_documented",
            lambda d, status=status: operation(d)["responses"].pop(status),
            f"the status {status} is not documented",
        )
        for status in ("400", "401", "403", "426", "429", "500", "5XX")
    ],
    *[
        (
            "responses_carry_headers",
            lambda d, header=header: d["components"]["responses"]["Error"]["headers"].pop(header),
            f"the header {header} is not documented",
        )
        for header in ("Retry-After", "Upgrade")
    ],
    (
        "errors_have_one_shape",
        lambda d: operation(d)["responses"].update({"400": {"description": "No body."}}),
        "responses.400: the error's body is not described",
    ),
    (
        "parameters_are_described_inside",
        lambda d: (
            d["components"]["parameters"]["ThingId"]["schema"].pop("description"),
            d["components"]["parameters"]["ThingId"].update(description="Outside."),
        ),
        "ThingId.schema: the schema of 'thingId' has no description",
    ),
    (
        "links_lead_somewhere",
        lambda d: operation(d)["responses"]["200"]["links"]["again"].update(operationId="nope"),
        "links.again: there is no operation 'nope'",
    ),
    (
        "servers_have_regions",
        lambda d: d["servers"][0].update({"x-region": "mars"}),
        "servers[0]: x-region is 'mars'",
    ),
    (
        "servers_have_regions",
        lambda d: d["servers"].append(d["servers"][0]),
        "servers[1]: x-region is 'apac', the second",
    ),
    ("servers_have_regions", lambda d: d.pop("servers"), "there are no servers"),
    (
        "components_are_used",
        lambda d: d["components"]["schemas"].update(Left={"type": "string"}),
        "schemas.Left: nothing refers to it",
    ),
    (
        "examples_are_valid",
        lambda d: body(d)["examples"]["a"]["value"].update(state="nope"),
        "requestBody.content.application/json.examples.a: the example is not valid",
    ),
    (
        "examples_are_valid",
        lambda d: body(d)["examples"]["b"]["value"].update(at="2026-01-02 03:04"),
        "examples.b: the example is not valid",
    ),
    (
        "examples_are_valid",
        lambda d: schema(d, "State").update(examples=["nope"]),
        "State.examples[0]: the example",
    ),
]


@pytest.mark.parametrize(
    ("rule", "change", "expected"), DEFECTS, ids=[f"{d[0]}-{i}" for i, d in enumerate(DEFECTS)]
)
def test_rule_finds_its_defect(rule: str, change: Change, expected: str) -> None:
    document = sound()
    change(document)
    spec = SpecSet({"sms.yaml": document})
    by_rule = {function.__name__: list(function(spec)) for function in RULES}

    assert expected in "\n".join(map(str, by_rule.pop(rule)))
    assert not [str(finding) for findings in by_rule.values() for finding in findings]


def test_operation_without_security() -> None:
    document = sound()
    operation(document).pop("security")

    assert [str(finding) for finding in lint(SpecSet({"sms.yaml": document}))] == [
        "sms.yaml: components.securitySchemes.apiKey: nothing refers to it; use or remove it",
        "sms.yaml: paths./things/{thingId}.post: the operation has no security; add security: [{apiKey: []}]",
    ]


def test_426_is_asked_of_sms_only() -> None:
    document = sound()
    operation(document)["responses"].pop("426")

    assert [] == lint(SpecSet({"chatapps.yaml": document}))


def test_nested_choice_must_carry_the_outer_tag() -> None:
    document = sound()
    schemas = document["components"]["schemas"]
    for name, tag in (("One", "note"), ("Two", "picture")):
        schemas[name] = {
            "type": "object",
            "additionalProperties": False,
            "required": ["kind", "sub"],
            "properties": {"kind": {"const": tag}, "sub": {"const": name}},
        }
    schemas["Note"] = {
        "oneOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Two"}],
        "discriminator": {"propertyName": "sub", "mapping": {"One": "One", "Two": "Two"}},
    }
    body(document)["examples"]["a"]["value"] = {"kind": "note", "sub": "One"}
    schemas.pop("State")

    findings = [str(finding) for finding in lint(SpecSet({"sms.yaml": document}))]

    assert len(findings) == 1
    assert "Thing.oneOf[0]: Two does not require 'kind' to be 'note'" in findings[0]


def test_every_rule_has_a_defect_and_a_reason() -> None:
    tested = {rule for rule, _, _ in DEFECTS}

    assert {rule.__name__ for rule in RULES} == tested
    assert all(rule.__doc__ for rule in RULES)
    assert len(RULES) == len({*lint_schemas.RULES, *lint_operations.RULES, *lint_examples.RULES})


class TestCommand:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for product in ("chatapps", "sms"):
            text = SOUND.replace("sendThing", "sendThing" if product == "sms" else "sendOther")
            (tmp_path / f"{product}.yaml").write_text(text)
        return tmp_path

    def test_sound(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(folder)]) == 0
        assert "rules kept, valid OpenAPI 3.1" in capsys.readouterr().out

    def test_finding_names_the_line(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        text = (folder / "sms.yaml").read_text().replace("summary: Send a thing", "summary: ''")
        (folder / "sms.yaml").write_text(text)
        line = text[: text.index("    post:")].count("\n") + 1

        assert main([str(folder)]) == 1
        assert (
            f"sms.yaml:{line}: paths./things/{{thingId}}.post: there is no summary"
            in capsys.readouterr().out
        )

    def test_invalid_openapi(self, folder: Path) -> None:
        text = (folder / "sms.yaml").read_text().replace("          description: Accepted.\n", "")
        (folder / "sms.yaml").write_text(text)
        spec = SpecSet.from_folder(folder)

        findings = [str(finding) for finding in invalid_documents(spec, folder)]

        assert len(findings) == 1
        assert "not valid OpenAPI" in findings[0]

    def test_unreadable_is_a_message(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([str(tmp_path)]) == 1
        assert "chatapps.yaml: there is no such file" in capsys.readouterr().err
