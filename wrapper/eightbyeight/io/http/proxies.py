"""Whether requests are to go through a proxy."""

from __future__ import annotations

import os
import sys


def is_proxy_configured() -> bool:
    """Tell whether the environment, or the settings of the system, name any proxy at all."""
    if sys.platform in ("darwin", "win32"):  # whose settings it takes more to look up
        from urllib.request import getproxies

        return bool(getproxies().keys() - {"no"})
    return any(
        value and name.lower().endswith("_proxy") and name.lower() != "no_proxy"
        for name, value in os.environ.items()
    )
