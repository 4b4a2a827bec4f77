"""What is declared, in the words of its plugin: the texts that people read, in English, before anybody translates them.

A title follows from a name, ``service_visits`` is `Service visits`; a help is what was declared, or a docstring's first
paragraph. Each wording names its *place*, ``ServiceVisit.due``, by which one meaning of a text can be told from others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getdoc
from re import findall
from typing import Final

from relatum.catalogue.model import RECORD, Catalogue
from relatum.catalogue.record_types import End, Field
from relatum.catalogue.resolved import ResolvedView, SublistRule
from relatum_schemas import errors, kinds
from relatum_schemas.action import Action
from relatum_schemas.docstring import read_docstring
from relatum_schemas.errors import RelatumError, UnknownField, UnknownType
from relatum_schemas.kinds import Choice, Choices, Kind
from relatum_schemas.kinds.composites import FileKind, MoneyKind, PostalAddressKind
from relatum_schemas.policy import Right
from relatum_schemas.reactions import OPERATIONS
from relatum_schemas.shapes import Form, OfList, OfModel, OfValue
from relatum_schemas.view import Timeline

ENGINE: Final = "relatum"
"""Stands for the engine itself where a plugin is named."""

_OF_THEIR_OWN_WORDS: Final = frozenset({RelatumError, errors.Problems, errors.Refused})
"""Errors that have nothing in common beyond being some."""


@dataclass(frozen=True)
class Wording:
    """What something is called, and what is said of it.

    Attributes:
        place: what it is, by names: ``ServiceVisit.due``.
        plugin: whose words they are.
        title: what people call it.
        help: a sentence about it; empty where nothing was said.
    """

    place: str
    plugin: str
    title: str
    help: str = ""


def spoken(name: str) -> str:
    """A name as people write it: ``first_name`` and ``FirstName`` are `First name`."""
    spaced = " ".join(findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+", name)) or name
    return spaced[0].upper() + (spaced[1:] if spaced.isupper() else spaced[1:].lower())


def of_type(catalogue: Catalogue, name: str) -> Wording:
    """A type, a trait, or `Record`.

    Raises:
        UnknownType: there is none of that name.
    """
    if name == RECORD:
        return Wording(name, ENGINE, spoken(name), "Anything that is kept.")
    declared = catalogue.traits.get(name) or catalogue.record_type(name)
    return Wording(name, declared.plugin, spoken(name), first_paragraph(declared.description))


def of_several(catalogue: Catalogue, name: str) -> Wording:
    """Several records of a type, a trait, or of any type.

    Raises:
        UnknownType: there is none of that name.
    """
    one = of_type(catalogue, name)
    plural = "records"
    if name != RECORD:
        plural = (catalogue.traits.get(name) or catalogue.record_type(name)).plural
    return Wording(name, one.plugin, spoken(plural))


def of_member(catalogue: Catalogue, type_name: str, name: str) -> Wording:
    """A field or an end.

    Raises:
        UnknownType, UnknownField: there is none of that name.
    """
    end = catalogue.ends(type_name).get(name)
    if end is not None:
        return _of_end(catalogue, end)
    return _of_field(type_name, catalogue.field(type_name, name))


def of_code(catalogue: Catalogue, type_name: str, name: str, code: str) -> Wording:
    """A code of a field that is a choice.

    Raises:
        UnknownType, UnknownField: there is no such field.
    """
    field = catalogue.field(type_name, name)
    return Wording(f"{_place(type_name, field)}.{code}", field.plugin, spoken(code))


def of_plugin(catalogue: Catalogue, name: str) -> Wording:
    """A plugin."""
    return Wording(f"plugin.{name}", name, catalogue.plugins.get(name) or spoken(name))


def of_part(name: str) -> Wording:
    """A part of values that have several: of an address, of money."""
    return Wording(f"part.{name}", ENGINE, spoken(name))


def of_action(catalogue: Catalogue, name: str) -> Wording:
    """An action.

    Raises:
        UnknownField: there is none of that name.
    """
    action = _action(catalogue, name)
    owner = catalogue.owners.get(name, ENGINE)
    return Wording(name, owner, spoken(name), first_paragraph(action.description))


def of_input(catalogue: Catalogue, action: str, *names: str) -> Wording:
    """An input of an action, or a member of the model that it is.

    Raises:
        UnknownField: there is none of that name.
    """
    found = _action(catalogue, action)
    help_ = found.docstring.arguments.get(names[0], "")
    form = found.takes.get(names[0])
    for name in names[1:]:
        model = _model(form)
        if model is None or name not in model.members:
            form = None
            break
        help_ = _said_of_member(model, name)
        form = model.members[name]
    if form is None:
        raise UnknownField(f"{action} has no input {'.'.join(names)!r}.")
    owner = catalogue.owners.get(action, ENGINE)
    return Wording(
        ".".join((action, *names)), owner, spoken(names[-1]), help_[:1].upper() + help_[1:]
    )


def of_role(catalogue: Catalogue, name: str) -> Wording:
    """A role."""
    rule = catalogue.roles.get(name)
    title = (rule.title if rule else "") or spoken(name)
    return Wording(f"role.{name}", (rule.plugin if rule else None) or ENGINE, title)


def of_template(catalogue: Catalogue, name: str) -> Wording:
    """A message that people are told, by its full name: its subject, and as help its text.

    Raises:
        UnknownType: there is none of that name.
    """
    found = catalogue.templates.get(name)
    if found is None:
        raise UnknownType(f"There is no message {name!r}.")
    return Wording(name, name.partition(".")[0], found.subject, found.text)


def of_view(catalogue: Catalogue, name: str) -> Wording:
    """A view, by the name that the catalogue has it under.

    Raises:
        UnknownType: there is none of that name.
    """
    if name not in catalogue.views:
        raise UnknownType(f"There is no view {name!r}.")
    view = catalogue.views[name]
    title = view.title or spoken(view.name)
    return Wording(view.wording, view.plugin, title, view.help)


def of_view_texts(view: ResolvedView) -> Iterator[Wording]:
    """What else a view says: where there is nothing, and over the parts of its detail."""
    parts = [each for each in view.detail if not isinstance(each, Timeline)]
    titles = [each.title for each in parts]
    empties = [each.empty for each in parts if isinstance(each, SublistRule)]
    for text in dict.fromkeys((*titles, view.empty, *empties)):
        if text:
            yield Wording(view.wording, view.plugin, text)


def of_error(error: type[RelatumError]) -> Wording:
    """What errors of one code have in common, in a sentence."""
    return Wording(f"error.{error.code}", ENGINE, first_paragraph(getdoc(error) or ""))


def wordings(catalogue: Catalogue, plugin: str) -> Iterator[Wording]:
    """All that a plugin, or the engine, has to say of what it declares.

    Args:
        catalogue: in which it is.
        plugin: its name; `ENGINE` for the engine.
    """
    if plugin == ENGINE:
        yield from _of_engine()
    else:
        yield of_plugin(catalogue, plugin)
    for each in (*_of_types(catalogue), *_of_actions(catalogue), *_of_rules(catalogue)):
        if each.plugin == plugin:
            yield each


def first_paragraph(text: str) -> str:
    """The first paragraph of a text, in one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def of_operation(name: str) -> Wording:
    """What was done to a record: ``created``, ``left_scope``."""
    return Wording(f"operation.{name}", ENGINE, spoken(name))


def of_answer(*, yes: bool) -> Wording:
    """Yes or no."""
    return Wording("answer", ENGINE, "Yes" if yes else "No")


def _of_engine() -> Iterator[Wording]:
    yield from (of_operation(each) for each in sorted({*OPERATIONS, "left_scope"}))
    yield from (of_answer(yes=each) for each in (True, False))
    yield from (Wording(f"kind.{each.name}", ENGINE, each.name) for each in _kinds())
    yield from (Wording(f"right.{name}", ENGINE, name.lower()) for name in Right.__members__)
    for kind in (MoneyKind(), PostalAddressKind(), FileKind()):
        yield from (of_part(name) for name in kind.parts)
    for value in vars(errors).values():
        if (
            isinstance(value, type)
            and issubclass(value, RelatumError)
            and value not in _OF_THEIR_OWN_WORDS
        ):
            yield of_error(value)


def _kinds() -> Iterator[type[Kind]]:
    """All kinds that have a name."""
    return (each for each in vars(kinds).values() if isinstance(each, type) and _is_named(each))


def _is_named(kind: type) -> bool:
    return issubclass(kind, Kind) and hasattr(kind, "name")


def _of_types(catalogue: Catalogue) -> Iterator[Wording]:
    for name in (RECORD, *catalogue.traits, *catalogue.types):
        yield of_type(catalogue, name)
        yield of_several(catalogue, name)
        for field in catalogue.fields(name).values():
            if field.internal:
                continue
            yield _of_field(name, field)
            yield from (of_code(catalogue, name, field.name, code) for code in codes_of(field.kind))
        for end in catalogue.ends(name).values():
            yield _of_end(catalogue, end)


def _of_actions(catalogue: Catalogue) -> Iterator[Wording]:
    for name, action in catalogue.actions.items():
        yield of_action(catalogue, name)
        for input_, form in action.takes.items():
            yield from _of_inputs(catalogue, (name, input_), form, frozenset())


def _of_inputs(
    catalogue: Catalogue, names: tuple[str, ...], form: Form, seen: frozenset[type]
) -> Iterator[Wording]:
    wording = of_input(catalogue, names[0], *names[1:])
    yield wording
    kind = form.shape.kind if isinstance(form.shape, OfValue) else None
    for code in codes_of(kind) if kind else ():
        yield Wording(f"{wording.place}.{code}", wording.plugin, spoken(code))
    model = _model(form)
    if model is not None and model.model not in seen:
        for name, each in model.members.items():
            yield from _of_inputs(catalogue, (*names, name), each, seen | {model.model})


def _of_rules(catalogue: Catalogue) -> Iterator[Wording]:
    yield from (of_role(catalogue, name) for name in catalogue.roles)
    for name, view in catalogue.views.items():
        yield of_view(catalogue, name)
        yield from of_view_texts(view)
    yield from (of_template(catalogue, name) for name in catalogue.templates)


def codes_of(kind: Kind) -> tuple[str, ...]:
    """The codes among which values of a kind choose, where they are declared."""
    if isinstance(kind, Choices):
        kind = kind.of
    return kind.codes if isinstance(kind, Choice) else ()


def _of_field(type_name: str, field: Field) -> Wording:
    plugin = ENGINE if field.built_in else field.plugin
    return Wording(_place(type_name, field), plugin, spoken(field.name), field.help or "")


def _of_end(catalogue: Catalogue, end: End) -> Wording:
    relationship = catalogue.relationships[end.relationship]
    help_ = end.help or first_paragraph(relationship.description)
    return Wording(f"{relationship.name}.{end.name}", relationship.plugin, spoken(end.name), help_)


def _place(type_name: str, field: Field) -> str:
    return f"{RECORD if field.built_in else field.trait or type_name}.{field.name}"


def _action(catalogue: Catalogue, name: str) -> Action:
    if name not in catalogue.actions:
        raise UnknownField(f"There is no action {name!r}.")
    return catalogue.actions[name]


def _model(form: Form | None) -> OfModel | None:
    while form is not None and isinstance(form.shape, OfList):
        form = form.shape.of
    return form.shape if form is not None and isinstance(form.shape, OfModel) else None


def _said_of_member(model: OfModel, name: str) -> str:
    described = model.model.model_fields[name].description
    return described or read_docstring(model.model).arguments.get(name, "")
