"""Every sort of change in the public interface is found, told in plain words, and graded."""

# ruff: noqa: E501  a table, with one case a line

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eightbyeight_tools.surface.changelog import entry
from eightbyeight_tools.surface.previous import Previous
from eightbyeight_tools.surface.run import changes_between, make_report, read
from eightbyeight_tools.surface.versions import next_version

SAMPLE = Path(__file__).parent / "sample_project"

WRAPPER, GENERATED = "wrapper/eightbyeight/", "generated/eightbyeight_generated/"
INIT, CLIENT = f"{WRAPPER}__init__.py", f"{WRAPPER}client.py"
SEND, RESULTS = f"{WRAPPER}resources/_sync/sms.py", f"{WRAPPER}results.py"
REQUEST, RESPONSE = f"{GENERATED}models/sms_request.py", f"{GENERATED}models/sms_response.py"
ENCODING, ENDPOINT = f"{GENERATED}models/sms_encoding.py", f"{GENERATED}api/sms/send_sms.py"
DOCUMENT = f"{GENERATED}openapi.json"
MODELS, RECIPIENTS = f"{GENERATED}models/__init__.py", f"{WRAPPER}recipients.py"

BREAKS, FINE = True, False
RELEASE = Previous("v0.3.1", SAMPLE, "0.3.1", released=True)

# The file, what is replaced in it by what, whether that breaks, and how it is told.
CASES = [
    # operations
    (ENDPOINT, "sendSms", "sendSmsNow", FINE, "constant|api.sms.send_sms.OPERATION_ID: is 'sendSmsNow' now, was"),
    (ENDPOINT, ", *, body", ", trace: str, *, body", BREAKS, "api.sms.send_sms.sync(trace): new required parameter"),
    (DOCUMENT, "/sms/messages/", "/sms/v2/", FINE, "sendSms: is POST /sms/v2/{subAccountId} now, was POST /sms/messages"),
    # models and their fields
    (MODELS, '"SmsEncoding", ', "", BREAKS, "models.SmsEncoding: enum removed"),
    (REQUEST, "    destination: str\n", "    destination: str\n    text: str\n", BREAKS, "models.SmsRequest.text: new required field"),
    (REQUEST, "    destination: str\n", "    destination: str\n    text: str = ''\n", FINE, "models.SmsRequest.text: new optional field"),
    (RESPONSE, "    umid: str\n", "    umid: str\n    price: str\n", FINE, "models.SmsResponse.price: new required field"),
    (REQUEST, "    source: str | Unset = UNSET\n", "", BREAKS, "models.SmsRequest.source: field removed"),
    (REQUEST, "source: str | Unset = UNSET", "source: str", BREAKS, "models.SmsRequest.source: required now"),
    (REQUEST, "destination: str", "destination: str | Unset = UNSET", FINE, "models.SmsRequest.destination: optional now"),
    (RESPONSE, "umid: str", "umid: str | Unset = UNSET", BREAKS, "models.SmsResponse.umid: optional now"),
    (RESPONSE, "status: str | Unset = UNSET", "status: str", FINE, "models.SmsResponse.status: required now"),
    (REQUEST, "destination: str", "destination: str | int", FINE, "models.SmsRequest.destination: takes int | str now, was str"),
    (RESPONSE, "umid: str", "umid: str | int", BREAKS, "models.SmsResponse.umid: takes int | str now, was str"),
    (REQUEST, "source: str | Unset", "source: int | Unset", BREAKS, "models.SmsRequest.source: takes int | Unset now, was str | Unset"),
    # enum values
    (ENCODING, '    AUTO = "AUTO"\n', '    AUTO = "AUTO"\n    UCS2 = "UCS2"\n', FINE, "models.SmsEncoding.UCS2: new enum value"),
    (ENCODING, '    AUTO = "AUTO"\n', "", BREAKS, "models.SmsEncoding.AUTO: enum value removed"),
    (ENCODING, '"AUTO"', '"Auto"', BREAKS, "models.SmsEncoding.AUTO: is 'Auto' now, was 'AUTO'"),
    (DOCUMENT, '["QUEUED"]', '["QUEUED", "REJECTED"]', FINE, "models.SmsResponse.status: new known value 'REJECTED'"),
    (DOCUMENT, '["QUEUED"]', "[]", FINE, "models.SmsResponse.status: known value 'QUEUED' removed"),
    # limits
    (DOCUMENT, '"maxLength": 16', '"maxLength": 20', FINE, "models.SmsRequest.source: at most 20 characters now, was 16"),
    (DOCUMENT, '"maxLength": 16', '"maxLength": 11', BREAKS, "models.SmsRequest.source: at most 11 characters now, was 16"),
    (DOCUMENT, ', "maxLength": 16', "", FINE, "models.SmsRequest.source: need not be at most 16 characters any more"),
    (DOCUMENT, '"minLength": 6', '"minLength": 7', BREAKS, "models.SmsRequest.destination: at least 7 characters now, was 6"),
    (DOCUMENT, '"minLength": 6', '"minLength": 6, "pattern": "^x"', BREAKS, "models.SmsRequest.destination: matches ^x now, had no such limit"),
    (DOCUMENT, '"maxLength": 36', '"maxLength": 8', FINE, "models.SmsResponse.umid: at most 8 characters now, was 36"),
    (DOCUMENT, '"maxLength": 50', '"maxLength": 40', BREAKS, "sendSms(subAccountId): at most 40 characters now, was 50"),
    (DOCUMENT, '"required": ["destination"],', '"required": ["destination"], "if": {}, "then": {"maxProperties": 2},', BREAKS, "models.SmsRequest: new condition 'if'"),
    # names of the wrapper
    (INIT, '"NotSent", ', "", BREAKS, "NotSent: exception removed"),
    (INIT, '"To"]', '"To", "Sms"]\nfrom .resources._sync.sms import Sms', FINE, "Sms: new class"),
    (RESULTS, "def umid", "def uuid", BREAKS, "Sent.umid: property removed"),
    (f"{WRAPPER}errors.py", "class SendFailed(Noted, Exception)", "class SendFailed(Noted, ValueError)", BREAKS, "SendFailed: is no subclass of Exception any more"),
    (f"{WRAPPER}errors.py", "class NotSent(SendFailed)", "class NotSent(SendFailed, OSError)", FINE, "NotSent: is a subclass of OSError as well"),
    # signatures
    (SEND, ", *, source", ", *, track: bool = False, source", FINE, "Client.sms.send(track): new optional parameter"),
    (SEND, ", *, source", ", *, track: bool, source", BREAKS, "Client.sms.send(track): new required parameter"),
    (SEND, ", *, source: str | None = None", "", BREAKS, "Client.sms.send(source): parameter removed"),
    (SEND, "source: str | None = None", "source: str | None", BREAKS, "Client.sms.send(source): required now"),
    (SEND, "text: str,", "text: str = '',", FINE, "Client.sms.send(text): optional now"),
    (SEND, "text: str, *", "*, text: str", BREAKS, "Client.sms.send(text): keyword-only now, was positional or keyword"),
    (SEND, "to: To, text: str", "text: str, to: To", BREAKS, "Client.sms.send(to): at another position"),
    (CLIENT, "= 3) -> None", "= 5) -> None", BREAKS, "Client(max_attempts): 5 when left out now, was 3"),
    (SEND, "text: str,", "text: str | None,", FINE, "Client.sms.send(text): takes str | None now, was str"),
    (SEND, "source: str | None", "source: str", BREAKS, "Client.sms.send(source): takes str now, was str | None"),
    (SEND, "text: str,", "text: object,", FINE, "Client.sms.send(text): takes object now, was str"),
    (RECIPIENTS, "To = str | Recipient", "To = str | Recipient | int", FINE, "type|To: is Recipient | int | str now, was Recipient | str"),
    (RECIPIENTS, "To = str | Recipient", "To = Recipient", BREAKS, "Client.sms.send(to): takes Recipient now, was Recipient | str"),
    (SEND, "-> Sent", "-> Sent | None", BREAKS, "Client.sms.send: returns Sent | None now, was Sent"),
    (RESULTS, "-> int | None", "-> int", FINE, "Sent.part_count: is int now, was int | None"),
    (SEND, "    def send", "    async def send", BREAKS, "Client.sms.send: is to be awaited"),
    (RECIPIENTS, "number: str\n", "number: str\n    name: str\n", BREAKS, "Recipient(name): new required parameter"),
    (RECIPIENTS, "dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Recipient:", "typing import NamedTuple\n\n\nclass Recipient(NamedTuple):", FINE, "Recipient: is a subclass of typing.NamedTuple as well"),
    (RECIPIENTS, "None = None\n", "None = None\n    name: str = ''\n", FINE, "Recipient(name): new optional parameter"),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _no_links_to_sources():
    """Keep griffe from asking git where the sources are published, many times a case."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("griffe.GitInfo.from_package", lambda package: None)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "project"))


def edit(project: Path, file: str, old: str, new: str) -> None:
    path = project / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def before():
    return read(SAMPLE)


@pytest.mark.parametrize(("file", "old", "new", "breaks", "told"), CASES)
def test_a_change_is_found(before, project, file, old, new, breaks, told):
    edit(project, file, old, new)
    changes = changes_between(before, read(project))
    what, words = told.split("|", 1) if told.startswith(("constant|", "type|")) else ("", told)

    (found,) = [change for change in changes if str(change).startswith(words)]
    assert found.breaking is breaks
    assert not what or found.what == what
    # An edit may have effects besides the one that it is made for.
    is_any_breaking = any(change.breaking for change in changes)
    proposed = next_version(RELEASE, changes, is_broken=False)
    assert ("0.4.0" if is_any_breaking else "0.3.2") == proposed.version
    assert f"`{found.name}`" in entry(changes)
    assert is_any_breaking is ("**Breaking:**" in entry(changes))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{WRAPPER}core/notes.py", "class Noted", "class Remarked(int):\n    pass\n\n\nclass Noted"),
        (f"{WRAPPER}errors.py", "Noted, ", ""),  # nobody was promised that
        (CLIENT, "self._settings", "self._all_settings"),
        (SEND, "return Sent()", "return  Sent()"),
        (RECIPIENTS, "To = str | Recipient", "To = Recipient | str"),
        (SEND, "str | None = None", "None | str = None"),
        (REQUEST, "    source: str | Unset = UNSET\n    encoding: SmsEncoding | Unset = UNSET\n",
         "    encoding: SmsEncoding | Unset = UNSET\n    source: str | Unset = UNSET\n"),
    ],
)  # fmt: skip
def test_what_users_cannot_notice_is_not_told(before, project, file, old, new):
    edit(project, file, old, new)

    assert [] == changes_between(before, read(project))


def test_nothing_new_is_a_patch():
    report = make_report(SAMPLE, str(SAMPLE), check_types=False)

    assert ("0.3.2", "") == (report.proposal.version, report.entry)
    assert f"Public interface since {SAMPLE}: no change" in str(report)


def test_twins_are_told_once(project):
    for mode in ("sync", "async"):
        edit(project, f"{WRAPPER}resources/_{mode}/sms.py", "source:", "sender:")
    edit(project, f"{WRAPPER}errors.py", "where", "place")
    edit(project, DOCUMENT, '"destination": {"type"', '"from": {"type"')
    report = make_report(project, str(SAMPLE), check_types=False)

    told = [str(change) for change in report.changes]
    assert "Client.sms.send(source): parameter removed (also AsyncClient.sms.send(source))" in told
    assert "SendFailed.where: method removed" in told
    assert 4 == len(told)


def test_what_hangs_on_something_new_or_gone_is_not_told_by_itself(project):
    edit(project, INIT, '"Recipient", ', "")
    shutil.rmtree(project / GENERATED / "api" / "sms")
    report = make_report(project, str(SAMPLE), check_types=False)

    told = [str(change) for change in report.changes]
    assert ["Recipient: class removed", "api.sms.send_sms: operation removed"] == told


def test_a_second_place_to_import_from_is_not_a_second_class(project, tmp_path):
    """`errors` exports what the package does; then the package no longer does."""
    edit(
        project,
        f"{WRAPPER}errors.py",
        "class SendFailed",
        '__all__ = ["NotSent"]\n\n\nclass SendFailed',
    )
    before = Path(shutil.copytree(project, tmp_path / "before"))
    edit(project, INIT, '"NotSent", ', "")
    told = [str(change) for change in changes_between(read(before), read(project))]
    back = [str(change) for change in changes_between(read(project), read(before))]

    assert (["NotSent: exception removed"], ["NotSent: new exception"]) == (told, back)


def test_the_same_in_every_form(project):
    edit(project, REQUEST, "    destination: str\n", "    destination: str\n    text: str\n")
    edit(project, ENCODING, '    AUTO = "AUTO"\n', '    AUTO = "AUTO"\n    UCS2 = "UCS2"\n')
    report = make_report(project, str(SAMPLE), check_types=False)
    told = json.loads(report.as_json())

    assert (True, str(SAMPLE)) == (told["breaking"], told["since"])
    assert "0.4.0" == told["next_version"]["version"]
    assert ["models.SmsRequest.text", "models.SmsEncoding.UCS2"] == [
        change["name"] for change in told["changes"]
    ]
    place = told["changes"][0]["place"]
    assert f"{REQUEST}:12" == place
    for text in (str(report), report.as_markdown()):
        assert "2 changes, 1 breaking" in text
        assert "models.SmsEncoding.UCS2" in text
        assert "- **Breaking:** `models.SmsRequest.text`: new required field." in text
    assert (
        "| **breaking** | `models.SmsRequest.text` | new required field |" in report.as_markdown()
    )
