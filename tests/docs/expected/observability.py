"""Logging and hooks."""

import logging
import re

from docs.expectations import Page

page = Page("observability")


@page.after("logging")
def _(run):
    logger = run.names["logger"]
    logger.removeHandler(run.names["handler"])
    logger.setLevel(logging.NOTSET)
    lines = run.output.splitlines()
    assert any(
        re.fullmatch(
            r"DEBUG eightbyeight\.calls POST sendSms, attempt 1: HTTP 200 after \d+\.\d{3} s", line
        )
        for line in lines
    )
    assert any("sendSms accepted: umid " in line and "order-17" in line for line in lines)
    assert "91234567" not in run.output


@page.after("hooks")
def _(run):
    assert "sendSms 1 200 Effect.DONE\n" == run.output
