"""What the frameworks do around a webhook."""

from __future__ import annotations

import json
from types import ModuleType

import pytest
from webhooks import samples
from webhooks.servers import PATH, Django, FastApi, Flask

BODY = json.dumps(samples.SMS_RECEIPT).encode()


def test_flask_body_that_was_read_before():
    events = []
    server = Flask(events.append, verify=None)
    server.app.before_request(lambda: server.seen.append(len(__import__("flask").request.data)))
    server.seen = []

    assert server.send(body=BODY).status == 200
    assert server.seen == [len(BODY)]
    assert events[0].to_dict() == samples.SMS_RECEIPT


def test_flask_body_without_a_length():
    events = []
    server = Flask(events.append, verify=None, max_bytes=len(BODY))
    endless = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    with server.app.test_client() as client:
        for body, status in ((BODY, 200), (BODY + b" ", 413), (BODY * 50, 413)):
            response = client.open(PATH, method="POST", data=body, environ_overrides=endless)
            assert response.status_code == status
            response.close()
    assert len(events) == 1


def test_two_flask_webhooks_in_one_application():
    from eightbyeight.integrations.flask import webhook_blueprint

    events = []
    server = Flask(events.append, verify=None)
    server.app.register_blueprint(
        webhook_blueprint(events.append, verify=None, path="/more", name="more")
    )

    assert server.send(body=BODY).status == 200
    assert server.send(body=BODY, path="/more").status == 200
    assert len(events) == 2


def test_fastapi_keeps_the_webhook_out_of_its_document():
    server = FastApi(print, verify=None)

    assert PATH not in server.app.openapi()["paths"]


@pytest.mark.parametrize("is_async", [False, True])
async def test_django_under_asgi(is_async):
    happened = []

    async def ahandle(event):
        happened.append(event.kind)

    handler = ahandle if is_async else (lambda event: happened.append(event.kind))
    server = Django(handler, verify=None, persist=lambda body: happened.append(len(body)))
    from django.test import AsyncClient, override_settings
    from django.urls import path

    urls = ModuleType("urls")
    urls.urlpatterns = [path(PATH[1:], server.view)]
    with override_settings(ROOT_URLCONF=urls):
        client = AsyncClient(enforce_csrf_checks=True)
        response = await client.generic("POST", PATH, BODY, content_type="application/json")

    assert response.status_code == 200
    assert happened == [len(BODY), "sms_receipt"]


def test_django_body_that_was_read_before():
    from django.http import HttpRequest
    from django.test import RequestFactory

    events = []
    server = Django(events.append, verify=None)
    request = RequestFactory().generic("POST", PATH, BODY, content_type="application/json")
    assert isinstance(request, HttpRequest)
    assert request.body == BODY

    response = server.view(request)
    response.close()
    assert response.status_code == 200
    assert events[0].to_dict() == samples.SMS_RECEIPT
