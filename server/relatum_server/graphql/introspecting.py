"""Introspection as a principal is told: what graphql-core's resolvers find, without what may not be known of."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphql import GraphQLNamedType, GraphQLResolveInfo, get_named_type

from relatum_server.graphql.knowing import Known

Resolver = Callable[..., Any]


def told(known: Known) -> Resolver:
    """The middleware by which introspection is answered to who knows of so much."""

    def answer(
        resolve: Resolver, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> Any:
        found = resolve(source, info, **arguments)
        if found is None:
            return found
        match info.parent_type.name, info.field_name:
            case _, "__type":
                return found if found.name in known.types else None
            case "__Schema", "mutationType" | "subscriptionType":
                return found if found.name in known.types else None
            case ("__Schema", "types") | ("__Type", "interfaces" | "possibleTypes"):
                return _of_types(found, known)
            case "__Type", "fields" | "inputFields" | "enumValues":
                return [each for each in found if known.has(source, each[0])]
            case "__Field", "args":
                return [each for each in found if get_named_type(each[1].type).name in known.types]
        return found

    return answer


def _of_types(found: Iterable[GraphQLNamedType], known: Known) -> Sequence[GraphQLNamedType]:
    return [each for each in found if each.name in known.types]
