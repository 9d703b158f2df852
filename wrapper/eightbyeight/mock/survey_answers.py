"""The answers to a survey, and the webhook that carries them.

See also: https://developer.8x8.com/connect/docs/sms-engage-response-webhook
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from eightbyeight.mock.clock import hundredths

if TYPE_CHECKING:
    from eightbyeight.mock.inbound import Answer
    from eightbyeight.mock.store import Message

SURVEY = "Survey"
#: After this no webhook tells of answers.
OPEN_FOR = timedelta(hours=48)

#: By question; or one by one, with `answer` and perhaps `question`, `questionId` and `answerId`.
Given = Mapping[str, str] | Sequence[Mapping[str, Any]]

_FIELDS = ("questionId", "answerId", "question", "answer")
_MOST, _LONGEST = 100, 35_000


def read(given: Given) -> list[dict[str, str | None]]:
    """Answers as the webhook carries them; those without a `questionId` are counted from 1.

    Raises:
        ValueError: They cannot be read; the message says where.
    """
    if isinstance(given, Mapping):
        given = [{"question": question, "answer": answer} for question, answer in given.items()]
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValueError('answers must be {"question": "answer"} or a list')  # noqa: TRY004
    if not 1 <= len(given) <= _MOST:
        raise ValueError(f"there must be 1 to {_MOST} answers")
    return [_one(number, answer) for number, answer in enumerate(given, 1)]


def webhook(message: Message, answer: Answer) -> dict[str, Any]:
    """The webhook that carries the answers; it has no envelope."""
    variables = message.payload.get("templateVariables") or {}
    return {
        "umid": message.umid,
        "surveyId": message.survey_id,
        "surveyStartedAt": hundredths(message.created_at),
        "surveySubmittedAt": hundredths(answer.at),
        "templateVariables": [
            {"name": name, "value": str(value)} for name, value in variables.items()
        ],
        "answers": answer.content["answers"],
    }


def _one(number: int, given: object) -> dict[str, str | None]:
    if not isinstance(given, Mapping):
        raise ValueError(f"answer {number} must be an object")  # noqa: TRY004
    for name, value in given.items():
        if name not in _FIELDS:
            raise ValueError(
                f"answer {number}: no field is called {str(name)[:40]!r}; "
                f"there are: {', '.join(_FIELDS)}"
            )
        is_text = isinstance(value, str) and len(value) <= _LONGEST
        if not is_text and not (value is None and name == "answerId"):
            raise ValueError(f"answer {number}: {name} must be a string")
    if "answer" not in given:
        raise ValueError(f"answer {number} lacks: answer")
    usual = {"questionId": str(number), "answerId": None, "question": ""}
    return {name: given.get(name, usual.get(name)) for name in _FIELDS}
