"""The things that the public interface is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .type_sets import Types

if TYPE_CHECKING:
    import griffe

OPERATION = "operation"
CLASS, EXCEPTION, MODEL, ENUM = "class", "exception", "model", "enum"
FUNCTION, METHOD, CONSTRUCTOR = "function", "method", "constructor"
FIELD, ENUM_VALUE, ATTRIBUTE, PROPERTY, CONSTANT = (
    "field",
    "enum value",
    "attribute",
    "property",
    "constant",
)
TYPE, NAME = "type", "name"

CALLABLE = {FUNCTION, METHOD, CONSTRUCTOR}
CLASSES = {CLASS, EXCEPTION, MODEL, ENUM}


@dataclass(frozen=True)
class Item:
    """One public name.

    Attributes:
        name: As users write it, without the name of the package.
        kind: One of this module's words.
        parent: The name that it hangs on, empty for one of a module.
        place: File and line, relative to the project.
        types: What it may be, for fields, attributes, properties and aliases of types; what is returned, for callables.
        value: The value in source form, for enum values and constants; None when there is none to compare.
        required: Whether a field must be given.
        owner: The class that a member is inherited from; empty if it is the class's own.
        ancestors: The classes that a class is also an instance of, by their public names.
        function: The signature of a callable.
    """

    name: str
    kind: str
    parent: str = ""
    place: str = ""
    types: Types = frozenset()
    value: str | None = None
    required: bool = False
    owner: str = ""
    ancestors: frozenset[str] = frozenset()
    function: griffe.Function | None = field(default=None, repr=False, compare=False)

    @property
    def original(self) -> str:
        """The name under which an inherited member is the class's own."""
        return self.owner + self.name.removeprefix(self.parent) if self.owner else self.name


Surface = dict[str, Item]
