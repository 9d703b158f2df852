"""The extra `cli`: counts segments, sends an SMS to a national number, and looks it up."""

from __future__ import annotations

import json
import subprocess
import sys


def answer(*arguments: str) -> str:
    """Run the command and return what it printed."""
    command = [sys.executable, "-m", "eightbyeight.cli", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode or "Traceback" in done.stderr:
        raise SystemExit(f"{arguments}: {done}")
    return done.stdout


def main() -> None:
    """Run the commands."""
    answer("segments", "Your code is 123456")
    sent = answer(
        "send", "sms", "--to", "9123 4567", "--country", "SG", "--json", "Your code is 123456"
    )
    if '"umid"' not in json.dumps(json.loads(sent)):
        raise SystemExit(f"not accepted: {sent}")
    answer("doctor", "--help")


if __name__ == "__main__":
    main()
