"""What the tables of declarations are before a change, those of resting ones included.

A declaration that clashes with a plugin rests, and its tables and columns stay as they are. To be renamed or removed, it
has to be seen: here it stands under a name that is free, over the tables and columns that it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType

from relatum.catalogue import Catalogue
from relatum.catalogue.collect import table_name
from relatum.declaring import CUSTOM, InForce, in_force
from relatum_schemas.declared import Declarations, with_renamed_field, with_renamed_type


@dataclass(frozen=True)
class Standing:
    """Declarations as they stand in a database.

    Attributes:
        catalogue: of plugins and declarations.
        named: under which names those stand in the catalogue that are declared under ones which plugins have taken: by
            the name of the type, or by ``Type.field``.
    """

    catalogue: Catalogue
    named: Mapping[str, str] = field(default_factory=dict)

    def type_name(self, declared: str) -> str | None:
        """What a type is called in the catalogue; None if it rests for want of others."""
        name = self.named.get(declared, declared)
        return name if name in self.catalogue.types else None

    def field_name(self, type_name: str, declared: str) -> str:
        """What a field is called in the catalogue."""
        return self.named.get(f"{type_name}.{declared}", declared)


def standing(
    modules: Sequence[ModuleType],
    before: tuple[Declarations, InForce],
    after: tuple[Declarations, InForce],
) -> Standing:
    """What declarations stand in a database, but for those that rest before and after a change.

    Args:
        modules: of the plugins in force.
        before: what is declared now, and what of it is in force.
        after: what is to be declared, and what of it would be in force.
    """
    declared, present = before
    if not present.clashes:
        return Standing(present.catalogue)
    left = set(after[1].out_of_force(after[0]))
    named = {name: _free(name) for name in present.out_of_force(declared) if name not in left}
    freed = declared
    for name, free in named.items():
        type_name, dot, field_name = name.partition(".")
        freed = (
            with_renamed_field(freed, type_name, field_name, free)
            if dot
            else with_renamed_type(freed, name, free)
        )
    catalogue = in_force(modules, freed, zone=present.catalogue.zone).catalogue
    return Standing(_over_its_tables(catalogue, named), named)


def _free(name: str) -> str:
    type_name, dot, field_name = name.partition(".")
    return f"{field_name[:30]}_resting" if dot else f"{type_name[:50]}Resting"


def _over_its_tables(catalogue: Catalogue, named: Mapping[str, str]) -> Catalogue:
    types = dict(catalogue.types)
    for name, free in named.items():
        type_name, dot, field_name = name.partition(".")
        if not dot and free in types:
            types[free] = replace(types[free], table=table_name(CUSTOM, name))
        elif dot and type_name in types and free in types[type_name].fields:
            fields = dict(types[type_name].fields)
            fields[free] = replace(fields[free], column=f"{CUSTOM}__{field_name}")
            types[type_name] = replace(types[type_name], fields=fields)
    return replace(catalogue, types=types, fingerprint="")
