"""What the template overrides change about endpoints and clients."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

BASES = {"chatapps": "https://chat.example.com", "sms": "https://sms.example.com/"}


@pytest.fixture
def endpoints(golden: ModuleType) -> Any:
    from golden_generated.api import sms, things
    from golden_generated.api.sms import send_sms
    from golden_generated.api.things import get_thing, send_thing

    assert sms
    assert things
    return type(
        "Endpoints", (), {"send_sms": send_sms, "send_thing": send_thing, "get_thing": get_thing}
    )


def client_for(golden: ModuleType, handler: Any, **options: Any) -> Any:
    """A client whose requests are answered by a function."""
    client = golden.AuthenticatedClient(options.pop("base_url", BASES), "k3y", **options)
    transport = httpx.MockTransport(handler)
    headers = client._authenticated_headers()
    client.set_httpx_client(httpx.Client(transport=transport, headers=headers))
    return client.set_async_httpx_client(httpx.AsyncClient(transport=transport, headers=headers))


def get(golden: ModuleType, endpoints: Any, response: httpx.Response, **options: Any) -> Any:
    client = client_for(golden, lambda _: response, **options)
    return endpoints.get_thing.sync_detailed("acme", "t1", client=client)


class TestStatuses:
    @pytest.mark.parametrize("status", [299, 418, 499, 520, 599])
    def test_status_without_a_name(self, golden: ModuleType, endpoints: Any, status: int) -> None:
        response = get(golden, endpoints, httpx.Response(status, json={"code": 1, "message": "m"}))

        assert response.status_code == status

    @pytest.mark.parametrize(
        "content", [b"<html>gateway</html>", b"", b"{}", b"[]", b"\xff\xfe", b"null"]
    )
    def test_foreign_error_body_is_not_parsed(
        self, golden: ModuleType, endpoints: Any, content: bytes
    ) -> None:
        response = get(golden, endpoints, httpx.Response(404, content=content))

        assert (response.status_code, response.parsed, response.content) == (404, None, content)

    def test_documented_error_body_is_parsed(self, golden: ModuleType, endpoints: Any) -> None:
        response = get(golden, endpoints, httpx.Response(404, json={"code": 7, "message": "none"}))

        assert (response.parsed.code, response.parsed.message) == (7, "none")

    def test_foreign_error_body_raises_if_asked_to(
        self, golden: ModuleType, endpoints: Any
    ) -> None:
        from golden_generated.errors import UnexpectedStatus

        with pytest.raises(UnexpectedStatus, match="404"):
            get(
                golden,
                endpoints,
                httpx.Response(404, content=b"<html>"),
                raise_on_unexpected_status=True,
            )

    def test_default_response(self, golden: ModuleType, endpoints: Any) -> None:
        from golden_generated.models import Sms

        answers = iter(
            [
                httpx.Response(418, json={"code": 7, "message": "m"}),
                httpx.Response(502, content=b"<html>"),
            ]
        )
        client = client_for(golden, lambda _: next(answers))

        assert endpoints.send_sms.sync("acme", client=client, body=Sms(text="x")).code == 7
        assert endpoints.send_sms.sync("acme", client=client, body=Sms(text="x")) is None


class TestPaths:
    @pytest.mark.parametrize("bad", ["", ".", "..", None])
    def test_segment_that_would_vanish_is_refused(self, endpoints: Any, bad: Any) -> None:
        with pytest.raises(ValueError, match="^thingId: .* cannot be part of a URL path"):
            endpoints.get_thing.url(sub_account_id="acme", thing_id=bad)

    def test_refused_before_anything_is_sent(self, golden: ModuleType, endpoints: Any) -> None:
        client = client_for(golden, lambda request: pytest.fail(f"{request} was sent"))

        with pytest.raises(ValueError, match="subAccountId"):
            endpoints.get_thing.sync_detailed("..", "t1", client=client)

    def test_segment_is_encoded(self, endpoints: Any) -> None:
        assert (
            endpoints.get_thing.url(sub_account_id="a/../b?c#d", thing_id="é%2e...")
            == "/api/v1/subaccounts/a%2F..%2Fb%3Fc%23d/things/%C3%A9%252e..."
        )


class TestProducts:
    def test_constants(self, endpoints: Any) -> None:
        assert (endpoints.send_sms.PRODUCT, endpoints.send_thing.PRODUCT) == ("sms", "chatapps")
        assert (endpoints.send_sms.METHOD, endpoints.get_thing.METHOD) == ("POST", "GET")
        assert (endpoints.send_sms.OPERATION_ID, endpoints.get_thing.OPERATION_ID) == (
            "sendSms",
            "getThing",
        )

    def test_prefix_is_taken_off(self, endpoints: Any) -> None:
        expected = "/api/v1/subaccounts/acme/messages"

        assert (
            expected
            == endpoints.send_sms.url(sub_account_id="acme")
            == endpoints.send_thing.url(sub_account_id="acme")
        )

    @pytest.mark.parametrize(
        ("base_url", "urls"),
        [
            (BASES, ["https://sms.example.com", "https://chat.example.com"]),
            (
                "http://localhost:8808/",
                ["http://localhost:8808/sms", "http://localhost:8808/chatapps"],
            ),
        ],
    )
    def test_host_follows_the_product(
        self, golden: ModuleType, endpoints: Any, base_url: Any, urls: list[str]
    ) -> None:
        from golden_generated.models import Note, Sms

        seen: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(str(request.url))
            return httpx.Response(200, json={"id": "1", "text": "x"})

        client = client_for(golden, answer, base_url=base_url)
        endpoints.send_sms.sync_detailed("acme", client=client, body=Sms(text="x"))
        body = Note(kind="note", text="x")
        asyncio.run(endpoints.send_thing.asyncio_detailed("acme", client=client, body=body))

        assert seen == [f"{url}/api/v1/subaccounts/acme/messages" for url in urls]

    def test_missing_product_is_named(self, golden: ModuleType) -> None:
        client = golden.Client({"chatapps": "https://chat.example.com"})

        with pytest.raises(
            ValueError, match="no base URL for the product 'sms'; base_url has: chatapps"
        ):
            client.url_for("sms", "/x")

    def test_servers(self, golden: ModuleType) -> None:
        from golden_generated.servers import SERVERS

        assert SERVERS == {
            "chatapps": {
                "apac": "https://chatapps.example.com",
                "na": "https://chatapps.us.example.com",
            },
            "sms": {"apac": "https://sms.example.com"},
        }


class TestQuery:
    def test_plain_string_and_time_zone(self, golden: ModuleType, endpoints: Any) -> None:
        kwargs = endpoints.get_thing._get_kwargs(
            "acme", "t1", state="brand_new", since=dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
        )

        assert kwargs["params"] == {"state": "brand_new", "since": "2026-01-02T00:00:00+00:00"}

    def test_naive_is_refused(self, endpoints: Any) -> None:
        with pytest.raises(ValueError, match="^since: .* has no time zone"):
            endpoints.get_thing._get_kwargs("acme", "t1", since=dt.datetime(2026, 1, 2))


class TestClient:
    def test_secrets_are_not_shown(self, golden: ModuleType) -> None:
        client = golden.AuthenticatedClient(
            BASES,
            "t0ken",
            headers={"X-Key": "s3cret"},
            cookies={"c": "s3cret"},
            httpx_args={"auth": ("u", "s3cret")},
        )
        client.get_httpx_client()

        assert "t0ken" not in repr(client)
        assert "s3cret" not in repr(client)

    def test_token_is_sent(self, golden: ModuleType) -> None:
        client = golden.AuthenticatedClient(BASES, "t0ken")

        assert client.get_httpx_client().headers["Authorization"] == "Bearer t0ken"
        assert client.get_async_httpx_client().headers["Authorization"] == "Bearer t0ken"

    def test_there_is_a_time_limit(self, golden: ModuleType) -> None:
        expected = httpx.Timeout(connect=5, read=30, write=10, pool=5)

        assert golden.Client(BASES).get_httpx_client().timeout == expected
        assert golden.Client(BASES).get_async_httpx_client().timeout == expected
        assert golden.Client(BASES, timeout=None).get_httpx_client().timeout == httpx.Timeout(None)

    def test_with_leaves_the_original_alone(self, golden: ModuleType) -> None:
        client = golden.Client(BASES)
        before = client.get_httpx_client()
        other = (
            client.with_timeout(httpx.Timeout(1))
            .with_headers({"X-A": "b"})
            .with_cookies({"c": "d"})
        )

        assert before.timeout.read == 30
        assert "X-A" not in before.headers
        assert not before.cookies
        assert other.get_httpx_client().timeout.read == 1
        assert other.get_httpx_client().headers["X-A"] == "b"
        assert other.get_httpx_client().cookies["c"] == "d"


class TestImports:
    def imported_by(self, golden: ModuleType, statement: str) -> set[str]:
        parent = Path(golden.__path__[0]).parent
        code = f"import sys; {statement}; print(*sys.modules)"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=parent)
        return set(done.stdout.split())

    def test_endpoint_module_imports_no_model_and_no_http_client(self, golden: ModuleType) -> None:
        modules = self.imported_by(golden, "import golden_generated.api.things.send_thing")

        assert "golden_generated.api.things.send_thing" in modules
        assert not [name for name in modules if name.startswith("golden_generated.models")]
        assert "httpx" not in modules
        assert "golden_generated.client" not in modules

    def test_one_model_imports_not_all(self, golden: ModuleType) -> None:
        modules = self.imported_by(golden, "from golden_generated.models import State")

        assert "golden_generated.models.state" in modules
        assert "golden_generated.models.note" not in modules

    def test_models_are_listed_and_misspelt_ones_refused(self, golden: ModuleType) -> None:
        from golden_generated import models

        assert set(models.__all__) <= set(dir(models))
        assert all(getattr(models, name).__name__ == name for name in models.__all__)
        with pytest.raises(AttributeError, match="no attribute 'Nope'"):
            models.Nope  # noqa: B018
        with pytest.raises(AttributeError, match="no attribute 'Nope'"):
            golden.Nope  # noqa: B018
