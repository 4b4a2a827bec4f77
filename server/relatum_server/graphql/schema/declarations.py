"""``catalogue`` and the mutations by which administrators declare types at run time: what is given, and what is told."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry.scalars import JSON

from relatum.redeclaring import Act, Outcome, Wish, declared_now, redeclare
from relatum_schemas.declared import Document, KindName, as_document, as_toml, document_of_data
from relatum_schemas.errors import Path, Problems, RelatumError
from relatum_server.graphql.names import camel
from relatum_server.graphql.schema.viewer import Info

_WORDS: Final[Mapping[KindName, str]] = {
    "text": "A line of text.",
    "long_text": "Text with line breaks.",
    "integer": "A whole number of 32 bits.",
    "big_integer": "A whole number of 18 digits.",
    "decimal": "An exact decimal, with `scale` digits after the point.",
    "money": "An amount with its currency.",
    "boolean": "True or false.",
    "date": "A calendar day.",
    "datetime": "An instant.",
    "duration": "A length of time.",
    "choice": "One of several `codes`, or of those of a `choiceList`.",
    "choices": "Several of them.",
    "state": "A state, with the `transitions` that may follow each.",
    "email": "An e-mail address.",
    "phone": "A phone number.",
    "url": "An address on the web.",
    "country": "A country, by its code of ISO 3166.",
    "currency": "A currency, by its code of ISO 4217.",
    "language": "A language, by its tag of BCP 47.",
    "postal_address": "A postal address.",
    "file": "A file.",
    "json": "Whatever comes from elsewhere in its own form.",
}

_kinds: Any = Enum(  # type: ignore[misc]  # its members are those of documents
    "DeclaredKind",
    {
        name.upper(): strawberry.enum_value(name, description=words)
        for name, words in _WORDS.items()
    },
)
DeclaredKind = strawberry.enum(_kinds, description="What a field holds.")


@strawberry.enum(description="How a field's values are encrypted.")
class DeclaredEncryption(Enum):
    """How values are encrypted."""

    VALUE = strawberry.enum_value("value", description="Encrypted, and only shown.")
    LOOKUP = strawberry.enum_value("lookup", description="Encrypted, and found by equal values.")


@strawberry.enum(description="Whether an act may be done.")
class DeclarationVerdict(Enum):
    """Whether an act may be done."""

    SAFE = strawberry.enum_value("safe", description="At once.")
    NEEDS = strawberry.enum_value(
        "needs", description="Once something is given, such as a default."
    )
    REFUSED = strawberry.enum_value("refused", description="Not as it is asked.")


@strawberry.enum(description="What follows when the record on a side is deleted.")
class DeclaredDeletion(Enum):
    """What follows a deletion."""

    END = strawberry.enum_value("end", description="The tie goes with it.")
    RESTRICT = strawberry.enum_value("restrict", description="It is refused while there are ties.")
    CASCADE = strawberry.enum_value("cascade", description="The other record goes with it.")


@strawberry.enum(description="The unit in which it is told when a tie holds.")
class DeclaredValidity(Enum):
    """The unit of a validity."""

    DAY = strawberry.enum_value("day", description="Days.")
    INSTANT = strawberry.enum_value("instant", description="Instants.")


def _given(words: str, default: object = None) -> Any:
    return strawberry.field(description=words, default=default)


@strawberry.input(description="Which states may follow one.")
class DeclaredTransition:
    """Which states may follow one."""

    state: str = strawberry.field(description="The state.")
    after: list[str] = strawberry.field(
        description="Those that may follow it; none for a last one."
    )
    expects: list[str] | None = _given("Fields that are expected of a record in the first state.")


@strawberry.input(description="A field, by the names of declarations: in snake_case.")
class DeclaredFieldInput:
    """A field."""

    name: str = strawberry.field(description="In snake_case.")
    kind: DeclaredKind | None = _given("What it holds; left out for a computed field.")  # type: ignore[valid-type]
    computed: str | None = _given(
        "An expression over the record's own fields, such as `hours * rate`."
    )
    codes: list[str] | None = _given("Of a choice or of choices, in their order.")
    choice_list: str | None = _given("The list of codes that is kept as data, in their place.")
    scale: int | None = _given("Digits after the point, of a decimal or of money.")
    transitions: list[DeclaredTransition] | None = _given("Of a state.")
    begin: list[str] | None = _given("States in which records may begin; any when left out.")
    required: bool = _given("Whether a value is needed to store the record.", False)
    default: JSON | None = _given("What fills it when nothing is given.")
    label: bool = _given("Whether it is part of what people call the record.", False)
    searchable: bool = _given("Whether it is found by text search.", False)
    unique: bool = _given("Whether no two records have the same value.", False)
    indexed: bool = _given("Whether it is often filtered or sorted by.", False)
    read_only: bool = _given("Whether only imports write it.", False)
    expected: bool = _given("Whether it is wanted, though not needed.", False)
    expected_when: JSON | None = _given("On which condition it is wanted.")
    sensitive: str | None = _given("Its class of sensitive data.")
    encrypted: DeclaredEncryption | None = _given("Whether it is encrypted in the database.")
    help: str | None = _given("A sentence for who fills it in.")
    deprecated: str | None = _given("What to use instead.")
    renamed_from: list[str] | None = _given("Names that it had before; its values follow.")


@strawberry.input(description="An entity type.")
class DeclaredTypeInput:
    """An entity type."""

    name: str = strawberry.field(description="In PascalCase.")
    plural: str | None = _given("The name of the list, in snake_case.")
    description: str = _given("What it is.", "")
    traits: list[str] | None = _given("Traits of plugins, whose fields and ends it shares.")
    fields: list[DeclaredFieldInput] | None = _given("All its fields, in their order.")
    unique: list[list[str]] | None = _given("Combinations of fields that occur once.")
    deprecated: str | None = _given("What to use instead.")
    renamed_from: list[str] | None = _given("Names that it had before; its records follow.")


@strawberry.input(description="One side of a relationship type.")
class DeclaredEndInput:
    """One side of a relationship type."""

    end: str = strawberry.field(description="What a record on this side calls its ties.")
    types: list[str] = strawberry.field(
        description="Names of the types or traits that may stand here, or `Record` for any."
    )
    minimum: int = _given("How many ties such a record has at least.", 0)
    maximum: int | None = _given("And at most; no bound when left out.")
    on_delete: DeclaredDeletion = _given(
        "What follows when the record on this side is deleted.", DeclaredDeletion.END
    )


@strawberry.input(description="A relationship type.")
class DeclaredRelationshipInput:
    """A relationship type."""

    name: str = strawberry.field(description="In PascalCase.")
    source: DeclaredEndInput = strawberry.field(description="The side that it is told from.")
    target: DeclaredEndInput = strawberry.field(description="The side that it leads to.")
    plural: str | None = _given("The name of the list, in snake_case.")
    description: str = _given("What it says.", "")
    valid: DeclaredValidity | None = _given("The unit of its validity, if it has one.")
    symmetric: bool = _given("Whether both sides are alike.", False)
    acyclic: bool = _given("Whether no record may come above itself.", False)
    overlap: bool = _given("Whether the same two records may be tied twice at a time.", False)
    represents: bool = _given("Whether its source may act for its target.", False)
    per: str | None = _given("The field for each value of which the bounds are counted.")
    fields: list[DeclaredFieldInput] | None = _given("All its fields, in their order.")
    unique: list[list[str]] | None = _given("Combinations of fields that occur once.")
    deprecated: str | None = _given("What to use instead.")
    renamed_from: list[str] | None = _given("Names that it had before; its ties follow.")


@strawberry.type(description="One thing that a change of declarations does.")
class DeclarationAct:
    """One thing that a change of declarations does."""

    kind: str = strawberry.field(description="What it is, such as `add_field`.")
    of: str = strawberry.field(description="What it is about: `Machine`, or `Machine.serial`.")
    words: str = strawberry.field(description="What it does.")
    verdict: DeclarationVerdict = strawberry.field(description="Whether it may be done.")
    reason: str | None = strawberry.field(description="Why it may not.")
    way_out: str | None = strawberry.field(description="What to do about that.")


@strawberry.type(description="What it takes for other declarations to be in force.")
class DeclarationPlan:
    """What it takes for other declarations to be in force."""

    applicable: bool = strawberry.field(description="Whether all of it may be done.")
    acts: list[DeclarationAct] = strawberry.field(description="What is done, in order.")
    steps: list[str] = strawberry.field(description="What is done to the tables.")
    warnings: list[str] = strawberry.field(description="What else changes by it.")


@strawberry.type(description="What became of a change of declarations.")
class DeclarationPayload:
    """What became of a change of declarations."""

    plan: DeclarationPlan = strawberry.field(description="What it takes.")
    applied: bool = strawberry.field(description="Whether it was done.")


@strawberry.type(description="A change of what is declared at run time.")
class DeclarationChange:
    """A change of what is declared at run time."""

    number: int = strawberry.field(description="Counted from 1.")
    recorded_at: datetime = strawberry.field(description="When it was made.")
    made_by: strawberry.ID | None = strawberry.field(
        description="The record of who made it; null for the command line."
    )
    acts: list[str] = strawberry.field(description="What it did.")


@strawberry.type(
    description="A declaration that is out of force, since it does not go with the plugins as they are."
)
class RestingDeclaration:
    """A declaration that is out of force."""

    path: list[str] = strawberry.field(description="The type, and the field if it is about one.")
    message: str = strawberry.field(description="Why.")
    hint: str | None = strawberry.field(description="What to do about that.")


@strawberry.type(description="What administrators have declared at run time.")
class DeclaredCatalogue:
    """What administrators have declared at run time."""

    document: JSON = strawberry.field(description="All of it, as `applyCatalogue` takes it.")
    toml: str = strawberry.field(description="The same as `relatum catalogue export` writes it.")
    parked: list[str] = strawberry.field(
        description="Names of what was removed with its values, which are kept."
    )
    resting: list[RestingDeclaration] = strawberry.field(description="What of it is out of force.")
    changes: list[DeclarationChange] = strawberry.field(
        description="How it came about, the last change first."
    )


async def catalogue(info: Info) -> DeclaredCatalogue | None:
    """What is declared at run time."""
    found = await declared_now(info.context.session)
    return DeclaredCatalogue(
        document=JSON(as_document(found.declarations)),
        toml=as_toml(found.declarations),
        parked=sorted({each.name for each in found.declarations.parked}),
        resting=[
            RestingDeclaration(
                path=[str(step) for step in each.path], message=each.message, hint=each.hint
            )
            for each in found.resting
        ],
        changes=[
            DeclarationChange(
                number=each.number,
                recorded_at=each.recorded_at,
                made_by=None if each.made_by is None else strawberry.ID(str(each.made_by)),
                acts=list(each.acts),
            )
            for each in found.changes
        ],
    )


async def carried_out(info: Info, wish: Wish, *, only_plan: bool) -> DeclarationPayload:
    """What became of a wish."""
    # It stands on all that is in force, of which this is a part.
    from relatum_server.graphql.schema import build_schema

    try:
        outcome = await redeclare(
            info.context.session, wish, judge=build_schema, only_plan=only_plan
        )
    except RelatumError as error:
        raise in_graphql(error) from error
    return _payload(outcome)


def _payload(outcome: Outcome) -> DeclarationPayload:
    plan = outcome.plan
    shown = DeclarationPlan(
        applicable=plan.applicable,
        acts=[_act(each) for each in plan.acts],
        steps=list(plan.steps),
        warnings=list(plan.warnings),
    )
    return DeclarationPayload(plan=shown, applied=outcome.applied)


def _act(act: Act) -> DeclarationAct:
    return DeclarationAct(
        kind=act.kind,
        of=act.of,
        words=act.words,
        verdict=DeclarationVerdict(act.verdict),
        reason=act.reason,
        way_out=act.way_out,
    )


def document_of(given: object, argument: str, at: Path) -> Document:
    """The document of something that was given as an argument.

    Raises:
        Problems: with all that is wrong, the paths leading into the argument.
    """
    try:
        return document_of_data(given)
    except Problems as found:
        for problem in found.problems:
            path = problem.path[len(at) :] if problem.path[: len(at)] == at else problem.path
            problem.path = (argument, *path)
        raise in_graphql(found) from None


def in_graphql(error: RelatumError) -> RelatumError:
    """An error whose paths name members as GraphQL does."""
    for each in error.problems if isinstance(error, Problems) else (error,):
        each.path = tuple(camel(step) if isinstance(step, str) else step for step in each.path)
    return error


def as_given(value: Any) -> Any:
    """What an input says, as a document has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [as_given(each) for each in value]
    if not is_dataclass(value):
        return value
    given = {each.name: getattr(value, each.name) for each in fields(value)}
    said = {name: as_given(each) for name, each in given.items() if each not in (None, [])}
    if isinstance(value, DeclaredRelationshipInput):
        said["overlap"] = "allow" if value.overlap else "refuse"
    if isinstance(value, DeclaredFieldInput) and value.transitions:
        said["transitions"] = {each.state: each.after for each in value.transitions}
        said["expects"] = {each.state: each.expects or [] for each in value.transitions}
    # What is not so is left out, as in documents: a computed field has no markers at all.
    return {name: each for name, each in said.items() if each is not False or name == "default"}
