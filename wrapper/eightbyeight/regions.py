"""The regions in which 8x8 keeps accounts, and their hosts."""

from __future__ import annotations

from enum import StrEnum

from eightbyeight_generated.servers import SERVERS

from .errors import ConfigurationError


class Region(StrEnum):
    """Where an account lives. An account answers only on its own region's hosts."""

    APAC = "apac"
    NA = "na"
    EU = "eu"
    ID = "id"

    @classmethod
    def parse(cls, name: str) -> Region:
        """Return the region called ``name``, in any letter case. Raises ConfigurationError for any other name."""
        if not isinstance(name, str):
            raise ConfigurationError(f"region must be a string, not {type(name).__name__}")
        folded = name.strip().casefold()
        try:
            return cls(_ALIASES.get(folded, folded))
        except ValueError:
            import difflib

            known = [*cls, *_ALIASES]
            close = difflib.get_close_matches(folded, known, n=1)
            hint = f"; did you mean {str(close[0])!r}?" if close else ""
            raise ConfigurationError(
                f"region {name[:40]!r} is not known: use one of {', '.join(cls)}{hint}"
            ) from None

    def host(self, product: str) -> str:
        """Return the base URL of ``product`` (``chatapps`` or ``sms``) in this region."""
        return SERVERS[product][self.value]


# The API's own messages abbreviate Asia Pacific as SG.
_ALIASES = {
    "sg": "apac",
    "asia": "apac",
    "singapore": "apac",
    "us": "na",
    "uk": "eu",
    "europe": "eu",
    "indonesia": "id",
}

__all__ = ["Region"]
