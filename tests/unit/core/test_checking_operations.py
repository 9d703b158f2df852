"""For every operation: our check and jsonschema-rs say the same of good and of spoilt bodies.

The bodies are made from the composed document, and jsonschema-rs judges them by it; our check reads
only the table of constraints. So this also proves that the table lost nothing of the document.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

import eightbyeight_generated
from eightbyeight.core.checking import check_body, check_parameter
from eightbyeight.core.schema_compiler import compile_schema
from eightbyeight_generated import constraints

# Without the document there is nothing to compare with: then collecting this file fails.
DOCUMENT = json.loads((Path(eightbyeight_generated.__file__).parent / "openapi.json").read_text())
COMPONENTS = DOCUMENT["components"]["schemas"]

# One of these fits each string that has a pattern, a format or a narrow length.
TEXTS = (
    ["x", "Hello", "+6591234567", "6591234567", "acme_hq", "SG", "sg", "ACME", "en_US", "é" * 12]
    + ["https://example.com/a.png", "2030-01-31T09:30:00+08:00", "2030-01-31T09:30:00.1234567Z"]
    + ["b4478860-b76c-e811-814e-022a35cc1c71", "0591234567", "x" * 64, "1"]
)  # fmt: skip
NUMBERS = [
    *range(-1, 12),
    30,
    60,
    3600,
    86400,
    86401,
    43200,
    43201,
    10080,
    0.5,
    1.0,
    -91,
    181,
    1.35,
]


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield path, method.upper(), operation


def body_schema(operation):
    body = operation.get("requestBody")
    if body and "$ref" in body:
        body = DOCUMENT["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
    return body["content"]["application/json"]["schema"] if body else None


def judge(schema):
    document = {"allOf": [schema], "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(document, validate_formats=True).is_valid


BODIES = {
    operation["operationId"]: (path, method, body_schema(operation))
    for path, method, operation in operations()
    if body_schema(operation)
}


class Maker:
    """Draws bodies from a schema: mostly good ones, each union's branches equally often."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seen = set()
        self.fitting = {}

    def make(self, schema):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            self.seen.add(name)
            return self.make(COMPONENTS[name])
        for rule in ("oneOf", "anyOf"):
            if rule in schema:
                fresh = [branch for branch in schema[rule] if self.is_fresh(branch)]
                return self.make(self.random.choice(fresh or schema[rule]))
        if "const" in schema or "enum" in schema:
            return self.random.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type", "string")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            return self.make_object(schema)
        if kind == "array":
            low = schema.get("minItems", 0)
            size = self.random.randint(low, min(schema.get("maxItems", 9), low + 2))
            return [self.make(schema.get("items", {})) for _ in range(size)]
        return {"boolean": True, "null": None}.get(kind) or self.make_atom(schema)

    def is_fresh(self, schema):
        """Whether a schema leads to a component of which nothing has been made yet."""
        key = json.dumps(schema)
        if key not in self.fitting:
            self.fitting[key] = reachable(schema)
        return not self.fitting[key] <= self.seen

    def make_object(self, schema):
        required, fields = schema.get("required", ()), schema.get("properties", {})
        made = {
            name: self.make(field)
            for name, field in fields.items()
            if name in required or self.is_fresh(field) or self.random.random() < 0.3
        }
        if isinstance(rest := schema.get("additionalProperties", True), dict) or not fields:
            rest = rest if isinstance(rest, dict) else {}
            made |= {f"key{n}": self.make(rest) for n in range(self.random.randint(0, 2))}
        return made

    def make_atom(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.fitting:
            numeric = schema.get("type") in {"integer", "number"}
            fits = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid
            pool = [value for value in (NUMBERS if numeric else TEXTS) if fits(value)]
            assert pool, f"add a value for {key} to TEXTS or NUMBERS"
            self.fitting[key] = pool
        return self.random.choice(self.fitting[key])


def places(value, path=()):
    """The path of everything in a body."""
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def limits():
    """All lengths and counts of the document that are worth trying, and their neighbours."""
    text = json.dumps(COMPONENTS)
    words = ("maxLength", "minLength")
    found = {
        int(part.split(",")[0].split("}")[0]) for w in words for part in text.split(f'"{w}": ')[1:]
    }
    return sorted({n + d for n in found for d in (-1, 0, 1) if n + d >= 0})


LIMITS = limits()
STRANGERS = [
    None,
    True,
    False,
    0,
    1,
    1.5,
    -5,
    10**9,
    "",
    "x",
    "text",
    [],
    ["x"],
    {},
    {"type": "text"},
]


def spoil(body, others, rng):
    """Change one thing in a copy of a body, in one of the ways in which people get it wrong."""
    body = copy.deepcopy(body)
    path = rng.choice(list(places(body)))
    value = at(body, path)
    how = rng.randrange(6)
    if not path:
        return rng.choice([*STRANGERS, [body]])
    holder, key = at(body, path[:-1]), path[-1]
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = rng.choice(STRANGERS)
    elif how == 2 and isinstance(value, str):
        letters = ["x", "é", "\U0001f600", "1"]
        changes = [str.upper, str.title, str.lower, lambda t: t + "\n", lambda t: " " + t]
        changes += [lambda _: rng.choice(letters) * rng.choice(LIMITS)] * 5
        holder[key] = rng.choice(changes)(value)
    elif how == 2 and isinstance(value, list):
        holder[key] = value * rng.choice([2, 3, 11, 31])
    elif how == 3 and isinstance(value, dict):
        value[rng.choice(["unknown", "Text", "", "type", "url", "text", "country", "msisdn"])] = (
            "SG"
        )
    elif how == 4 and isinstance(value, int | float):
        holder[key] = rng.choice([value * 100, -value, value + 0.5, float(value), str(value)])
    else:
        # Another variant's part in this place: of the same name if there is one.
        other = rng.choice(others)
        parts = [at(other, p) for p in places(other) if p and p[-1] == key]
        holder[key] = copy.deepcopy(rng.choice(parts or [other]))
    return body


@pytest.mark.parametrize("operation_id", BODIES)
def test_good_and_spoilt_bodies(operation_id):
    schema = BODIES[operation_id][2]
    accepts, maker, rng = judge(schema), Maker(operation_id), random.Random(8)
    bodies = [maker.make(schema) for _ in range(200)]
    tried = [*bodies, *(spoil(rng.choice(bodies), bodies, rng) for _ in range(2_500))]
    verdicts = {True: 0, False: 0}

    for body in tried:
        verdict = accepts(body)
        problems = check_body(operation_id, body, limit=50)
        assert verdict is (problems == ()), (body, problems)
        verdicts[verdict] += 1

    assert sum(map(accepts, bodies)) > 75
    assert min(verdicts.values()) > 150
    assert maker.seen == reachable(schema)


SECRET = "ЖЩЮ日本"


def conceal(value, key=""):
    """The same body with another text in each place but the fields that tell variants apart."""
    if isinstance(value, dict):
        return {name: conceal(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [conceal(item) for item in value]
    return SECRET if isinstance(value, str) and key not in {"type", "subType"} else value


@pytest.mark.parametrize("operation_id", BODIES)
def test_problems_show_no_text_of_a_realistic_body(operation_id):
    maker, told = Maker(operation_id), 0

    for _ in range(100):
        for problem in check_body(operation_id, conceal(maker.make(BODIES[operation_id][2]))):
            told += 1
            assert not set(SECRET) & set(f"{problem}{problem!r}")
    assert told > 50


def reachable(schema, found=None):
    found = set() if found is None else found
    text = json.dumps(schema)
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        name = part.partition('"')[0]
        if name not in found:
            found.add(name)
            reachable(COMPONENTS[name], found)
    return found


DRAWN = settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.mark.parametrize("operation_id", BODIES)
def test_bodies_of_another_generator(operation_id):
    path, method, schema = BODIES[operation_id]
    accepts, rng = judge(schema), random.Random(8)
    cases = schemathesis.openapi.from_dict(copy.deepcopy(DOCUMENT))[path][method].as_strategy()

    @DRAWN
    @given(cases)
    def same(case):
        for body in (case.body, *(spoil(case.body, [case.body], rng) for _ in range(20))):
            assert accepts(body) is (check_body(operation_id, body) == ())

    same()


def test_examples_of_the_document():
    tried = 0
    for _, _, operation in operations():
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in media.get("examples", {}).values():
            tried += 1
            assert check_body(operation["operationId"], example["value"]) == ()
    assert tried >= len(BODIES)


@pytest.mark.parametrize("size", [0, 1, 10_000, 10_001])
def test_batch_boundaries(size):
    body = {"messages": [{"destination": "+6591234567"}] * size}
    problems = check_body("sendSurveyBatch", body)

    assert judge(BODIES["sendSurveyBatch"][2])(body) is (problems == ())
    assert (problems == ()) is (1 <= size <= 10_000)


def test_every_component_and_operation_is_compiled():
    for schema in constraints.SCHEMAS.values():
        compile_schema(schema, constraints.SCHEMAS)
    assert set(constraints.REQUEST_BODIES) == set(BODIES)


def test_parameters():
    tried = 0
    for _, _, operation in operations():
        for parameter in operation.get("parameters", ()):
            name = parameter.get("$ref", "").rpartition("/")[2]
            found = DOCUMENT["components"]["parameters"][name] if name else parameter
            accepts = judge(found["schema"])
            for value in [
                *TEXTS,
                *STRANGERS,
                "a/b",
                "..",
                "x" * 51,
                "x" * 3000,
                "acme hq",
                "acme\n",
            ]:
                problems = check_parameter(operation["operationId"], found["name"], value)
                assert accepts(value) is (problems == ())
                tried += 1
    assert tried > 100
