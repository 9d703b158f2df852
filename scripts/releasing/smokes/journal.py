"""The extra `journal`: a run is on the disk, and goes on with the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from eightbyeight import Client

ROWS = [("+6591234567", "Our sale begins"), ("+6598765432", "Our sale begins")]


def main() -> None:
    """Send the same run twice; the second time there is nothing left to send."""
    with TemporaryDirectory() as folder:
        place = str(Path(folder) / "sends.db")
        for _ in range(2):
            with Client(journal=place) as client:
                report = client.sms.send_many(ROWS, run="sale")
                if len(report.failed):
                    raise SystemExit(f"not accepted: {report}")
        command = [sys.executable, "-m", "eightbyeight.cli", "resume", place]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise SystemExit(f"{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    main()
