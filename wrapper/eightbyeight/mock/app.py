"""The mock as one pure function, `MockApp.handle`, and the checks every request passes."""

from __future__ import annotations

import json
import logging
import math
from functools import cache
from typing import TYPE_CHECKING, Any, Unpack

from eightbyeight.mock import (
    asgi,
    authentication,
    bodies,
    control,
    drift,
    errors,
    inbox,
    lenience,
    magic,
    parameters,
)
from eightbyeight.mock.admission import Admission, Admissions
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.chaos import CHAOS_HEADER, Chaos, Played, Seen
from eightbyeight.mock.clock import Clock, FixedClock, RealClock, ticks
from eightbyeight.mock.document import Document, Match, Operation, load
from eightbyeight.mock.effects import Exchange, response_of
from eightbyeight.mock.errors import Refusal
from eightbyeight.mock.identifiers import Identifiers
from eightbyeight.mock.life import Life
from eightbyeight.mock.operations import HANDLERS
from eightbyeight.mock.rate import Limiter
from eightbyeight.mock.response import Response, json_response
from eightbyeight.mock.settings import Settings, SettingsError
from eightbyeight.mock.store import LoggedRequest, RequestLog, Store
from eightbyeight.mock.validation import validation_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from eightbyeight.mock.switches import Switches
    from eightbyeight.mock.transport import MockTransport

_log = logging.getLogger("eightbyeight.mock")

_NOTHING = Response(0, [], b"")


def create_app(
    document: Mapping[str, Any] | str | Path | None = None,
    *,
    seed: int | None = None,
    clock: Clock | None = None,
    defects: Collection[str] = (),
    chaos: Iterable[str] = (),
    **switches: Unpack[Switches],
) -> MockApp:
    """Make a local 8x8.

    Args:
        document: A composed OpenAPI document, parsed or as a file; by default the shipped one.
        seed: Makes ids and times the same in every run of the same requests.
        clock: The mock's clock; by default the real one, with a seed a fixed one.
        defects: Names from `eightbyeight.mock.defects`, to break the mock on purpose.
        chaos: Rules that make requests fail, see `Chaos.add`.
        **switches: Initial settings, see `Settings`.

    Raises:
        ChaosError: A rule cannot be read.
        DocumentError: There is no usable document.
        SettingsError: A switch does not exist or has an impossible value.
        ValueError: A defect is unknown.
    """
    if defects:
        from eightbyeight.mock.defects import DefectiveApp

        app: MockApp = DefectiveApp(document, seed, clock, switches, frozenset(defects))
    else:
        app = MockApp(load(document), seed, clock, switches)
    app.chaos.extend(chaos)
    return app


class MockApp(Life):
    """A local 8x8. Call `handle`, mount it as an ASGI app, or take its `transport()` for httpx.

    Attributes:
        document: The document that drives it.
        settings: What can be switched while it runs.
        store: The messages that were sent.
        requests: The latest requests to the products.
        chaos: Rules that make requests fail.
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
        settings = Settings()
        super().__init__(
            clock or (RealClock() if seed is None else FixedClock()),
            settings,
            Store(settings),
            Identifiers(seed),
        )
        self.change_settings(switches or {})
        self.requests = RequestLog()
        self.chaos = Chaos(document.operations, seed)
        self._limiter = Limiter()
        self._validation = validation_of(document)
        self._admissions = Admissions(settings)

    def handle(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
        *,
        tls: str | None = None,
    ) -> Response:
        """Answer a request. Never raises.

        Args:
            method: The HTTP method.
            target: The path as sent, percent-encoded, with the query.
            headers: Header names and values.
            body: The whole body.
            tls: The version of TLS over which the request came, such as `TLSv1.3`.

        Returns:
            The answer; one of status 0 when chaos or a magic number lets none out. What they do to
            the connection is for `effects.exchange_of` to tell.
        """
        if control.owns(target):
            return control.answer(self, method, target, headers, body)
        headers = tuple(headers)
        if target == "/" and inbox.is_sought(method, headers):
            return inbox.redirect()
        self.clock.tick()
        request = LoggedRequest(method, target, headers, body, self.clock.now(), tls=tls)
        played = self._chaos_for(request) if len(self.chaos) else None
        carried_out = played is None or played.effect is None or played.effect.executes
        response = self._respond(request) if carried_out else _NOTHING
        if played is not None or request.effects:
            response = self._troubled(request, response, played)
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
        channel, channels = changes.get("default_channel"), self.document.channels
        if isinstance(channel, str) and channel and channels and channel not in channels:
            raise SettingsError(f"default_channel must be one of: {', '.join(sorted(channels))}")
        super().change_settings(changes)

    def reset(self) -> None:
        """Forget messages, requests and limits; start ids and time again. Settings stay."""
        self.store.clear()
        self.forget()
        self.requests.clear()
        self.identifiers.reset()
        self.clock.reset()
        self._limiter.reset()
        self.chaos.reset()

    def answer(self, request: LoggedRequest) -> Response:
        """Pass a request through every check, in the order in which the real API applies them.

        Raises:
            Refusal: A check has failed.
        """
        if len(request.body) > self.settings.max_body_bytes:
            request.body = b""
            raise errors.too_large(self.settings.max_body_bytes)
        head = self._admitted(request)
        body = bodies.read(
            request,
            head.headers,
            head.operation,
            self._validation,
            is_lenient=self.settings.mode == "lenient",
        )
        call = Call(
            head.operation,
            head.parameters,
            body.value,
            body.content,
            request.at,
            self.store,
            self.identifiers,
            self.settings,
            self,
        )
        effect = magic.effect_on(call)
        if effect is not None:
            request.effects.append(effect)
            if not effect.executes:
                return _NOTHING
        reply = self.perform(call)
        return json_response(reply.status, reply.payload)

    def _admitted(self, request: LoggedRequest) -> Admission:
        """Check the head of a request.

        Raises:
            Refusal: A check has failed.
        """
        admission = self._admissions.find(request)
        if admission is None:
            admission = self._check_head(request)
            # What is forgiven is noted each time.
            if not request.forgave:
                self._admissions.add(request, admission)
        else:
            request.operation_id = admission.operation.id
            self._limit(admission.operation, admission.match, request.at)
        return admission

    def _check_head(self, request: LoggedRequest) -> Admission:
        headers = {name.lower(): value for name, value in request.headers}
        path, _, query = request.target.partition("?")
        match = self._match(request, path, headers)
        operation = match.item.operations.get(request.method)
        if operation is None:
            raise errors.method_not_allowed(match.item.operations)
        request.operation_id = operation.id
        is_tls_old = self.settings.require_tls13 and request.tls != "TLSv1.3"
        if is_tls_old and "426" in operation.statuses:
            raise errors.insecure_protocol(*([request.tls] if request.tls else []))
        if self.settings.mode == "lenient":
            lenience.mend_headers(headers, request.forgave)
        self.authenticate(operation, headers)
        self._admit(match)
        self._limit(operation, match, request.at)
        given = parameters.Given(match.parameters, query, headers)
        values = parameters.read(self._validation, operation, given)
        return Admission(operation, match, values, headers)

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

    def _respond(self, request: LoggedRequest) -> Response:
        try:
            response = self.answer(request)
        except Refusal as refusal:
            response = self.refuse(refusal, request.at)
        except Exception:  # noqa: BLE001 - whatever went wrong, the client gets an answer
            _log.exception("the mock failed on %s", request.operation_id)
            response = self.refuse(errors.internal(), request.at)
        if request.forgave:
            response.headers.append(
                (lenience.FORGAVE_HEADER, lenience.header_value(request.forgave))
            )
        return response

    def _chaos_for(self, request: LoggedRequest) -> Played | None:
        """What the rules have in store for a request, be it valid or not."""
        headers = {name.lower(): value for name, value in request.headers}
        path = request.target.partition("?")[0]
        host = headers.get(b"host", b"").decode("latin-1")
        match = self.document.match(path.removesuffix("/") or path, host)
        if match is None:
            return self.chaos.meet(Seen(None, None, tuple))
        operation = match.item.operations.get(request.method)
        request.operation_id = None if operation is None else operation.id

        def numbers() -> set[str]:
            message = self.store.get(match.parameters.get("umid", ""))
            body = _json_or_none(request.body) if message is None else message.payload
            return {number.removeprefix("+") for number in magic.recipients(body)}

        return self.chaos.meet(
            Seen(request.operation_id, match.parameters.get("subAccountId"), cache(numbers))
        )

    def _troubled(
        self, request: LoggedRequest, response: Response, played: Played | None
    ) -> Response:
        """What becomes of an answer by a magic number or a rule."""
        exchange = Exchange(response, played.delay if played is not None else 0.0)
        if played is not None and played.effect is not None:
            request.effects.append(played.effect)
        exchange = self._befall(request, exchange)
        if played is not None:
            request.chaos = played.label
            if exchange.response is not None:
                exchange.response.headers.append((CHAOS_HEADER, played.label.encode()))
        return response_of(exchange)

    def _befall(self, request: LoggedRequest, exchange: Exchange) -> Exchange:
        """Let happen to an exchange what its effects say: first the magic number's, then chaos."""

        def refuse(refusal: Refusal) -> Response:
            return self.refuse(refusal, request.at)

        for effect in request.effects:
            if exchange.response is None:
                break
            response = effect.shape(exchange.response, refuse)
            if response is not None and effect.drift is not None:
                response = drift.injected(response, effect.drift, self.document, request, self.seed)
            exchange = exchange._replace(response=response)
            if effect.ending != "whole":
                exchange = exchange._replace(ending=effect.ending, seconds=effect.seconds)
        return exchange

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


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
