from enum import Enum, StrEnum
from typing import Final


class Unset(Enum):
    UNSET = "UNSET"


UNSET: Final = Unset.UNSET


class OpenStrEnum(StrEnum):
    pass


__all__ = ["UNSET", "OpenStrEnum", "Unset"]
