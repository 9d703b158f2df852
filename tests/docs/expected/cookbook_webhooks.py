"""Webhooks in frameworks: each recipe is served by its framework and gets the mock's receipts."""

import sqlite3
from contextlib import closing

from docs.expectations import Page
from docs.webhook_client import SECRET, connect, let_pass
from webhooks.servers import Django

page = Page("cookbook/webhooks")


def expect_receipts(run, receiver, wrong_status):
    """Send, let it be delivered, and look into the recipe's table. `wrong_status` answers a wrong secret."""
    connect(run, receiver)
    sms = run.names["client"].sms.send("+6591234567", "Your parcel is here")
    let_pass(run, 5)

    with closing(sqlite3.connect(run.folder / "shop.db")) as table:
        rows = table.execute("select umid, state from states").fetchall()
    assert [(sms.umid, "sent"), (sms.umid, "delivered")] == rows
    assert wrong_status in {401, 403}


@page.after("in-fastapi")
def _(run):
    from starlette.testclient import TestClient

    with TestClient(run.names["app"]) as client:
        wrong = client.post("/8x8", json={}, headers={"authorization": "guessed"}).status_code

        def receive(_url, headers, body):
            return client.post("/8x8", content=body, headers=headers).status_code

        expect_receipts(run, receive, wrong)


@page.after("in-flask")
def _(run):
    client = run.names["app"].test_client()
    wrong = client.post("/8x8", data=b"{}", headers={"authorization": "guessed"}).status_code

    def receive(_url, headers, body):
        return client.post("/8x8", data=body, headers=headers).status_code

    expect_receipts(run, receive, wrong)


@page.before("in-django")
def _(run):
    Django(print, verify=None)  # sets Django up, once in a process


@page.after("in-django")
def _(run):
    from types import ModuleType

    from django.test import Client, override_settings

    urls = ModuleType("urls")
    urls.urlpatterns = run.names["urlpatterns"]
    client = Client(enforce_csrf_checks=True)

    def post(body, authorization):
        response = client.post(
            "/8x8",
            body,
            content_type="application/json",
            headers={"authorization": authorization},
        )
        return response.status_code

    with override_settings(ROOT_URLCONF=urls):
        wrong = post(b"{}", "guessed")
        expect_receipts(run, lambda _url, headers, body: post(body, SECRET), wrong)
