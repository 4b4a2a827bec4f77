"""Where the file that a field of a record names is found, seen from the server's own address."""

from typing import Final

from relatum_server.graphql.names import camel

FOLDER: Final = "/files"


def around_id(field: str) -> tuple[str, str]:
    """What stands before and after a record's id in the address of a file.

    Args:
        field: the name of the record's field, as declared.
    """
    return f"{FOLDER}/", f"/{camel(field)}"
