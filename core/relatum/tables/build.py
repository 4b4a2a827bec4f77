"""All tables of a catalogue, put together once per catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import MetaData, Table

from relatum.catalogue.model import Catalogue
from relatum.tables import fixed, identity
from relatum.tables.typed import current_table, version_table

_KEPT: Final = 4
_built: dict[str, "Tables"] = {}


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of an installation. `current` and `version` go by the type's name."""

    metadata: MetaData
    record: Table
    external_key: Table
    unit_of_work: Table
    change: Table
    search: Table
    choice: Table
    setting: Table
    answer: Table
    plugin: Table
    reader: Table
    start: Table
    mute: Table
    declaration: Table
    app: Table
    delivery: Table
    account: Table
    linked: Table
    session: Table
    client: Table
    token: Table
    ticket: Table
    holding: Table
    rule: Table
    throttle: Table
    access_log: Table
    current: Mapping[str, Table]
    version: Mapping[str, Table]


def build_tables(catalogue: Catalogue) -> Tables:
    """Return the tables of a catalogue; the same ones for catalogues of the same fingerprint."""
    known = _built.get(catalogue.fingerprint)
    if known is not None:
        return known
    tables = _tables(catalogue)
    if catalogue.fingerprint:
        while len(_built) >= _KEPT:
            _built.pop(next(iter(_built)), None)
        _built[catalogue.fingerprint] = tables
    return tables


def _tables(catalogue: Catalogue) -> Tables:
    metadata = MetaData()
    return Tables(
        metadata=metadata,
        record=fixed.record(metadata),
        external_key=fixed.external_key(metadata),
        unit_of_work=fixed.unit_of_work(metadata),
        change=fixed.change(metadata),
        search=fixed.search(metadata),
        choice=fixed.choice(metadata),
        setting=fixed.setting(metadata),
        answer=fixed.answer(metadata),
        plugin=fixed.plugin(metadata),
        reader=fixed.reader(metadata),
        start=fixed.start(metadata),
        mute=fixed.mute(metadata),
        declaration=fixed.declaration(metadata),
        app=fixed.app(metadata),
        delivery=fixed.delivery(metadata),
        account=identity.account(metadata),
        linked=identity.linked(metadata),
        session=identity.session(metadata),
        client=identity.client(metadata),
        token=identity.token(metadata),
        ticket=identity.ticket(metadata),
        holding=identity.holding(metadata),
        rule=identity.rule(metadata),
        throttle=identity.throttle(metadata),
        access_log=identity.access_log(metadata),
        current=MappingProxyType(
            {each.name: current_table(each, catalogue, metadata) for each in catalogue}
        ),
        version=MappingProxyType({each.name: version_table(each, metadata) for each in catalogue}),
    )
