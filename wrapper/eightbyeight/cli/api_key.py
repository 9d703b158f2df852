"""Where the command line gets the API key: never from an argument, which other programs see and the shell keeps."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, NoReturn

import click

from eightbyeight.cli.failures import usage_error

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "EIGHTBYEIGHT_API_KEY"
SERVICE = "eightbyeight"
_MOST_CHARACTERS = 4096


def find_key(file: Path | None, *, from_keyring: bool, subaccount: str) -> tuple[str, str]:
    """Return the key and where it came from: an option, or else the environment.

    Raises Failure when there is none, or its place is not fit for one.
    """
    if file is not None and from_keyring:
        raise usage_error("give --api-key-file or --api-key-keyring, not both")
    if file is not None:
        return _from_file(file), f"the file {file}"
    if from_keyring:
        return _from_keyring(subaccount), "the keyring"
    key = os.environ.get(VARIABLE, "")
    if not key.strip():
        raise usage_error(
            f"missing: api_key ({VARIABLE} in the environment, --api-key-file FILE or --api-key-keyring)"
        )
    return key, VARIABLE


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
                raise usage_error(
                    f"everybody on this machine can get at the API key in {path}; run: chmod 600 {path}"
                )
            key = file.read(_MOST_CHARACTERS).strip()
    except OSError as error:
        raise usage_error(f"cannot read the API key from {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise usage_error(f"{path} holds something else than an API key") from None
    if not key:
        raise usage_error(f"{path} is empty; it must hold the API key and nothing else")
    return key


def _from_keyring(subaccount: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise usage_error(
            'the keyring needs one more package: install "eightbyeight[keyring]"'
        ) from None
    try:
        key = keyring.get_password(SERVICE, subaccount)
    except KeyringError as error:
        raise usage_error(f"the keyring cannot be used ({type(error).__name__})") from None
    if not key:
        raise usage_error(
            f"the keyring holds no key for {subaccount}; put it there with: keyring set {SERVICE} {subaccount}"
        )
    return key


def _refuse(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ARG001
    if value is not None:
        _explain()


def _explain() -> NoReturn:
    raise usage_error(
        "an API key on the command line can be read by every program on this machine and stays in the shell's "
        f"history. Set {VARIABLE}, or give --api-key-file FILE or --api-key-keyring. If it was a real key, have "
        "it replaced."
    )


#: Tells those who try why there is no such option.
no_key_argument = click.option("--api-key", hidden=True, expose_value=False, callback=_refuse)
