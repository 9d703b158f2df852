"""The extra `keyring`: the command line takes its key from the system's keyring."""

from __future__ import annotations

import os
import sys

import keyring
from keyring.backend import KeyringBackend

from eightbyeight.cli import main as run


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1
    asked = 0

    def get_password(self, service: str, username: str) -> str:  # noqa: ARG002
        """Hand out the key."""
        self.asked += 1
        return os.environ["KEY_IN_THE_KEYRING"]

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse: nobody has business to change it."""
        raise NotImplementedError


def main() -> None:
    """Send with it."""
    os.environ["KEY_IN_THE_KEYRING"] = os.environ.pop("EIGHTBYEIGHT_API_KEY")
    drawer = Drawer()
    keyring.set_keyring(drawer)
    sys.argv = ["eightbyeight", "send", "sms", "--to", "+6591234567", "--api-key-keyring", "Hello"]
    try:
        run()
    except SystemExit as end:
        if end.code:
            raise SystemExit(f"exit status {end.code}") from end
    if not drawer.asked:
        raise SystemExit("the keyring was not asked")


if __name__ == "__main__":
    main()
