"""`eightbyeight survey send`."""

from __future__ import annotations

import csv
import os
import stat

import pytest
from cli.conftest import OTHER, TO

from eightbyeight import Journal, SendState

TEMPLATE = "Hi {{name}}, how was it? {{url}}"
PEOPLE = f"destination,name,city\n{TO},Mei,Singapore\n{OTHER},Arun,Singapore\n"


@pytest.fixture
def send(command, tmp_path):
    """Send the survey to the people in a file."""

    def run(text, *arguments, template=TEMPLATE, stdin=None):
        path = tmp_path / "people.csv"
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, "utf-8")
        return command(
            *("survey", "send", path if stdin is None else "-", "--survey", "nps-q3"),
            *("--template", template, *arguments),
            stdin=stdin,
        )

    return run


@pytest.fixture
def batches_of_two(monkeypatch):
    monkeypatch.setattr("eightbyeight.sending.chunks.MOST_MESSAGES", 2)


def people(count):
    rows = (f"+659{number:07},Person {number}" for number in range(count))
    return "\n".join(["destination,name", *rows, ""])


def outcomes_in(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_gets_the_survey_with_their_values(send, mock_8x8):
    ended = send(PEOPLE, "--source", "ACME")

    assert (ended.status, ended.rows) == (0, [["2", "accepted", "taken by the API"]])
    assert [m.to for m in mock_8x8.sent] == [TO, OTHER]
    # A column that the text does not name stays here.
    assert [m.payload["templateVariables"] for m in mock_8x8.sent] == [
        {"name": "Mei"},
        {"name": "Arun"},
    ]
    assert "2 of 2 rows" in ended.err


def test_outcomes_of_each_row(send, mock_8x8, tmp_path):
    path = tmp_path / "outcomes.csv"
    ended = send(PEOPLE, "--outcomes", path, "--json")

    assert ended.json == {
        "survey": "nps-q3",
        "run": None,
        "outcomes": str(path),
        "rows": 2,
        "accepted": 2,
        **dict.fromkeys(["rejected", "not_sent", "unknown", "invalid", "unread"], 0),
        "is_stopped": False,
    }
    assert [(o["row"], o["destination"], o["state"], o["umid"]) for o in outcomes_in(path)] == [
        (str(number), m.to, "accepted", m.umid) for number, m in enumerate(mock_8x8.sent, 1)
    ]
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_wrong_rows_are_told_with_their_place_and_nothing_is_sent(send, mock_8x8):
    ended = send(
        "destination,name\n"
        f'{TO},"Mei\nLing"\n'
        "\n"
        "91234567,Bob\n"
        f"{OTHER},\n"
        "+6598765433,Ann,Lee\n"
        ",Nobody\n"
    )

    assert (ended.status, mock_8x8.sent) == (2, [])
    told = [line.partition("people.csv: ")[2] for line in ended.err.splitlines()]
    assert told[0].startswith("row 2 (line 5): destination: has no plus sign")
    assert told[1] == "row 3 (line 6): name: is empty; --allow-empty sends it so"
    assert told[2] == "row 4 (line 7): has 3 cells, and the first line has 2"
    assert told[3].startswith("row 5 (line 8): destination: ")
    assert "4 of 5 rows are wrong, so nothing was sent" in ended.err


def test_the_good_rows_on_request(send, mock_8x8, tmp_path):
    path = tmp_path / "outcomes.csv"
    text = f"destination,name\n91234567,Bob\n{TO},Mei\n"
    ended = send(text, "--skip-invalid", "--outcomes", path)

    assert ended.status == 1
    assert [m.to for m in mock_8x8.sent] == [TO]
    states = [(o["row"], o["destination"], o["state"]) for o in outcomes_in(path)]
    assert states == [("1", "91234567", "invalid"), ("2", TO, "accepted")]
    assert "row 1 (line 2): destination: has no plus sign" in outcomes_in(path)[0]["reason"]

    hopeless = send("destination,name\n91234567,Bob\n", "--skip-invalid")
    assert (hopeless.status, "not one row" in hopeless.err) == (2, True)


def test_national_numbers_and_columns_by_other_names(send, mock_8x8):
    ended = send(
        "mobile;name;ref\n9123 4567;Mei;a-1\n98765432;;a-2\n",
        *("--number-column", "mobile", "--reference-column", "ref", "--delimiter", ";"),
        *("--country", "SG", "--allow-empty"),
    )

    assert ended.status == 0, ended.err
    told = [(m.to, m.client_message_id, m.payload["templateVariables"]) for m in mock_8x8.sent]
    assert told == [(TO, "a-1", {"name": "Mei"}), (OTHER, "a-2", {"name": ""})]


def test_files_as_spreadsheets_save_them(send, mock_8x8):
    assert send("\ufeff" + PEOPLE.replace("\n", "\r\n")).status == 0
    latin = PEOPLE.replace("Mei", "Zoé").encode("cp1252")
    assert "not in utf-8" in send(latin).err.casefold()
    assert send(latin, "--csv-encoding", "cp1252").status == 0
    assert [m.payload["templateVariables"]["name"] for m in mock_8x8.sent][::2] == ["Mei", "Zoé"]


def test_from_standard_input(send, mock_8x8, tmp_path):
    ended = send("", "--outcomes", tmp_path / "o.csv", stdin="\ufeff" + PEOPLE)
    assert (ended.status, len(mock_8x8.sent)) == (0, 2)
    assert [o["destination"] for o in outcomes_in(tmp_path / "o.csv")] == [TO, OTHER]


@pytest.mark.parametrize(
    ("text", "arguments", "why"),
    [
        ("", [], "is empty"),
        ("destination,name\n", [], "has no rows"),
        (f"number,name\n{TO},Mei\n", [], "has no column destination; its first line names number"),
        (f"destination,nme\n{TO},Mei\n", [], "has no column name"),
        (f"destination;name\n{TO};Mei\n", [], "separated by ';'? --delimiter"),
        (f"destination,name,name\n{TO},a,b\n", [], "two columns name"),
        (f'destination,name\n{TO},"Mei\n', [], "line 2"),
        (PEOPLE, ["--csv-encoding", "klingon"], "no encoding klingon"),
        (PEOPLE, ["--delimiter", ";;"], "one character"),
        (PEOPLE, ["--run", "a"], "go together"),
        (PEOPLE, ["--template-file", "x"], "one of them"),
        (PEOPLE, ["--outcomes", "missing/o.csv"], "cannot write missing/o.csv"),
        (PEOPLE, ["--source", "x" * 17], "the limit is 16"),
    ],
)
def test_wrong_input(send, mock_8x8, tmp_path, monkeypatch, text, arguments, why):
    monkeypatch.chdir(tmp_path)
    ended = send(text, *arguments)

    assert (ended.status, ended.out, mock_8x8.sent) == (2, "", [])
    assert why in ended.err


def test_no_file_is_lost_to_the_outcomes(send, mock_8x8, tmp_path):
    for journal in ([], ["--journal", tmp_path / "sends.db", "--run", "a"]):
        ended = send(PEOPLE, "--outcomes", tmp_path / "people.csv", *journal)
        assert (ended.status, "would overwrite" in ended.err) == (2, True)
    assert (tmp_path / "people.csv").read_text("utf-8") == PEOPLE

    assert send(PEOPLE, "--outcomes", tmp_path / "o.csv").status == 0
    before = outcomes_in(tmp_path / "o.csv")
    ended = send(PEOPLE, "--outcomes", tmp_path / "o.csv")
    assert (ended.status, "is there already" in ended.err) == (2, True)
    assert (outcomes_in(tmp_path / "o.csv"), len(mock_8x8.sent)) == (before, 2)


def test_a_file_that_is_not_there(command, tmp_path):
    ended = command(
        *("survey", "send", tmp_path / "no.csv", "--survey", "s", "--template", TEMPLATE)
    )
    assert (ended.status, "cannot read" in ended.err) == (2, True)


def test_the_text_needs_its_link(send):
    ended = send(PEOPLE, template="Hi {{name}}")
    assert (ended.status, "lacks the survey's link" in ended.err) == (2, True)


def test_the_text_from_a_file(command, mock_8x8, tmp_path):
    (tmp_path / "text.txt").write_text("Hi {{name}}! {{url}}\n", "utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    options = ["--survey", "s", "--template-file", tmp_path / "text.txt"]
    ended = command("survey", "send", tmp_path / "people.csv", *options)
    assert (ended.status, mock_8x8.last.text) == (0, "Hi {{name}}! {{url}}")


def test_dry_run(send, mock_8x8, batches_of_two, monkeypatch):
    monkeypatch.delenv("EIGHTBYEIGHT_API_KEY")
    ended = send(people(5), "--dry-run")
    assert (ended.status, mock_8x8.sent) == (0, [])
    assert "/surveys/nps-q3/messages/batch\n" in ended.out
    assert "Authorization: Bearer ****\n" in ended.out
    assert "5 rows in 3 requests" in ended.err

    shown = send(people(5), "--dry-run", "--json").json
    assert (shown["sent"], shown["count"], len(shown["requests"])) == (False, 3, 1)
    assert len(shown["requests"][0]["body"]["messages"]) == 2


def test_a_batch_whose_answer_is_lost(send, mock_8x8, batches_of_two, tmp_path):
    mock_8x8.chaos.add("sendSurveyBatch nth:2 reset-after")
    ended = send(people(5), "--outcomes", tmp_path / "o.csv", "--concurrency", "1")

    assert ended.status == 5
    assert [row[:2] for row in ended.rows] == [["3", "accepted"], ["2", "unknown"]]
    states = [outcome["state"] for outcome in outcomes_in(tmp_path / "o.csv")]
    assert states == ["accepted", "accepted", "unknown", "unknown", "accepted"]


def test_a_run_that_makes_no_sense_is_stopped(send, mock_8x8, batches_of_two):
    mock_8x8.app.settings.api_keys = ("another",)
    ended = send(people(50), "--concurrency", "1")

    assert ended.status == 4
    assert "stopped: sendSurveyBatch: HTTP 401" in ended.err
    states = {state: int(rows) for rows, state, _ in ended.rows}
    assert set(states) == {"rejected", "unread"}
    assert sum(states.values()) == 50


def test_the_status_says_whether_the_command_may_be_run_again(
    send, mock_8x8, batches_of_two, no_waits, tmp_path
):
    def send_with_a_gap(*journal):
        mock_8x8.chaos.clear()
        mock_8x8.chaos.add("+6590000002 429")  # of the second batch
        return send(people(6), "--concurrency", "1", *journal).status

    assert send_with_a_gap() == 1
    assert send_with_a_gap("--journal", tmp_path / "sends.db", "--run", "a") == 3


def test_outcomes_of_a_run_that_was_stopped(send, mock_8x8, batches_of_two, tmp_path):
    mock_8x8.app.settings.api_keys = ("another",)
    journal = ["--journal", tmp_path / "sends.db", "--run", "a", "--concurrency", "1"]
    ended = send(people(6), *journal, "--outcomes", tmp_path / "o.csv")

    assert (ended.status, "stopped: " in ended.err) == (4, True)
    states = [outcome["state"] for outcome in outcomes_in(tmp_path / "o.csv")]
    assert states == ["rejected"] * 2 + ["not_sent"] * 4


def test_a_run_goes_on_by_its_name(send, mock_8x8, batches_of_two, no_waits, tmp_path):
    mock_8x8.chaos.add("sendSurveyBatch 429")
    options = ["--journal", tmp_path / "sends.db", "--run", "q3", "--outcomes", tmp_path / "o.csv"]
    first = send(people(5), *options)
    assert (first.status, mock_8x8.sent) == (3, [])
    assert {o["state"] for o in outcomes_in(tmp_path / "o.csv")} == {"not_sent"}

    mock_8x8.chaos.clear()
    second = send(people(5), *options)
    assert (second.status, len(mock_8x8.sent)) == (0, 5), second.err

    third = send(people(5), *options)
    assert (third.status, third.rows) == (0, [["5", "accepted", "taken by the API"]])
    assert len(mock_8x8.sent) == 5
    assert "going on with run 'q3': 5 rows were sent before" in third.err
    told = [(o["destination"], o["umid"]) for o in outcomes_in(tmp_path / "o.csv")]
    assert told == sorted((m.to, m.umid) for m in mock_8x8.sent)  # two batches race


def test_other_rows_under_the_same_name_are_refused(send, mock_8x8, tmp_path):
    options = ["--journal", tmp_path / "sends.db", "--run", "q3"]
    send(people(2), *options)
    ended = send(people(3), *options)

    assert (ended.status, len(mock_8x8.sent)) == (2, 2)
    assert "Error: " in ended.err


def test_ctrl_c_leaves_a_run_that_can_go_on(send, mock_8x8, batches_of_two, monkeypatch, tmp_path):
    from eightbyeight.sending import threads

    started = []
    perform = threads.Caller.start

    def press_ctrl_c_at_the_second(self, place):
        started.append(place)
        if len(started) == 2:
            raise KeyboardInterrupt
        perform(self, place)

    monkeypatch.setattr(threads.Caller, "start", press_ctrl_c_at_the_second)
    options = ["--journal", tmp_path / "sends.db", "--run", "q3", "--concurrency", "1"]
    ended = send(people(6), *options, "--outcomes", tmp_path / "o.csv")

    assert (ended.status, len(mock_8x8.sent)) == (130, 2)
    assert "run 'q3' so far: 6 rows: 2 accepted, 4 not sent" in ended.err
    assert f"eightbyeight resume {tmp_path / 'sends.db'} --run q3" in ended.err
    assert "interrupted" in ended.err
    assert [o["state"] for o in outcomes_in(tmp_path / "o.csv")] == ["accepted"] * 2 + [
        "not_sent"
    ] * 4

    assert send(people(6), *options).status == 0
    assert [m.to for m in mock_8x8.sent] == [f"+659{number:07}" for number in range(6)]
    with Journal(tmp_path / "sends.db") as journal:
        assert journal.counts("q3") == {SendState.ACCEPTED: 3}
