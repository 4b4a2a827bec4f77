"""What plugins import that write fields of GraphQL in Strawberry themselves.

::

    @strawberry.type
    class Fleet:
        @strawberry.field
        async def oldest(self, info: Info) -> Machine | None:
            return await info.context.session.select(Machine).order("commissioned").first()


    queries = [Fleet]

The fields join ``Query``. Where one returns a record, be it deep in types of its own, what is asked of the record is
read by the engine as whoever asks: in one statement per field, and null where it may not be seen.
"""

from relatum_server.graphql.schema.viewer import Asking, Info

__all__ = ["Asking", "Info"]
