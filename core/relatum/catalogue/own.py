"""Conditions on a record's own fields: judged in statements and in memory alike."""

from relatum.catalogue.comparing import judge_comparison
from relatum.catalogue.model import Catalogue, RecordType
from relatum.catalogue.paths import own_comparisons, resolve_condition
from relatum_schemas.errors import UnknownField, UnknownOperator
from relatum_schemas.selection import Compare, Condition, Operator


def own_condition(catalogue: Catalogue, type_name: str, condition: Condition) -> Condition:
    """A condition on fields that a concrete type declares, resolved.

    Raises:
        BadSelection: it asks about other records.
        UnknownField, UnknownOperator, BadValue: it has no meaning for the type, or none in memory.
    """
    resolved = resolve_condition(catalogue, type_name, condition)
    for compare in own_comparisons(resolved):
        _judge(catalogue.types[type_name], compare)
    return resolved


def _judge(record_type: RecordType, compare: Compare) -> None:
    field = record_type.fields.get(compare.path.field)
    if field is None:
        raise UnknownField(
            f"Only fields that {record_type.name} declares can be judged here, "
            f"not {compare.path.field!r}."
        )
    if compare.operator is Operator.MATCHES:
        raise UnknownOperator(f"{field.kind.described()} has no operator 'matches' here.")
    judge_comparison(field, compare)
