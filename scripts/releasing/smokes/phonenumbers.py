"""The extra `phonenumbers`: national numbers of recipients to E.164."""

from __future__ import annotations

from eightbyeight.phone import to_e164


def main() -> None:
    """Read a number as people write it."""
    number = to_e164("0812 345 678", country="TH")
    if number != "+66812345678":
        raise SystemExit(f"read as {number}")


if __name__ == "__main__":
    main()
