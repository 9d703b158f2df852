"""Lines of text on a terminal, in color where it has any."""

from __future__ import annotations

import os
import sys
import textwrap

WIDTH = 96

_STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}


def has_color() -> bool:
    """Tell whether colors can be shown, and the environment does not object."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ)


class Terminal:
    """Prints text to people."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def say(self, text: str = "", *styles: str) -> None:
        """Print one line."""
        if self._color and styles:
            codes = ";".join(str(_STYLES[style]) for style in styles)
            text = f"\033[{codes}m{text}\033[0m"
        print(text)

    def paragraph(self, text: str, *styles: str) -> None:
        """Print text that may need several lines."""
        for line in textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    "):
            self.say(line, *styles)

    def table(self, rows: dict[str, object]) -> None:
        """Print names and values, those that have one."""
        for name, value in rows.items():
            if value is not None:
                self.say(f"  {name:<17}  {value}")

    def act(self, title: str) -> None:
        """Begin a new part."""
        self.say()
        self.say(f"== {title} ".ljust(WIDTH, "="), "bold", "cyan")
