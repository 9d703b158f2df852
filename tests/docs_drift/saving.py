"""Saving pages of ours as a maintainer would save the vendor's, and reading the report on them."""

from __future__ import annotations

import json

import forms
from docs_drift.facts import HTML, MDX, NAMELESS, OAS, TEXT
from model import model_of
from mutations import changed

ENDINGS = {OAS: ".json", MDX: ".api.mdx", HTML: ".html", TEXT: ".txt", NAMELESS: ".txt"}
PAGE = "send-sms-single"


def saved(folder, form, entries, page=PAGE):
    path = folder / f"{page}{ENDINGS[form]}"
    path.write_text(forms.WRITE[form](entries), encoding="utf-8")
    return path


def longer(by=1):
    return changed(model_of(PAGE), "request.source", maxLength=16 + by)


def of_baseline(out):
    return [one for one in json.loads(out)["findings"] if one["against"] == "baseline"]
