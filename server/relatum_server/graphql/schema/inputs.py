"""Inputs: what is given to make and to change records and ties, any depth of new ones included."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
)

from relatum.catalogue import Catalogue, End, EntityType, RelationshipType
from relatum_schemas.policy import CREATE, RELATE, UPDATE
from relatum_server.graphql.meaning import NewTies
from relatum_server.graphql.names import Register, camel, pascal
from relatum_server.graphql.schema.given import (
    Member,
    input_object,
    member,
    moment,
    period,
    value,
    values,
    writable,
)
from relatum_server.graphql.schema.rows import (
    Place,
    at_end,
    described,
    end_name,
    ends,
    far,
    name_of,
    place,
)

ALL_OR_NOTHING: Final = "ALL_OR_NOTHING"
ROW_BY_ROW: Final = "ROW_BY_ROW"

_ID: Final = GraphQLNonNull(GraphQLID)


def changes(catalogue: Catalogue, name: str) -> bool:
    """Whether there is anything that may be written of a type: some types are there by their id alone."""
    where = place(catalogue, name)
    return bool(writable(catalogue, where) or ends(catalogue, where))


def succeeds(catalogue: Catalogue, name: str) -> bool:
    """Whether there is anything in which a successor of a tie could differ from it."""
    return bool(writable(catalogue, place(catalogue, name)))


# --- entities


def creation(register: Register, catalogue: Catalogue, name: str) -> GraphQLInputObjectType:
    """``CreatePerson``: a new record with its ties."""
    where = place(catalogue, name)

    def members() -> Iterator[Member]:
        yield from values(register, catalogue, where, new=True)
        yield from _ends(register, catalogue, where)

    words = f"A new {name}, with its ties."
    return input_object(register, f"Create{name}", words, members, where=where, right=CREATE)


def patch(register: Register, catalogue: Catalogue, name: str) -> GraphQLInputObjectType:
    """``PatchPerson``: what is changed of a record, and the ties that are added."""
    where = place(catalogue, name)

    def members() -> Iterator[Member]:
        yield from values(register, catalogue, where, new=False)
        yield from _ends(register, catalogue, where)

    words = f"Changes of a {name}: what is left out stays, null empties; ties are added."
    return input_object(register, f"Patch{name}", words, members, where=where, right=UPDATE)


def key(register: Register, catalogue: Catalogue, known: EntityType) -> GraphQLInputObjectType:
    """``PersonKey``: one way to name a record other than by its id."""
    where = place(catalogue, known.name)

    def members() -> Iterator[Member]:
        for names in known.unique:
            if len(names) == 1:
                yield value(register, known.fields[names[0]], where, required=False)
            else:
                joint = _joint_key(register, known, names, where)
                words = f"By {' and '.join(map(camel, names))} together."
                yield member("_and_".join(names), f"the key {names}", joint, words)
        external = _external_key(register)
        words = "By the key that another system has for it."
        yield member("external_key", "the external key", external, words)

    words = f"What tells one {known.name} from all others, other than its id."
    return input_object(register, f"{known.name}Key", words, members, where=where, is_one_of=True)


def _joint_key(
    register: Register, known: EntityType, names: tuple[str, ...], where: Place
) -> GraphQLInputObjectType:
    def members() -> Iterator[Member]:
        for name in names:
            yield value(register, known.fields[name], where, required=True)

    joint = f"{known.name}{'And'.join(map(pascal, names))}Key"
    words = "Fields whose values occur once together."
    return input_object(register, joint, words, members, where=where)


def _external_key(register: Register) -> GraphQLInputObjectType:
    def members() -> Iterator[Member]:
        text = GraphQLNonNull(GraphQLString)
        yield member("source", "the source", text, "The other system.")
        yield member("key", "the key", text, "Its key for the record.")

    return input_object(register, "ExternalKey", "The key that another system has.", members)


# --- the ends of entities


def _ends(register: Register, catalogue: Catalogue, where: Place) -> Iterator[Member]:
    for end in ends(catalogue, where):
        given = _at_end(register, catalogue, end)
        yield member(end.name, f"the end {end.name!r}", given, end.help, NewTies(end.name))


def _at_end(register: Register, catalogue: Catalogue, end: End) -> GraphQLInputObjectType:
    """``PersonEmployersInput``: ties to records that are there, and to new ones."""

    def members() -> Iterator[Member]:
        tied = _to_there(register, catalogue, end)
        words = "Relate records that are there."
        yield member("relate", "ties to what is there", _several(tied, end), words)
        new = _to_new(register, catalogue, end)
        if new is not None:
            words = "Create records, and relate them."
            yield member("create", "ties to what is new", _several(new, end), words)

    return input_object(
        register,
        f"{end_name(catalogue, end)}Input",
        "The tie to make." if end.to_one else "Ties to make.",
        members,
        where=at_end(end),
        right=RELATE,
        is_one_of=end.to_one,
    )


def _several(given: GraphQLInputObjectType, end: End) -> GraphQLInputType:
    return given if end.to_one else GraphQLList(GraphQLNonNull(given))


def _to_there(register: Register, catalogue: Catalogue, end: End) -> GraphQLInputObjectType:
    where = at_end(end)

    def members() -> Iterator[Member]:
        yield member("id", "the id", _ID, "Of the record to relate.")
        yield from _of_tie(register, catalogue, where, new=True)

    name = f"{end_name(catalogue, end)}Relate"
    words = "A tie to a record that is there."
    return input_object(register, name, words, members, where=where, right=RELATE)


def _to_new(register: Register, catalogue: Catalogue, end: End) -> GraphQLInputObjectType | None:
    """None where what is tied to are ties themselves."""
    there = far(end)
    if not any(name in catalogue.entities for name in there.types):
        return None
    where = at_end(end)

    def members() -> Iterator[Member]:
        node = GraphQLNonNull(_one_creation(register, catalogue, there))
        yield member("node", "the record", node, "The record to create.")
        yield from _of_tie(register, catalogue, where, new=True)

    name = f"{end_name(catalogue, end)}Create"
    words = f"A tie to a new record {described(where)}."
    return input_object(register, name, words, members, where=where, right=RELATE)


def _one_creation(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """The new record of one type, or of one of several."""
    if where.declared in catalogue.entities:
        return creation(register, catalogue, where.declared)
    names = [name for name in where.types if name in catalogue.entities]

    def members() -> Iterator[Member]:
        for name in names:
            given = creation(register, catalogue, name)
            yield camel(name), f"the type {name}", GraphQLInputField(given, out_name=name)

    words = "A new record of one of these types."
    return input_object(register, f"Create{name_of(where)}", words, members, is_one_of=True)


# --- ties


def relation(register: Register, catalogue: Catalogue, name: str) -> GraphQLInputObjectType:
    """``RelateWorksAt``: a new tie."""
    where = place(catalogue, name)

    def members() -> Iterator[Member]:
        yield from _sides(_ID)
        yield from _of_tie(register, catalogue, where, new=True)

    words = f"A new {name}."
    return input_object(register, f"Relate{name}", words, members, where=where, right=RELATE)


def correction(register: Register, catalogue: Catalogue, name: str) -> GraphQLInputObjectType:
    """``WorksAtCorrection``: how a tie always was."""
    where = place(catalogue, name)

    def members() -> Iterator[Member]:
        yield from _sides(GraphQLID)
        yield from _of_tie(register, catalogue, where, new=False)

    words = f"How a {name} always was: what is left out stays, null empties."
    return input_object(register, f"{name}Correction", words, members, where=where, right=RELATE)


def _succession(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """``PatchWorksAt``: in what the successor of a tie differs from it."""
    return input_object(
        register,
        f"Patch{where.declared}",
        "What is otherwise from then on: what is left out stays, null empties.",
        lambda: values(register, catalogue, where, new=False),
        where=where,
        right=RELATE,
    )


def _sides(given: GraphQLInputType) -> Iterator[Member]:
    for side in ("source", "target"):
        yield member(side, f"the {side}", given, f"Id of the record at the {side}.")


def _of_tie(
    register: Register, catalogue: Catalogue, where: Place, *, new: bool
) -> Iterator[Member]:
    yield from values(register, catalogue, where, new=new)
    yield from period(register, catalogue, where)


# --- what one act is given


def updating(register: Register, catalogue: Catalogue, known: EntityType) -> Iterator[Member]:
    """What it takes to update a record."""
    given = GraphQLNonNull(patch(register, catalogue, known.name))
    yield _named()
    yield member("patch", "the patch", given, "What to change.")
    yield _version()


def upserting(register: Register, catalogue: Catalogue, known: EntityType) -> Iterator[Member]:
    """What it takes to update the record with a key, or to create it."""
    named = GraphQLNonNull(key(register, catalogue, known))
    given = GraphQLNonNull(creation(register, catalogue, known.name))
    yield member("key", "the key", named, "Of the record, if there is one.")
    yield member("input", "the input", given, "How it is to be.")


def deleting() -> Iterator[Member]:
    """What it takes to delete a record, or to remove a tie."""
    yield _named()
    yield _version()


def merging() -> Iterator[Member]:
    """What it takes to make two records one."""
    yield member("id", "the id", _ID, "Of the record that goes.")
    yield member("into", "the other id", _ID, "Of the record that stays.")


def restoring() -> Iterator[Member]:
    """What it takes to bring a record back."""
    yield _named()


def ending(register: Register, catalogue: Catalogue, known: RelationshipType) -> Iterator[Member]:
    """What it takes to end a tie."""
    at = moment(register, catalogue, place(catalogue, known.name))
    assert at is not None
    yield _named()
    yield member("at", "the moment", at, "From when on it holds no longer; now when left out.")
    yield _version()


def changing(register: Register, catalogue: Catalogue, known: RelationshipType) -> Iterator[Member]:
    """What it takes to end a tie and start its successor."""
    where = place(catalogue, known.name)
    at = moment(register, catalogue, where)
    assert at is not None
    given = GraphQLNonNull(_succession(register, catalogue, where))
    yield _named()
    yield member("at", "the moment", GraphQLNonNull(at), "From when on it is otherwise.")
    yield member("patch", "the patch", given, "What is otherwise.")
    yield _version()


def correcting(
    register: Register, catalogue: Catalogue, known: RelationshipType
) -> Iterator[Member]:
    """What it takes to correct a tie."""
    given = GraphQLNonNull(correction(register, catalogue, known.name))
    yield _named()
    yield member("patch", "the patch", given, "How it always was.")
    yield _version()


def _named() -> Member:
    return member("id", "the id", _ID, "Of the record.")


def _version() -> Member:
    words = "The version that was read; a later one is not overwritten."
    return member("if_version", "the version", GraphQLInt, words)


def batch_mode(register: Register) -> GraphQLEnumType:
    """Whether a batch stands or falls as a whole."""

    def make() -> GraphQLEnumType:
        return GraphQLEnumType(
            "BatchMode",
            {
                ALL_OR_NOTHING: GraphQLEnumValue(
                    ALL_OR_NOTHING, "Nothing is written if one of them cannot be."
                ),
                ROW_BY_ROW: GraphQLEnumValue(
                    ROW_BY_ROW, "Those that can be are written; the others tell why not."
                ),
            },
            description="What becomes of a batch of which some cannot be written.",
        )

    return register.type("BatchMode", "the modes of batches", make)
