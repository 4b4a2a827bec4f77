"""Forms: what actions ask for, and what a record is made of. They need no script.

A form is shown by its address and sent to it. What is wrong is told at the field; what was done leads on to another page,
so that going back or looking anew sends nothing twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from starlette.responses import Response

from relatum import FileReference, Form, Input
from relatum_portal.records import record_id
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit, SentFile

_OFFERED: Final = 50
"""Records that a field offers to choose from; more are found by words."""

_FIND: Final = "find:"
"""What the names of fields begin with that hold words to look for."""

_BACK: Final = "back"

_OF_A_LIST: Final = 2
"""Slashes in the path of a list; that of a record has more."""
_STEERING: Final = frozenset({"add", "drop"})
"""Buttons that change how many things a list in a form has."""


@pages.get("/do/{action}")
async def ask(visit: PageVisit) -> Response:
    """The form of an action; what the address says stands in it already."""
    return await _page(visit, await _form_of_action(visit))


@pages.post("/do/{action}")
async def act(visit: PageVisit) -> Response:
    """Do what the action does."""
    return await _sent(visit, await _form_of_action(visit))


@pages.get("/new/{view}")
async def begin(visit: PageVisit) -> Response:
    """The form of a new record."""
    return await _page(visit, await _form_of_new(visit))


@pages.post("/new/{view}")
async def create(visit: PageVisit) -> Response:
    """Make a record."""
    return await _sent(visit, await _form_of_new(visit))


@pages.get("/change/{id}")
async def change(visit: PageVisit) -> Response:
    """The form of a record, with what stands in it."""
    return await _page(visit, await _form_of_record(visit))


@pages.post("/change/{id}")
async def update(visit: PageVisit) -> Response:
    """Change a record."""
    return await _sent(visit, await _form_of_record(visit))


async def _form_of_action(visit: PageVisit) -> Form:
    given = {name: text for name, text in visit.query if name != _BACK}
    name = visit.request.path_params["action"]
    return await visit.ctx.form(name, language=visit.language, given=given)


async def _form_of_new(visit: PageVisit) -> Form:
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    return await visit.ctx.creating(view.type, language=visit.language)


async def _form_of_record(visit: PageVisit) -> Form:
    return await visit.ctx.updating(record_id(visit), language=visit.language)


async def _page(
    visit: PageVisit, form: Form, *, status: int = 200, words: Mapping[str, str] | None = None
) -> Response:
    """A form's page, with the records to choose from where it asks for some."""
    words = words or {}
    offered = await _offered(form, words)
    return visit.page(
        "form.html",
        status=status,
        form=form,
        offered=offered,
        many=_OFFERED,
        words=words,
        firm=str(visit.ctx.principal.firm),
        fixed={name for name, _ in visit.query},
        back=_back(visit),
        problems=[each for each in _flat(form.inputs) if each.problem],
        files=any(each.kind == "file" for each in _flat(form.inputs)),
    )


async def _sent(visit: PageVisit, form: Form) -> Response:
    """What comes of a form that was sent."""
    sent = await visit.form()
    words = {
        name.removeprefix(_FIND): text
        for name, text in sent
        if name.startswith(_FIND) and isinstance(text, str)
    }
    pairs = await _kept(visit, [pair for pair in sent if not pair[0].startswith(_FIND)])
    if any(name in _STEERING for name, _ in pairs) or any(name == "find" for name, _ in pairs):
        steered = await form.filled([pair for pair in pairs if pair[0] != "find"])
        return await _page(visit, steered, words=words)
    outcome = await form.submit(pairs)
    if not outcome.done:
        return await _page(visit, outcome.form, status=422, words=words)
    if outcome.shown:
        return visit.page("outcome.html", form=form, cells=outcome.shown, back=_back(visit))
    visit.tell(visit.gettext("Done: %(what)s") % {"what": form.title})
    return visit.redirect(_after(visit, outcome.result))


async def _kept(
    visit: PageVisit, pairs: Sequence[tuple[str, str | SentFile]]
) -> list[tuple[str, str | FileReference]]:
    """What was filled in, with its files kept."""
    return [
        (
            name,
            await visit.ctx.keep_file(value.name, value.media_type, value.content)
            if isinstance(value, SentFile)
            else value,
        )
        for name, value in pairs
    ]


def _flat(inputs: Sequence[Input]) -> Iterator[Input]:
    """All fields of a form, those within others too."""
    for each in inputs:
        yield each
        yield from _flat(each.parts)
        yield from _flat(each.items)
        if each.required and each.blank and not each.items:
            yield from _flat((each.blank,))


def _asking_for_records(inputs: Sequence[Input]) -> Iterator[Input]:
    return (each for each in _flat(inputs) if each.kind == "record")


async def _offered(form: Form, words: Mapping[str, str]) -> Mapping[str, Sequence[object]]:
    """By field, the records to choose from; looked for once, however many fields of a list ask for the same."""
    found: dict[tuple[tuple[str, ...], str], Sequence[object]] = {}
    offered: dict[str, Sequence[object]] = {}
    for each in _asking_for_records(form.inputs):
        asked = each.types, words.get(each.name, "")
        if asked not in found:
            found[asked] = await form.choose(each.name, asked[1], first=_OFFERED)
        offered[each.name] = found[asked]
    return offered


def _back(visit: PageVisit) -> str:
    """The page of the portal that the form was asked for on."""
    path = dict(visit.query).get(_BACK, "/")
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else "/"


def _after(visit: PageVisit, result: object) -> str:
    """Where to go on: to where the form was asked for, else to the record that came of it."""
    back = _back(visit)
    if back.count("/") > _OF_A_LIST:
        return back
    made = result if isinstance(result, UUID) else getattr(result, "id", None)
    return f"/records/{made}" if isinstance(made, UUID) else back
