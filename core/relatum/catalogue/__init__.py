"""The catalogue: all types in force, checked as a whole.

Data flows through the modules in this order: `contributions` (what each plugin's module names), `fields` (a class's
fields), `collect` (types, traits, extensions, sides), `ends` (what each type's ends are called), `paths` (dotted names
to field paths, over `places`), `comparing` (whether what is compared has a meaning; `own`: of a record's own fields),
`rules` (expected facts, actions) with `reactions`, `workflows`, `ports`, `views` (and their `columns`) and `policies` (and
roles). `model` is the result, of `record_types`, with rules as in `resolved` and its `fingerprint`; `problems` collects
mistakes; `wording` is what people read of it all.
"""

from relatum.catalogue.collect import build_catalogue, snake
from relatum.catalogue.contributions import Contribution, contribution
from relatum.catalogue.model import (
    BUILT_IN,
    RECORD,
    Catalogue,
    End,
    EntityType,
    Field,
    RecordType,
    RelationshipType,
    Side,
    Trait,
)
from relatum.catalogue.paths import arrival, own_comparisons, resolve_condition, resolve_path
from relatum.catalogue.policies import with_administrators
from relatum.catalogue.resolved import (
    BeforeRule,
    PolicyRule,
    PortRule,
    ReactionRule,
    ResolvedView,
    RoleRule,
    WorkflowRule,
)

__all__ = [
    "BUILT_IN",
    "RECORD",
    "BeforeRule",
    "Catalogue",
    "Contribution",
    "End",
    "EntityType",
    "Field",
    "PolicyRule",
    "PortRule",
    "ReactionRule",
    "RecordType",
    "RelationshipType",
    "ResolvedView",
    "RoleRule",
    "Side",
    "Trait",
    "WorkflowRule",
    "arrival",
    "build_catalogue",
    "contribution",
    "own_comparisons",
    "resolve_condition",
    "resolve_path",
    "snake",
    "with_administrators",
]
