"""The same webhook behind every way to serve it. Each way is a function from options to a client."""

from __future__ import annotations

import asyncio
import contextlib

import httpx

from eightbyeight.webhooks import AsgiWebhookApp, WsgiWebhookApp

PATH = "/webhooks/8x8"
PEER = "52.10.10.63"


class Answered:
    """An answer, as every test client can give it."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body


def of_httpx(response):
    return Answered(response.status_code, response.headers.items(), response.content)


class Asgi:
    """The ASGI application, called over httpx."""

    is_async = True

    def __init__(self, handler, **options):
        self.app = AsgiWebhookApp(handler, path=PATH, **options)

    def send(self, method="POST", body=b"{}", headers=None, path=PATH, peer=PEER):
        async def talk():
            transport = httpx.ASGITransport(self.app, client=(peer, 1) if peer else None)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return of_httpx(await client.request(method, path, content=body, headers=headers))

        return asyncio.run(talk())


class Wsgi:
    """The WSGI application, called over httpx."""

    is_async = False

    def __init__(self, handler, **options):
        self.app = WsgiWebhookApp(handler, path=PATH, **options)

    def send(self, method="POST", body=b"{}", headers=None, path=PATH, peer=PEER):
        transport = httpx.WSGITransport(self.app, remote_addr=peer or "")
        with httpx.Client(transport=transport, base_url="http://test") as client:
            return of_httpx(client.request(method, path, content=body, headers=headers))


class FastApi:
    """A router within FastAPI, called by its test client."""

    is_async = True

    def __init__(self, handler, **options):
        from fastapi import FastAPI

        from eightbyeight.integrations.fastapi import webhook_router

        self.app = FastAPI()
        self.app.include_router(webhook_router(handler, path=PATH, **options))

    def send(self, method="POST", body=b"{}", headers=None, path=PATH, peer=PEER):
        from starlette.testclient import TestClient

        with TestClient(self.app, client=(peer or "", 1)) as client:
            return of_httpx(client.request(method, path, content=body, headers=headers))


class Flask:
    """A blueprint within Flask, called by its test client."""

    is_async = False

    def __init__(self, handler, **options):
        from flask import Flask

        from eightbyeight.integrations.flask import webhook_blueprint

        self.app = Flask("acme")
        self.app.register_blueprint(webhook_blueprint(handler, path=PATH, **options))

    def send(self, method="POST", body=b"{}", headers=None, path=PATH, peer=PEER):
        with (
            self.app.test_client() as client,
            contextlib.closing(
                client.open(
                    path,
                    method=method,
                    data=body,
                    headers=headers,
                    environ_base={"REMOTE_ADDR": peer or ""},
                )
            ) as response,
        ):
            return Answered(response.status_code, response.headers.items(), response.data)


class Django:
    """A view within Django, called by its test client. Forged forms are refused, as in a real project."""

    is_async = True

    def __init__(self, handler, **options):
        import django
        from django.conf import settings

        if not settings.configured:
            settings.configure(
                ROOT_URLCONF="unset",
                ALLOWED_HOSTS=["*"],
                SECRET_KEY="test",
                MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
            )
            django.setup()
        from eightbyeight.integrations.django import webhook_view

        self.view = webhook_view(handler, **options)

    def send(self, method="POST", body=b"{}", headers=None, path=PATH, peer=PEER):
        from types import ModuleType

        from django.test import Client, override_settings
        from django.urls import path as route

        urls = ModuleType("urls")
        urls.urlpatterns = [route(PATH[1:], self.view)]
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        with override_settings(ROOT_URLCONF=urls):
            response = client.generic(
                method,
                path,
                body,
                content_type="application/json",
                headers=headers,
                REMOTE_ADDR=peer or "",
            )
        return Answered(response.status_code, response.headers.items(), response.content)


WAYS = {"asgi": Asgi, "wsgi": Wsgi, "fastapi": FastApi, "flask": Flask, "django": Django}
