"""A place in a document for which a plan is made, and what every part of the planner asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import FieldNode, SelectionSetNode, get_named_type
from graphql.execution.values import get_argument_values

from relatum_schemas.errors import BadSelection, Path
from relatum_schemas.selection import LinkOutput, Members, TextOutput
from relatum_server.files.addresses import around_id
from relatum_server.graphql.meaning import Meaning, OfAddress, OfPart, meaning_of
from relatum_server.graphql.selecting import Asked, Document, Shown, asked
from relatum_server.graphql.variables import Parameters, Template


@dataclass(frozen=True)
class Planning:
    """A place in a document for which a plan is made.

    ``path`` is where the place stands in the response; input paths in error messages begin with it.
    """

    document: Document
    parameters: Parameters
    path: Path = ()

    def at(self, key: str) -> "Planning":
        """The place one response key deeper."""
        return replace(self, path=(*self.path, key))

    def arguments(self, asking: Asked) -> Mapping[str, Template]:
        """The field's arguments, with parameters where values are to be bound."""
        assert asking.definition is not None
        given: Mapping[str, Any] = get_argument_values(
            asking.definition, asking.node, self.document.variables
        )
        return given

    def below(self, asking: Asked) -> "tuple[Shown, list[Asked]]":
        """What is asked within a field: of which type, and what."""
        assert asking.definition is not None
        shown = get_named_type(asking.definition.type)
        assert isinstance(shown, Shown)
        return shown, asked(self.document, shown, selection_sets(asking.nodes))


def selection_sets(nodes: tuple[FieldNode, ...]) -> list[SelectionSetNode]:
    """The selection sets of merged nodes."""
    return [node.selection_set for node in nodes if node.selection_set]


def meaning(asking: Asked) -> Meaning | None:
    """What a field stands for; None for ``__typename`` and for what the engine does not answer."""
    return meaning_of(asking.definition) if asking.definition else None


def value_parts(planning: Planning, asking: Asked, field: str | None = None) -> Members | None:
    """The parts that are asked of a composite value, its type's name among them; None of a plain value.

    Args:
        planning: of the value.
        asking: the value.
        field: whose value it is; None where it is no record's.

    Raises:
        BadSelection: the address of a file is asked where no record is that has the file.
    """
    if not selection_sets(asking.nodes):
        return None
    shown, inner = planning.below(asking)
    return tuple(_member(planning.at(each.key), shown, each, field) for each in inner)


def _member(
    planning: Planning, shown: Shown, asking: Asked, field: str | None
) -> tuple[str, str] | TextOutput | LinkOutput:
    match meaning(asking):
        case OfPart(part):
            return asking.key, part
        case OfAddress():
            if field is None:
                raise BadSelection("A group has no file.", path=planning.path)
            before, after = around_id(field)
            return LinkOutput(key=asking.key, before=before, after=after)
        case _:
            return TextOutput(key=asking.key, text=shown.name)
