"""Imports on both databases: what is new is created, what differs updated, what cannot be is set aside."""

import csv
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

import relatum_base
from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName, prepare
from relatum.importing import ImportReport, Progress, run_import
from relatum.session import Database, Session
from relatum.writing import Delete
from relatum_base import Organization, Person
from relatum_schemas.condition import Field
from relatum_schemas.errors import Forbidden, Problems
from relatum_schemas.selection import (
    Condition,
    FieldOutput,
    FieldPath,
    Many,
    Order,
    Request,
    RootField,
    Rows,
)
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([relatum_base], zone="Europe/Berlin")

FIRMS = """
[[files]]
path = "firms.csv"
[[files.entities]]
type = "Organization"
key = "firm:{id}"
fields.name = "{name}"
fields.employee_count = "{size}"
fields.address.locality = "{city}"
"""
PEOPLE = """
[[files]]
path = "people.csv"
[[files.entities]]
type = "Person"
key = "person:{id}"
fields.given_name = "{given}"
fields.family_name = "{family}"
fields.birth_date = "{born}"
[[files.ties]]
type = "WorksAt"
source = { type = "Person", key = "person:{id}" }
target = { type = "Organization", key = "firm:{firm}" }
fields.role = "{role}"
[[files.ties]]
type = "ReportsTo"
source = { type = "Person", key = "person:{id}" }
target = { type = "Person", key = "person:{boss}" }
"""
FIRM_ROWS = "id,name,size,city\n1,Acme,12,Köln\n2,Globex,,\n"
PEOPLE_ROWS = (
    "id,given,family,born,firm,role,boss\n"
    "1,Ada,Lovelace,1815-12-10,1,Analyst,3\n"
    "2,Alan,Turing,,2,,1\n"
    "3,Grace,Hopper,1906-12-09,1,Admiral,\n"
)


@dataclass
class Desk:
    """A folder with a mapping and files, and a database to import into."""

    folder: Path
    session: Session

    def write(self, mapping: str, files: Mapping[str, str]) -> None:
        (self.folder / "mapping.toml").write_text(f'system = "crm"\n{mapping}')
        for name, text in files.items():
            (self.folder / name).write_text(text)

    async def run(self, **options: Any) -> ImportReport:
        return await run_import(self.session, self.folder / "mapping.toml", **options)

    async def rows(
        self, type_name: str, *fields: str, where: Condition | None = None
    ) -> list[list[Any]]:
        """The records of a type by the first field, each as the values of the fields."""
        order = (Order(path=FieldPath(field=fields[0])),)
        outputs = tuple(FieldOutput(key=name, field=name) for name in fields)
        root = RootField(
            key="rows",
            source=Rows(type=type_name, filter=where),
            form=Many(outputs=outputs),
            order=order,
        )
        answer = orjson.loads(await self.session.read(Request(fields=(root,))))
        return [list(row.values()) for row in answer["rows"]]

    async def changes(self) -> int:
        """How many lines the change log has."""
        database = self.session.storage
        statement = select(func.count()).select_from(database.tables.change)
        async with database.connections.reading() as connection:
            ((count,),) = await connection.rows(
                prepare(statement, database.connections.dialect), {}
            )
        assert isinstance(count, int)
        return count

    def rejected(self, name: str) -> list[dict[str, str]]:
        """The rows of a file of rejected rows."""
        with (self.folder / f"{name}.rejected.csv").open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Desk:
    return Desk(tmp_path, database.as_(SYSTEM))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.write(PEOPLE + FIRMS, {"people.csv": PEOPLE_ROWS, "firms.csv": FIRM_ROWS})
    return desk


async def test_entities_and_ties_come_in_whatever_the_order_of_files_and_rows(filled: Desk) -> None:
    report = await filled.run()
    assert report.rejected == 0
    assert {name: dict(counts) for name, counts in report.outcomes.items()} == {
        "Person": {"created": 3},
        "Organization": {"created": 2},
        "WorksAt": {"created": 3},
        "ReportsTo": {"created": 2},
    }
    assert await filled.rows("Person", "family_name", "given_name", "birth_date") == [
        ["Hopper", "Grace", "1906-12-09"],
        ["Lovelace", "Ada", "1815-12-10"],
        ["Turing", "Alan", None],
    ]
    assert await filled.rows("WorksAt", "role") == [[None], ["Admiral"], ["Analyst"]]
    address = {
        "street": None,
        "postal_code": None,
        "locality": "Köln",
        "region": None,
        "country": None,
    }
    assert await filled.rows("Organization", "name", "employee_count", "address") == [
        ["Acme", 12, address],
        ["Globex", None, None],
    ]


async def test_the_same_files_again_write_nothing(filled: Desk) -> None:
    await filled.run()
    before = await filled.changes()
    report = await filled.run()
    assert (report.count("created"), report.count("updated"), report.count("unchanged")) == (
        0,
        0,
        10,
    )
    assert await filled.changes() == before


async def test_what_differs_is_updated_and_counted(filled: Desk) -> None:
    await filled.run()
    before = await filled.changes()
    people = PEOPLE_ROWS.replace("Lovelace,1815-12-10", "King,").replace("Admiral", "Rear Admiral")
    (filled.folder / "people.csv").write_text(people + "4,Emmy,Noether,,1,,\n")
    report = await filled.run()
    assert dict(report.outcomes["Person"]) == {"updated": 1, "unchanged": 2, "created": 1}
    assert dict(report.outcomes["WorksAt"]) == {"updated": 1, "unchanged": 2, "created": 1}
    assert await filled.changes() == before + 4
    assert await filled.rows("Person", "family_name", "birth_date", "version") == [
        ["Hopper", "1906-12-09", 1],
        ["King", None, 2],
        ["Noether", None, 1],
        ["Turing", None, 1],
    ]


async def test_at_an_end_of_one_tie_a_changed_link_is_corrected(filled: Desk) -> None:
    await filled.run()
    (filled.folder / "people.csv").write_text(
        PEOPLE_ROWS.replace("2,Alan,Turing,,2,,1", "2,Alan,Turing,,2,,3")
    )
    report = await filled.run()
    assert dict(report.outcomes["ReportsTo"]) == {"updated": 1, "unchanged": 1}
    grace = await filled.session.select(Person).where(Field("given_name") == "Grace").first()
    assert grace is not None
    reports = await filled.session.select(grace.reports).all()
    assert sorted(each.given_name or "" for each in reports) == ["Ada", "Alan"]


async def test_a_row_that_cannot_be_is_set_aside_and_the_others_stay(desk: Desk) -> None:
    people = (
        PEOPLE_ROWS
        + "4,Bad,Date,1815-13-01,1,,\n5,No,Name\n6,,,1990-01-01,1,,\n7,Far,Away,,9,,\n8,Good,Row,,1,,7\n"
    )
    desk.write(PEOPLE + FIRMS, {"people.csv": people, "firms.csv": FIRM_ROWS})
    report = await desk.run()
    assert [(each.line, each.reason) for each in report.files[0].first] == [
        (6, "3 fields where the header has 7."),
        (5, "born: '1815-13-01' is not a date such as 2024-05-31."),
        (7, "family: Person needs a value of 'family_name'. Give text."),
        (
            8,
            "firm: There is no Organization with the key 'firm:9', neither in these files nor in the database. "
            "The rest of the row was imported.",
        ),
    ]
    assert report.files[0].rows == 8
    assert [name for name, in await desk.rows("Person", "family_name")] == [
        "Away", "Hopper", "Lovelace", "Row", "Turing",
    ]  # fmt: skip
    rejected = desk.rejected("people.csv")
    assert [row["rejected_text"] for row in rejected] == ["5,No,Name", "", "", ""]
    assert rejected[1]["given"] == "Bad"
    assert rejected[1]["rejected_line"] == "5"


async def test_rejected_rows_come_in_once_they_are_mended(desk: Desk) -> None:
    desk.write(FIRMS, {"firms.csv": FIRM_ROWS + "3,Initech,many,Austin\n"})
    report = await desk.run(rejects_dir=desk.folder / "aside")
    assert report.files[0].rejects == desk.folder / "aside" / "firms.csv.rejected.csv"
    mended = report.files[0].rejects.read_text().replace("many", "40")
    (desk.folder / "firms.csv").write_text(mended)
    report = await desk.run(rejects_dir=desk.folder / "aside")
    assert (report.rejected, report.count("created")) == (0, 1)
    assert not (desk.folder / "aside" / "firms.csv.rejected.csv").exists()


async def test_mended_rows_are_never_overwritten(desk: Desk) -> None:
    mended = FIRMS.replace("firms.csv", "firms.csv.rejected.csv")
    name = "firms.csv.rejected.csv"
    desk.write(FIRMS + mended, {"firms.csv": FIRM_ROWS, name: FIRM_ROWS})
    with pytest.raises(Problems, match="would be overwritten"):
        await desk.run()
    assert (desk.folder / name).read_text() == FIRM_ROWS


async def test_only_who_may_see_everything_imports(filled: Desk) -> None:
    clerk = Desk(
        filled.folder, Session(filled.session.storage, Principal(roles=frozenset({"clerk"})))
    )
    with pytest.raises(Forbidden):
        await clerk.run()


async def test_json_lines_and_tabs_come_in_like_commas(desk: Desk) -> None:
    lines = (
        '{"id": 1, "name": "Acme", "size": 12, "at": {"city": "Köln"}}\n'
        '{"id": 2, "name": "Globex", "size": null}\n'
        '{"id": 3, "name": 3, "size": 1.5}\n'
        "{\n"
    )
    tabs = (
        FIRM_ROWS.replace(",", "\t")
        .replace("1\tAcme", "4\tHooli")
        .replace("2\tGlobex", "5\tInitech")
    )
    mapping = FIRMS.replace("firms.csv", "firms.jsonl").replace("{city}", "{at.city}")
    desk.write(mapping + FIRMS.replace(".csv", ".tsv"), {"firms.jsonl": lines, "firms.tsv": tabs})
    report = await desk.run()
    names = await desk.rows("Organization", "name", "employee_count")
    assert names == [["Acme", 12], ["Globex", None], ["Hooli", 12], ["Initech", None]]
    assert [each.line for each in report.files[0].first] == [4, 3]
    assert [row["rejected_text"] for row in desk.rejected("firms.jsonl")] == [
        "{",
        lines.splitlines()[2],
    ]
    assert (await desk.run()).count("unchanged") == 4


async def test_a_row_is_written_whole_or_not_at_all(desk: Desk) -> None:
    contact = (
        '[[files]]\npath = "firms.csv"\n'
        '[[files.entities]]\ntype = "Organization"\nkey = "{id}"\nfields.name = "{name}"\n'
        '[[files.entities]]\ntype = "ContactPoint"\nkey = "{id}"\nfields.kind = "{kind}"\nfields.value = "{value}"\n'
        '[[files.ties]]\ntype = "ReachedAt"\n'
        'source = { type = "Organization", key = "{id}" }\ntarget = { type = "ContactPoint", key = "{id}" }\n'
    )
    desk.write(
        contact,
        {"firms.csv": "id,name,kind,value\n1,Acme,phone,1\n2,Globex,smoke,2\n3,Hooli,fax,3\n"},
    )
    report = await desk.run()
    assert [each.line for each in report.files[0].first] == [3]
    assert "kind: 'smoke' is not one of phone" in report.files[0].first[0].reason
    assert await desk.rows("Organization", "name") == [["Acme"], ["Hooli"]]
    assert await desk.rows("ContactPoint", "value") == [["1"], ["3"]]


async def test_a_record_without_a_tie_that_it_must_have_is_kept_and_found(desk: Desk) -> None:
    points = (
        '[[files]]\npath = "points.csv"\n'
        '[[files.entities]]\ntype = "ContactPoint"\nkey = "{id}"\nfields.kind = "phone"\nfields.value = "{value}"\n'
        '[[files.ties]]\ntype = "ReachedAt"\n'
        'source = { type = "Organization", key = "firm:{firm}" }\ntarget = { type = "ContactPoint", key = "{id}" }\n'
    )
    files = {"points.csv": "id,value,firm\n1,111,1\n2,222,\n3,333,\n", "firms.csv": FIRM_ROWS}
    desk.write(FIRMS + points, files)
    (incomplete,) = (await desk.run()).incomplete
    assert (incomplete.type, incomplete.missing, incomplete.count) == ("ContactPoint", "party", 2)
    assert await desk.rows("ContactPoint", "value", where=incomplete.condition) == [
        ["222"],
        ["333"],
    ]
    (desk.folder / "points.csv").write_text("id,value,firm\n1,111,1\n2,222,2\n3,333,2\n")
    assert (await desk.run()).incomplete == ()


async def test_a_file_that_contradicts_itself_is_told_so(desk: Desk) -> None:
    desk.write(FIRMS, {"firms.csv": FIRM_ROWS + "1,Acme,12,Köln\n1,Acme,13,Köln\n"})
    report = await desk.run()
    assert [(each.line, each.reason) for each in report.files[0].first] == [
        (5, "The key 'firm:1' stands in line 2 already, with other values.")
    ]
    assert await desk.rows("Organization", "name", "employee_count") == [
        ["Acme", 12],
        ["Globex", None],
    ]


async def test_the_same_tie_twice_with_other_properties_is_told(filled: Desk) -> None:
    ties = PEOPLE + (
        '[[files]]\npath = "jobs.csv"\n[[files.ties]]\ntype = "WorksAt"\n'
        'source = { type = "Person", key = "person:{person}" }\n'
        'target = { type = "Organization", key = "firm:{firm}" }\nfields.department = "{department}"\n'
    )
    filled.write(FIRMS + ties, {"jobs.csv": "person,firm,department\n1,1,Research\n1,1,Sales\n"})
    report = await filled.run()
    assert [each.reason for each in report.files[2].first] == [
        "The same tie stands in line 2 already, with other values."
    ]
    assert await filled.rows("WorksAt", "department", "role") == [
        [None, None],
        [None, "Admiral"],
        ["Research", "Analyst"],
    ]


async def test_ties_are_found_again_by_their_beginning_or_their_own_key(desk: Desk) -> None:
    jobs = (
        '[[files]]\npath = "jobs.csv"\n[[files.ties]]\ntype = "WorksAt"\n%s'
        'source = { type = "Person", key = "person:{person}" }\n'
        'target = { type = "Organization", key = "firm:{firm}" }\n'
        'valid_from = "{since}"\nvalid_to = "{until}"\nfields.role = "{role}"\n'
    )
    people = (
        '[[files]]\npath = "people.csv"\n[[files.entities]]\ntype = "Person"\nkey = "person:{id}"\n'
        'fields.family_name = "{family}"\n'
    )
    rows = "job,person,firm,since,until,role\na,1,1,2001-01-01,2003-01-01,Trainee\nb,1,1,2005-01-01,,Clerk\n"
    desk.write(
        FIRMS + people + jobs % "",
        {"firms.csv": FIRM_ROWS, "people.csv": PEOPLE_ROWS, "jobs.csv": rows},
    )
    await desk.run()
    assert dict((await desk.run()).outcomes["WorksAt"]) == {"unchanged": 2}
    ended = rows.replace("2005-01-01,,Clerk", "2005-01-01,2009-01-01,Head")
    (desk.folder / "jobs.csv").write_text(ended)
    assert dict((await desk.run()).outcomes["WorksAt"]) == {"unchanged": 1, "updated": 1}
    expected = [["Head", "2005-01-01", "2009-01-01"], ["Trainee", "2001-01-01", "2003-01-01"]]
    assert await desk.rows("WorksAt", "role", "valid_from", "valid_to") == expected

    keyed = rows.replace("2001-01-01,2003", "2011-01-01,2013").replace("2005-01-01,", "2015-01-01,")
    desk.write(FIRMS + people + jobs % 'key = "job:{job}"\n', {"jobs.csv": keyed})
    assert dict((await desk.run()).outcomes["WorksAt"]) == {"created": 2}
    (desk.folder / "jobs.csv").write_text(keyed.replace("2011-01-01", "2010-01-01"))
    assert dict((await desk.run()).outcomes["WorksAt"]) == {"unchanged": 1, "updated": 1}


async def test_an_import_does_not_bring_back_what_was_deleted(filled: Desk) -> None:
    await filled.run()
    globex = await filled.session.select(Organization).where(Field("name") == "Globex").first()
    assert globex is not None and globex.id is not None
    await filled.session.apply([Delete(globex.id)])
    report = await filled.run()
    assert [each.reason for file in report.files for each in file.first] == [
        "The Organization with the key 'firm:2' was deleted here. Restore it, or leave the row out.",
        "The Organization with the key 'firm:2' was deleted here. Restore it, or leave the row out.",
    ]
    assert await filled.rows("Organization", "name") == [["Acme"]]


async def test_nothing_is_written_when_a_file_or_the_mapping_is_wrong(desk: Desk) -> None:
    desk.write(
        FIRMS + PEOPLE, {"firms.csv": FIRM_ROWS, "people.csv": PEOPLE_ROWS.replace("born", "birth")}
    )
    with pytest.raises(Problems) as refused:
        await desk.run()
    assert [each.path[:2] for each in refused.value.problems] == [("files", 1)]
    assert "has no column 'born'" in str(refused.value)
    assert await desk.changes() == 0


async def test_progress_is_told_in_bytes_of_all_files(filled: Desk) -> None:
    told: list[Progress] = []
    await filled.run(progress=told.append)
    total = len(PEOPLE_ROWS.encode()) + len(FIRM_ROWS.encode())
    assert told[-1] == Progress("firms.csv", rows=5, done=total, total=total)
    assert [each.done for each in told] == sorted(each.done for each in told)


async def test_the_change_log_names_the_mapping_as_origin(filled: Desk) -> None:
    await filled.run()
    database = filled.session.storage
    unit = database.tables.unit_of_work
    async with database.connections.reading() as connection:
        rows = await connection.rows(
            prepare(select(unit.c.origin).distinct(), database.connections.dialect), {}
        )
    assert rows == [("import mapping.toml",)]


async def test_more_rows_than_a_batch_come_in_and_are_found_again(desk: Desk) -> None:
    rows = "".join(f"{number},Firm {number},{number},\n" for number in range(4500))
    bad = "x,,1,\n" * 3
    desk.write(FIRMS, {"firms.csv": "id,name,size,city\n" + rows + bad})
    report = await desk.run()
    assert (report.count("created"), report.rejected) == (4500, 1)
    report = await desk.run()
    assert (report.count("unchanged"), report.rejected) == (4500, 1)
