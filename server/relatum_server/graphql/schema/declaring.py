"""The mutations by which administrators declare types at run time. Each stands alone in its request.

All tell what they take, and do it if all of it may be done; with ``onlyPlan`` they only tell.
"""

import strawberry
from strawberry.scalars import JSON

from relatum.redeclaring import (
    applied,
    declared_fields,
    declared_relationship,
    declared_type,
    removed,
    renamed,
    restored,
)
from relatum_server.graphql.schema.declarations import (
    DeclarationPayload,
    DeclaredFieldInput,
    DeclaredRelationshipInput,
    DeclaredTypeInput,
    as_given,
    carried_out,
    document_of,
)
from relatum_server.graphql.schema.viewer import Info


async def declare_entity_type(
    info: Info, input: DeclaredTypeInput, only_plan: bool = False
) -> DeclarationPayload | None:
    """Declare an entity type, or one of this name anew: fields that it had and are not given are removed.

    Args:
        info: who asks.
        input: the type, whole.
        only_plan: only tell what it takes.
    """
    document = document_of({"types": [as_given(input)]}, "input", ("types", 0))
    return await carried_out(info, declared_type(document.types[0]), only_plan=only_plan)


async def declare_relationship_type(
    info: Info, input: DeclaredRelationshipInput, only_plan: bool = False
) -> DeclarationPayload | None:
    """Declare a relationship type, or one of this name anew: fields that it had and are not given are removed.

    Args:
        info: who asks.
        input: the type, whole.
        only_plan: only tell what it takes.
    """
    given = {"relationships": [as_given(input)]}
    (declared,) = document_of(given, "input", ("relationships", 0)).relationships
    return await carried_out(info, declared_relationship(declared), only_plan=only_plan)


async def declare_fields(
    info: Info, type: str, fields: list[DeclaredFieldInput], only_plan: bool = False
) -> DeclarationPayload | None:
    """Declare fields of any type, a plugin's included; those that are declared already, as they are given now.

    Args:
        info: who asks.
        type: the type's name.
        fields: each whole; others that the type has stay.
        only_plan: only tell what it takes.
    """
    given = {"fields": [{"type": type, "fields": as_given(fields)}]}
    (added,) = document_of(given, "fields", ("fields", 0, "fields")).fields
    return await carried_out(info, declared_fields(type, added.fields), only_plan=only_plan)


async def rename_type(
    info: Info, type: str, to: str, only_plan: bool = False
) -> DeclarationPayload | None:
    """Give a type that is declared at run time another name; its records and their history stay.

    Args:
        info: who asks.
        type: its present name.
        to: its name from then on.
        only_plan: only tell what it takes.
    """
    return await carried_out(info, renamed(type, to), only_plan=only_plan)


async def rename_field(
    info: Info, type: str, field: str, to: str, only_plan: bool = False
) -> DeclarationPayload | None:
    """Give a field that is declared at run time another name; its values and their history stay.

    Args:
        info: who asks.
        type: the name of its type.
        field: its present name, in snake_case.
        to: its name from then on.
        only_plan: only tell what it takes.
    """
    return await carried_out(info, renamed(f"{type}.{field}", to), only_plan=only_plan)


async def remove_type(
    info: Info, type: str, with_records: bool = False, only_plan: bool = False
) -> DeclarationPayload | None:
    """Remove a type that is declared at run time. Its records, if it has any, are parked: kept, and out of sight.

    Args:
        info: who asks.
        type: its name.
        with_records: although it has records.
        only_plan: only tell what it takes.
    """
    return await carried_out(info, removed([type], with_values=with_records), only_plan=only_plan)


async def remove_field(
    info: Info, type: str, field: str, with_values: bool = False, only_plan: bool = False
) -> DeclarationPayload | None:
    """Remove a field that is declared at run time. Its values, if it has any, are parked: kept, and out of sight.

    Args:
        info: who asks.
        type: the name of its type.
        field: its name, in snake_case.
        with_values: although records have values in it.
        only_plan: only tell what it takes.
    """
    wish = removed([f"{type}.{field}"], with_values=with_values)
    return await carried_out(info, wish, only_plan=only_plan)


async def restore_declaration(
    info: Info, name: str, only_plan: bool = False
) -> DeclarationPayload | None:
    """Bring back a type or a field that was removed with its values, and these with it.

    Args:
        info: who asks.
        name: under which it was declared: `Machine`, or `Machine.colour`.
        only_plan: only tell what it takes.
    """
    return await carried_out(info, restored(name), only_plan=only_plan)


async def apply_catalogue(
    info: Info, document: JSON, only_plan: bool = False
) -> DeclarationPayload | None:
    """Bring into force what a document declares, each type whole; what it does not mention stays.

    Args:
        info: who asks.
        document: with `types`, `relationships`, `fields` and `remove`, as `catalogue` tells it.
        only_plan: only tell what it takes.
    """
    found = document_of(document, "document", ())
    return await carried_out(info, applied(found), only_plan=only_plan)


async def plan_catalogue(info: Info, document: JSON) -> DeclarationPayload | None:
    """Tell what it takes to bring into force what a document declares; nothing is done.

    Args:
        info: who asks.
        document: with `types`, `relationships`, `fields` and `remove`, as `catalogue` tells it.
    """
    found = document_of(document, "document", ())
    return await carried_out(info, applied(found), only_plan=True)


@strawberry.type
class Declaring:
    """The mutations of this module."""

    declare_entity_type: DeclarationPayload | None = strawberry.mutation(
        resolver=declare_entity_type
    )
    declare_relationship_type: DeclarationPayload | None = strawberry.mutation(
        resolver=declare_relationship_type
    )
    declare_fields: DeclarationPayload | None = strawberry.mutation(resolver=declare_fields)
    rename_type: DeclarationPayload | None = strawberry.mutation(resolver=rename_type)
    rename_field: DeclarationPayload | None = strawberry.mutation(resolver=rename_field)
    remove_type: DeclarationPayload | None = strawberry.mutation(resolver=remove_type)
    remove_field: DeclarationPayload | None = strawberry.mutation(resolver=remove_field)
    restore_declaration: DeclarationPayload | None = strawberry.mutation(
        resolver=restore_declaration
    )
    plan_catalogue: DeclarationPayload | None = strawberry.mutation(resolver=plan_catalogue)
    apply_catalogue: DeclarationPayload | None = strawberry.mutation(resolver=apply_catalogue)
