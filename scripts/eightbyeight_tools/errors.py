"""The one exception that a script turns into a message and exit status 1."""


class ToolError(Exception):
    """Something a maintainer can put right; the message says what and where."""
