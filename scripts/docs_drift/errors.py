"""What a maintainer is told when a page cannot be read."""


class PageError(Exception):
    """A page, or a file of the project, that cannot be read as what it should be."""


class NoOperation(PageError):
    """A document can be read, and is no page of an operation."""
