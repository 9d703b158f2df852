"""Reading the public interface from the source, without importing it."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import griffe

from . import items
from .items import Item, Surface
from .type_sets import alternatives, is_alias

WRAPPER, GENERATED = "eightbyeight", "eightbyeight_generated"
_FOLDERS = {WRAPPER: "wrapper", GENERATED: "generated"}
Modules = Callable[[griffe.Module], Iterator[griffe.Module]]

_NAMED_TUPLE = "typing.NamedTuple"
_ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum"}
_ALIAS_ERRORS = (griffe.AliasResolutionError, griffe.CyclicAliasError)


@dataclass(frozen=True)
class Interface:
    """What a version promises.

    Attributes:
        surface: Every public thing by its name.
        imports: Public modules and the names that may be imported from them, such as ``eightbyeight.Client``.
    """

    surface: Surface
    imports: set[str]


def read_interface(root: Path) -> Interface:
    """Read the public names of the wrapper and of the generated package.

    Public are, in the wrapper: what the package and its direct submodules list in ``__all__``, the modules of
    ``integrations``, and the classes that properties of these return, such as ``Client.sms``. In the generated
    package: what it and its modules export, and the modules of operations.

    Args:
        root: A project's folder, this one or an older version's.

    Returns:
        The interface. A package that is not there has no part in it.
    """
    folders = [root / folder for folder in _FOLDERS.values()]
    loader = griffe.GriffeLoader(search_paths=folders, allow_inspection=False)
    packages = {}
    for package, folder in _FOLDERS.items():
        if (root / folder / package / "__init__.py").is_file():
            packages[package] = loader.load(package)
    loader.resolve_aliases(implicit=True, external=False)
    reader = _Reader(root)
    for package, module in packages.items():
        if isinstance(module, griffe.Module):
            reader.read(module, _MODULES[package])
    reader.name_classes()
    return Interface(reader.surface, reader.imports)


def _wrapper_modules(package: griffe.Module) -> Iterator[griffe.Module]:
    yield package
    yield from (module for module in _submodules(package) if module.exports)
    integrations = package.members.get("integrations")
    if isinstance(integrations, griffe.Module):
        yield from _submodules(integrations)


def _generated_modules(package: griffe.Module) -> Iterator[griffe.Module]:
    yield package
    # "servers" exports all it has; "constraints" is what the description says, and compared as such.
    for module in _submodules(package):
        if module.exports or module.name == "servers":
            yield module
    api = package.members.get("api")
    if isinstance(api, griffe.Module):
        for tag in _submodules(api):
            yield from _submodules(tag)


_MODULES: dict[str, Modules] = {WRAPPER: _wrapper_modules, GENERATED: _generated_modules}


def _submodules(module: griffe.Module) -> list[griffe.Module]:
    return [
        member
        for name, member in sorted(module.members.items())
        if isinstance(member, griffe.Module) and not name.startswith("_")
    ]


class _Reader:
    """Walks from the modules to everything that is reached from them."""

    def __init__(self, root: Path) -> None:
        self.surface: Surface = {}
        self.imports: set[str] = set()
        self._root = root
        self._homes: dict[str, str] = {}  # canonical path -> the name under which it was read
        self._properties: list[tuple[str, griffe.Class]] = []

    def read(self, package: griffe.Module, modules: Modules) -> None:
        for module in modules(package):
            self._module(module)
        # Last: what a property returns may be exported under a name of its own.
        while self._properties:
            name, target = self._properties.pop(0)
            if target.canonical_path not in self._homes:
                self._homes[target.canonical_path] = name
                self._members(name, target, items.CLASS, is_made_by_users=False)

    def name_classes(self) -> None:
        """Give ancestors and owners their public names, and leave out those that nobody was promised."""
        for name, item in self.surface.items():
            known = {
                self._homes.get(path, path)
                for path in item.ancestors
                if path in self._homes or path.split(".")[0] not in _FOLDERS
            }
            owner = self._homes.get(item.owner, "")
            owner = "" if owner == item.parent else owner
            self.surface[name] = replace(item, ancestors=frozenset(known), owner=owner)

    def _module(self, module: griffe.Module) -> None:
        name = _display(module.path)
        self.imports.add(module.path)
        parent = ""
        if "OPERATION_ID" in module.members:
            parent = name
            self._add(Item(name, items.OPERATION), module)
        for member_name in sorted(module.members):
            if member_name.startswith("_") or not _is_exported(module, member_name):
                continue
            self.imports.add(f"{module.path}.{member_name}")
            target = _target(module.members[member_name])
            if not isinstance(target, griffe.Module):
                self._object(_display(f"{module.path}.{member_name}"), parent, target)

    def _object(self, name: str, parent: str, target: griffe.Object | None) -> None:
        if target is None:  # from a package that is not read
            self._add(Item(name, items.NAME, parent))
        elif self._homes.setdefault(target.canonical_path, name) != name:
            self._add(Item(name, items.NAME, parent), target)
        elif isinstance(target, griffe.Class):
            self._class(name, parent, target)
        elif isinstance(target, griffe.Function):
            self._function(name, parent, items.FUNCTION, target)
        elif isinstance(target, griffe.Attribute | griffe.TypeAlias):
            self._value(name, parent, target)

    def _value(self, name: str, parent: str, target: griffe.Attribute | griffe.TypeAlias) -> None:
        value = target.value
        if value is not None and (isinstance(target, griffe.TypeAlias) or is_alias(target)):
            self._add(Item(name, items.TYPE, parent, types=alternatives(value)), target)
        else:
            shown = None if value is None else str(value)
            self._add(Item(name, items.CONSTANT, parent, value=shown), target)

    def _class(self, name: str, parent: str, target: griffe.Class) -> None:
        ancestors = frozenset(_ancestors(target))
        kind = items.CLASS
        if any(_is_exception(ancestor) for ancestor in ancestors):
            kind = items.EXCEPTION
        elif ancestors & _ENUMS:
            kind = items.ENUM
        elif any(_calls(decorator) == "attrs.define" for decorator in target.decorators):
            kind = items.MODEL
        if _NAMED_TUPLE in ancestors and "__init__" not in target.all_members:
            target.set_member("__init__", _constructor(target))
        self._add(Item(name, kind, parent, ancestors=ancestors), target)
        self._members(name, target, kind)

    def _members(
        self, name: str, target: griffe.Class, kind: str, *, is_made_by_users: bool = True
    ) -> None:
        for member_name, member in sorted(target.all_members.items()):
            found = _target(member)
            if member_name.startswith("_") and member_name != "__init__":
                continue
            if isinstance(found, griffe.Function):
                if member_name != "__init__":
                    self._function(f"{name}.{member_name}", name, items.METHOD, found)
                elif is_made_by_users:
                    self._function(f"{name}()", name, items.CONSTRUCTOR, found)
            elif isinstance(found, griffe.Attribute):
                self._attribute(f"{name}.{member_name}", name, kind, found)

    def _function(self, name: str, parent: str, kind: str, target: griffe.Function) -> None:
        types = alternatives(target.returns)
        self._add(Item(name, kind, parent, types=types, function=target), target)

    def _attribute(self, name: str, parent: str, of: str, target: griffe.Attribute) -> None:
        types = alternatives(target.annotation)
        value = None if target.value is None else str(target.value)
        if "property" in target.labels:
            item = Item(name, items.PROPERTY, parent, types=types)
            self._follow(name, target)
        elif of == items.ENUM:
            item = Item(name, items.ENUM_VALUE, parent, value=value)
        elif of == items.MODEL and target.annotation is not None:
            item = Item(name, items.FIELD, parent, types=types, required=value is None)
        else:
            # What __init__ puts there is no promise, what the class says is.
            promised = value if "instance-attribute" not in target.labels else None
            item = Item(name, items.ATTRIBUTE, parent, types=types, value=promised)
        self._add(item, target)

    def _follow(self, name: str, target: griffe.Attribute) -> None:
        if isinstance(target.annotation, griffe.ExprName):
            try:
                found = _target(target.modules_collection[target.annotation.canonical_path])
            except KeyError:
                return
            if isinstance(found, griffe.Class):
                self._properties.append((name, found))

    def _add(self, item: Item, target: griffe.Object | None = None) -> None:
        if target is not None:
            parent = target.parent
            owner = parent.canonical_path if parent is not None and parent.is_class else ""
            item = replace(item, place=self._place(target), owner=owner)
        self.surface.setdefault(item.name, item)

    def _place(self, target: griffe.Object) -> str:
        path = target.filepath
        if isinstance(path, list) or not path.is_relative_to(self._root):
            return ""
        # A constructor that a decorator writes has no line: its class does.
        number = target.lineno or (target.parent.lineno if target.parent else None)
        line = "" if isinstance(target, griffe.Module) else f":{number}"
        return f"{path.relative_to(self._root).as_posix()}{line}"


def _display(path: str) -> str:
    for prefix in (f"{WRAPPER}.", f"{GENERATED}.models.", f"{GENERATED}.api."):
        if path.startswith(prefix):
            return path.removeprefix(f"{prefix.split('.', 1)[0]}.")
    return path


def _is_exported(module: griffe.Module, name: str) -> bool:
    if module.exports:
        return name in [str(export) for export in module.exports]
    return bool(module.members[name].is_public)


def _target(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    try:
        target = member.final_target if isinstance(member, griffe.Alias) else member
    except _ALIAS_ERRORS:
        return None
    return target if isinstance(target, griffe.Object) else None


def _calls(decorator: griffe.Decorator) -> str:
    value = decorator.value
    return value.canonical_path if isinstance(value, griffe.Expr) else str(value)


def _ancestors(target: griffe.Class) -> Iterator[str]:
    for base in target.bases:
        path = base.canonical_path if isinstance(base, griffe.Expr) else base
        yield path
        try:
            found = _target(target.modules_collection[path])
        except KeyError:
            continue
        if isinstance(found, griffe.Class):
            yield from _ancestors(found)


def _constructor(target: griffe.Class) -> griffe.Function:
    """Return the constructor of a named tuple. That of a dataclass is there already."""
    kind = griffe.ParameterKind.positional_or_keyword
    parameters = [griffe.Parameter("self", kind=kind)]
    for name, member in target.all_members.items():
        found = _target(member)
        if not isinstance(found, griffe.Attribute) or found.annotation is None:
            continue
        if "property" not in found.labels:
            annotation, default = found.annotation, found.value
            parameters.append(
                griffe.Parameter(name, annotation=annotation, kind=kind, default=default)
            )
    return griffe.Function("__init__", parameters=griffe.Parameters(*parameters), parent=target)


def _is_exception(path: str) -> bool:
    found = getattr(builtins, path, None)
    return isinstance(found, type) and issubclass(found, BaseException)
