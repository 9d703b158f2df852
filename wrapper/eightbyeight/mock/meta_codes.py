"""The provider's own codes behind the WhatsApp errors of delivery receipts, as receipts show them.

See also: https://developer.8x8.com/connect/docs/delivery-error-codes
"""

from __future__ import annotations

_FIRST = 1000

# By the API's code, from 1000 on without a gap.
_META = (
    *(0, 3, 4, 10, 33, 100, 190, 368, 80007, 130429),
    *(130472, 130497, 131000, 131005, 131008, 131009, 131016, 131021, 131026, 131031),
    *(131037, 131045, 131047, 131048, 131049, 131051, 131052, 131053, 131056, 131057),
    *(132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069, 133000),
    *(133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 135000, 2593107),
    *(2593108, 131050, 138017, 138009, 131062),
)


def meta_code(code: int) -> str | None:
    """The provider's code behind an error of WhatsApp; None when there is none."""
    place = code - _FIRST
    return str(_META[place]) if 0 <= place < len(_META) else None
