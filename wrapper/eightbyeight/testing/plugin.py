"""The pytest plugin. It loads the mock only for tests that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight.testing.mock_api import MockApi

_MARKER = "eightbyeight_real_hosts"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", f"{_MARKER}: this test may reach the hosts of the real 8x8")


@pytest.fixture(autouse=True)
def _eightbyeight_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse the hosts of the real 8x8."""
    if request.node.get_closest_marker(_MARKER) is not None:
        yield
        return
    from eightbyeight.testing.guard import real_hosts_refused

    with real_hosts_refused():
        yield


@pytest.fixture
def mock_8x8(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockApi]:
    """Give a test a local 8x8 of its own.

    Whatever is sent with httpx to 8x8's hosts arrives there, from clients of this library and others, without a
    socket; and ``Client.from_env()`` finds its settings. Rate limits are off.
    """
    try:
        from eightbyeight.testing.mock_api import KEY, SUBACCOUNT, MockApi
    except ImportError as error:
        pytest.fail(f'mock_8x8 needs more packages: install "eightbyeight[mock]" ({error})')
    from eightbyeight.testing.routing import routed_to

    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", KEY)
    monkeypatch.setenv("EIGHTBYEIGHT_SUBACCOUNT_ID", SUBACCOUNT)
    for name in ("EIGHTBYEIGHT_BASE_URL", "EIGHTBYEIGHT_REGION"):
        monkeypatch.delenv(name, raising=False)
    # A client of the program under test keeps to the limits by waiting, which no test wants.
    monkeypatch.setattr("eightbyeight.base_client.shared_limiter", lambda: None)
    with MockApi() as api, routed_to(api.app):
        yield api
