"""The mock as one pure function, `MockApp.handle`, and the checks every request passes."""

from __future__ import annotations

import json
import logging
import math
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from eightbyeight.mock import asgi, authentication, control, errors, lenience, parameters
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.clock import Clock, FixedClock, RealClock, ticks
from eightbyeight.mock.document import Document, Match, Operation, load
from eightbyeight.mock.errors import Refusal
from eightbyeight.mock.identifiers import Identifiers
from eightbyeight.mock.operations import HANDLERS
from eightbyeight.mock.rate import Limiter
from eightbyeight.mock.response import Response, json_response
from eightbyeight.mock.settings import Mode, Settings, SettingsError
from eightbyeight.mock.store import LoggedRequest, RequestLog, Store
from eightbyeight.mock.validation import validation_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from eightbyeight.mock.transport import MockTransport

_log = logging.getLogger("eightbyeight.mock")

_JSON = "application/json"


class Switches(TypedDict, total=False):
    """The settings as keyword arguments; see `Settings`."""

    mode: Mode
    rate_limit: bool
    require_tls13: bool
    api_keys: Collection[str]
    subaccounts: Collection[str] | None
    region: str | None
    default_channel: str
    max_body_bytes: int
    max_messages: int


def create_app(
    document: Mapping[str, Any] | str | Path | None = None,
    *,
    seed: int | None = None,
    clock: Clock | None = None,
    defects: Collection[str] = (),
    **switches: Unpack[Switches],
) -> MockApp:
    """Make a local 8x8.

    Args:
        document: A composed OpenAPI document, parsed or as a file; by default the shipped one.
        seed: Makes ids and times the same in every run of the same requests.
        clock: The mock's clock; by default the real one, with a seed a fixed one.
        defects: Names from `eightbyeight.mock.defects`, to break the mock on purpose.
        **switches: Initial settings, see `Settings`.

    Raises:
        DocumentError: There is no usable document.
        SettingsError: A switch does not exist or has an impossible value.
        ValueError: A defect is unknown.
    """
    if defects:
        from eightbyeight.mock.defects import DefectiveApp

        return DefectiveApp(document, seed, clock, switches, frozenset(defects))
    return MockApp(load(document), seed, clock, switches)


class MockApp:
    """A local 8x8. Call `handle`, mount it as an ASGI app, or take its `transport()` for httpx.

    Attributes:
        document: The document that drives it.
        settings: What can be switched while it runs.
        store: The messages that were sent.
        requests: The latest requests to the products.
        clock: Its time, which can be advanced.
    """

    def __init__(
        self,
        document: Document,
        seed: int | None = None,
        clock: Clock | None = None,
        switches: Mapping[str, Any] | None = None,
    ) -> None:
        self.document = document
        self.seed = seed
        self.clock: Clock = clock or (RealClock() if seed is None else FixedClock())
        self.settings = Settings()
        self.change_settings(switches or {})
        self.store = Store(self.settings)
        self.requests = RequestLog()
        self.identifiers = Identifiers(seed)
        self._limiter = Limiter()
        self._validation = validation_of(document)

    def handle(
        self, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> Response:
        """Answer a request. Never raises.

        Args:
            method: The HTTP method.
            target: The path as sent, percent-encoded, with the query.
            headers: Header names and values.
            body: The whole body.
        """
        if control.owns(target):
            return control.answer(self, method, target, headers, body)
        self.clock.tick()
        now = self.clock.now()
        request = LoggedRequest(method, target, list(headers), body, now)
        try:
            response = self.answer(request)
        except Refusal as refusal:
            response = self.refuse(refusal, now)
        except Exception:  # noqa: BLE001 - whatever went wrong, the client gets an answer
            _log.exception("the mock failed on %s", request.operation_id)
            response = self.refuse(errors.internal(), now)
        if request.forgave:
            response.headers.append(
                (lenience.FORGAVE_HEADER, lenience.header_value(request.forgave))
            )
        request.status = response.status
        self.requests.append(request)
        return response

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """The ASGI entry."""
        await asgi.serve(self, scope, receive, send)

    def transport(self) -> MockTransport:
        """An httpx transport into this mock, for sync and async clients, without sockets."""
        from eightbyeight.mock.transport import MockTransport

        return MockTransport(self)

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Change settings, all or none.

        Raises:
            SettingsError: A name is unknown or a value is not fit for it; nothing has changed.
        """
        region = changes.get("region")
        if isinstance(region, str) and region not in self.document.regions:
            known = ", ".join(sorted(self.document.regions)) or "none"
            raise SettingsError(f"region must be null or one of: {known}")
        self.settings.update(changes)

    def reset(self) -> None:
        """Forget messages, requests and limits; start ids and time again. Settings stay."""
        self.store.clear()
        self.requests.clear()
        self.identifiers.reset()
        self.clock.reset()
        self._limiter.reset()

    def answer(self, request: LoggedRequest) -> Response:
        """Pass a request through every check, in the order in which the real API applies them.

        Raises:
            Refusal: A check has failed.
        """
        headers = {name.lower(): value for name, value in request.headers}
        if len(request.body) > self.settings.max_body_bytes:
            request.body = b""
            raise errors.too_large(self.settings.max_body_bytes)
        path, _, query = request.target.partition("?")
        match = self._match(request, path, headers)
        operation = match.item.operations.get(request.method)
        if operation is None:
            raise errors.method_not_allowed(match.item.operations)
        request.operation_id = operation.id
        if self.settings.require_tls13 and "426" in operation.statuses:
            raise errors.insecure_protocol()
        self.authenticate(operation, headers)
        self._admit(match)
        self._limit(operation, match, request.at)
        values = parameters.read(
            self.document,
            self._validation,
            operation,
            parameters.Given(match.parameters, query, headers),
        )
        body = self._read_body(request, operation, headers)
        call = Call(
            operation, values, body, request.at, self.store, self.identifiers, self.settings
        )
        reply = self.perform(call)
        return json_response(reply.status, reply.payload)

    def authenticate(self, operation: Operation, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a request without an accepted key."""
        if operation.secured and not authentication.admits(
            headers.get(b"authorization"), self.settings.api_keys
        ):
            raise errors.unauthorized()

    def perform(self, call: Call) -> Reply:
        """Let the operation's handler do its work."""
        handler = HANDLERS.get(call.operation.id)
        if handler is None:
            raise errors.not_implemented(call.operation.id)
        return handler(call)

    def refuse(self, refusal: Refusal, now: datetime) -> Response:
        """Write a refusal as the API's error body."""
        payload = {
            "code": refusal.code,
            "message": refusal.message,
            "errorId": self.identifiers.guid(),
            "timestamp": ticks(now),
        }
        return json_response(refusal.status, payload, refusal.headers)

    def _match(self, request: LoggedRequest, path: str, headers: Mapping[bytes, bytes]) -> Match:
        host = headers.get(b"host", b"").decode("latin-1")
        if self.settings.mode == "lenient" and len(path) > 1 and path.endswith("/"):
            path = path[:-1]
            request.forgave.append(lenience.TRAILING_SLASH)
        match = self.document.match(path, host)
        if match is None:
            raise errors.unknown_path()
        return match

    def _admit(self, match: Match) -> None:
        home = self.settings.region
        if home is not None and match.region is not None and match.region != home:
            raise errors.wrong_region(match.region, home)
        subaccount = match.parameters.get("subAccountId")
        known = self.settings.subaccounts
        if known is not None and subaccount is not None and subaccount not in known:
            raise errors.forbidden()

    def _limit(self, operation: Operation, match: Match, now: datetime) -> None:
        if not self.settings.rate_limit:
            return
        left = self._limiter.wait(operation.id, match.parameters.get("subAccountId", ""), now)
        if left > 0:
            seconds = math.ceil(left)
            self.clock.announced_wait(seconds)
            raise errors.quota_exceeded(seconds)

    def _read_body(
        self, request: LoggedRequest, operation: Operation, headers: Mapping[bytes, bytes]
    ) -> Any:
        if not operation.request_schemas:
            return None
        if not request.body:
            if operation.body_required:
                raise errors.bad_request("The request needs a body.")
            return None
        declared = headers.get(b"content-type", b"").decode("latin-1")
        media = declared.partition(";")[0].strip().lower()
        if media not in operation.request_schemas:
            raise errors.unsupported_media_type(operation.request_schemas)
        if media != _JSON:
            return request.body
        body = _parse(request.body)
        checker = self._validation.body(operation, media)
        fault = checker.first_fault(body)
        if fault is not None and self.settings.mode == "lenient":
            request.forgave += lenience.mend(body, checker)
            fault = checker.first_fault(body)
        if fault is not None:
            raise errors.faulty_body(operation.product, fault)
        return body


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # The parser's own words may quote the body.
        raise errors.bad_request("The body is not valid JSON in UTF-8.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
