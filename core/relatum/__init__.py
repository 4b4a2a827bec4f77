"""Relatum: a relationship engine for things of any kind.

This is what an integrator imports: ``from relatum import *``. The rooms of the core, in the order in which data flows:

1. `plugins` (found and ordered), `catalogue` (declarations -> types), `tables` (types -> tables), `migration` (tables ->
   databases; `migrations` are those of the engine's own tables), `connections` (how statements get there).
2. `access` (policies -> conditions), `reading` and `writing` (what plugins and the server ask for), `sealing` (how they
   encrypt single values), `changes` (the log that everything else follows, and the log of accesses).
3. `identity` (who asks, and with which roles), `viewing` (lists, details and forms of views), `session` (how Python asks).
4. `workflows` (durable work), `explaining` (why somebody may do something, and who may), `importing` (files -> records).

`clock`, `identifiers` and `text` are what all of them agree on: the present, the ids, how text compares.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from relatum.explaining import Explanation as Explanation
from relatum.plugins.specs import hookimpl
from relatum.plugins.titles import Titles
from relatum.session.context import Context
from relatum.session.session import Session
from relatum.session.telling import News as News
from relatum.session.ties import Tie

# What pages are made of is named in annotations, and not by ``import *``.
from relatum.viewing import Cell as Cell
from relatum.viewing import Column as Column
from relatum.viewing import Detail as Detail
from relatum.viewing import Facts as Facts
from relatum.viewing import Filter as Filter
from relatum.viewing import Form as Form
from relatum.viewing import History as History
from relatum.viewing import Input as Input
from relatum.viewing import Line as Line
from relatum.viewing import Link as Link
from relatum.viewing import Listing as Listing
from relatum.viewing import Named as Named
from relatum.viewing import Offer as Offer
from relatum.viewing import Row as Row
from relatum.viewing import Sent as Sent
from relatum.viewing import ShownView as ShownView
from relatum.viewing import TieList as TieList
from relatum.workflows.context import WorkflowContext

# What saves many records at once is named, too.
from relatum.writing import Saving as Saving
from relatum.writing import Tied as Tied
from relatum.writing.reacting import Draft
from relatum_schemas.action import action
from relatum_schemas.annotations import (
    Country,
    Currency,
    Email,
    Json,
    Language,
    LongText,
    Phone,
    Url,
)
from relatum_schemas.channel import CHANNEL, Channel, Notice
from relatum_schemas.computing import computed
from relatum_schemas.condition import Field, Ties
from relatum_schemas.entity import Entity, Extension, Trait
from relatum_schemas.errors import BadCursor as BadCursor
from relatum_schemas.errors import Conflict as Conflict
from relatum_schemas.errors import Forbidden as Forbidden
from relatum_schemas.errors import NotFound as NotFound
from relatum_schemas.errors import Problems, Refused
from relatum_schemas.errors import RelatumError as RelatumError
from relatum_schemas.errors import StartOver as StartOver
from relatum_schemas.kinds import Choice, FileReference, Money, PostalAddress
from relatum_schemas.markers import (
    Big,
    Computed,
    Deprecated,
    Encrypted,
    Expected,
    Help,
    Indexed,
    Internal,
    Label,
    ReadOnly,
    RenamedFrom,
    Scale,
    Searchable,
    Sensitive,
    State,
    Transitions,
    Unique,
)
from relatum_schemas.phrase import Phrase
from relatum_schemas.plugin import Plugin
from relatum_schemas.policy import (
    AGGREGATE,
    ALL,
    BOTH_ENDS,
    CREATE,
    DELETE,
    EVERY_TYPE,
    EVERYTHING,
    HISTORY,
    READ,
    RELATE,
    UPDATE,
    Policy,
    Right,
    Role,
    only,
)
from relatum_schemas.port import Filling, Port
from relatum_schemas.principal import IS_ME, IS_MY_FIRM, ME, MY_FIRM, Path
from relatum_schemas.reactions import Change, before, on
from relatum_schemas.relationship import Ends, Limit, Record, Relationship
from relatum_schemas.selection import OnRecord
from relatum_schemas.selection.conditions import Condition
from relatum_schemas.view import (
    CONSOLE,
    EXPORT,
    PORTAL,
    REPORT,
    TIMELINE,
    Group,
    Sublist,
    View,
)
from relatum_schemas.workflow import Queue, Retry, Template, scheduled, step, workflow

__all__ = [
    "AGGREGATE",
    "ALL",
    "BOTH_ENDS",
    "CHANNEL",
    "CONSOLE",
    "CREATE",
    "DELETE",
    "EVERYTHING",
    "EVERY_TYPE",
    "EXPORT",
    "HISTORY",
    "IS_ME",
    "IS_MY_FIRM",
    "ME",
    "MY_FIRM",
    "PORTAL",
    "READ",
    "RELATE",
    "REPORT",
    "TIMELINE",
    "UPDATE",
    "UUID",
    "Annotated",
    "Big",
    "Change",
    "Channel",
    "Choice",
    "Computed",
    "Condition",
    "Context",
    "Country",
    "Currency",
    "Decimal",
    "Deprecated",
    "Draft",
    "Email",
    "Encrypted",
    "Ends",
    "Entity",
    "Expected",
    "Extension",
    "Field",
    "FileReference",
    "Filling",
    "Group",
    "Help",
    "Indexed",
    "Internal",
    "Json",
    "Label",
    "Language",
    "Limit",
    "Literal",
    "LongText",
    "Money",
    "Notice",
    "OnRecord",
    "Path",
    "Phone",
    "Phrase",
    "Plugin",
    "Policy",
    "Port",
    "PostalAddress",
    "Problems",
    "Queue",
    "ReadOnly",
    "Record",
    "Refused",
    "Relationship",
    "RenamedFrom",
    "Retry",
    "Right",
    "Role",
    "Scale",
    "Searchable",
    "Sensitive",
    "Session",
    "State",
    "Sublist",
    "Template",
    "Tie",
    "Ties",
    "Titles",
    "Trait",
    "Transitions",
    "Unique",
    "Url",
    "View",
    "WorkflowContext",
    "action",
    "before",
    "computed",
    "date",
    "datetime",
    "hookimpl",
    "on",
    "only",
    "scheduled",
    "step",
    "timedelta",
    "workflow",
]
