"""What has become of a schema since an earlier one: which clients break, and which may be surprised.

graphql-core compares; here its findings are put into words and in order.
"""

from dataclasses import dataclass
from pathlib import Path

from graphql import (
    BreakingChange,
    DangerousChange,
    GraphQLError,
    GraphQLSchema,
    assert_valid_schema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
)

from relatum_schemas.errors import UnreadableFile


@dataclass(frozen=True)
class SchemaChanges:
    """The changes from one schema to a later one that clients may notice, a line for each, in order.

    Attributes:
        breaking: what was asked can no longer be asked, or is answered in another form.
        dangerous: clients may meet what they did not expect, such as a new value of an enum.
    """

    breaking: tuple[str, ...]
    dangerous: tuple[str, ...]


def changes_since(file: Path, now: str) -> SchemaChanges:
    """The changes since a schema that is kept in a file.

    Args:
        file: with the earlier schema, in the schema definition language.
        now: the later schema, in the same language.

    Raises:
        UnreadableFile: the file is missing, or holds no schema.
    """
    then, later = _kept(file), build_schema(now)
    return SchemaChanges(
        breaking=_lines(find_breaking_changes(then, later)),
        dangerous=_lines(find_dangerous_changes(then, later)),
    )


def _kept(file: Path) -> GraphQLSchema:
    try:
        kept = build_schema(file.read_text(encoding="utf-8"))
        assert_valid_schema(kept)
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}.") from error
    except (GraphQLError, TypeError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"{file} holds no schema.", hint="Name a file that relatum schema has written."
        ) from error
    return kept


def _lines(changes: list[BreakingChange] | list[DangerousChange]) -> tuple[str, ...]:
    return tuple(sorted(each.description for each in changes))
