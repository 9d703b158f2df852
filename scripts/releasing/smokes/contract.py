"""The extra `contract`: tests a server, with the recorded examples and a few made-up requests."""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> None:
    """Run the command."""
    options = ["--base-url", os.environ["EIGHTBYEIGHT_BASE_URL"]]
    options += ["--operation", "getMessageDetails", "--max-examples", "2", "--max-alike", "1"]
    command = [sys.executable, "-m", "eightbyeight.cli", "contract", *options, "--seed", "8"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    main()
