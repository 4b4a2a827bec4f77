"""Forms: what actions ask for, what a record is made of, and how ties are edited. They need no script.

A form is shown by its address and sent to it. What is wrong is told at the field; what was done leads on to another page,
so that going back or looking anew sends nothing twice. Each has a hidden key: what is sent twice is done once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import sub
from typing import Final
from uuid import UUID

from starlette.responses import Response

from relatum import FileReference, Form, Input
from relatum_portal.records import record_id
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit, SentFile

_OFFERED: Final = 50
"""Records that a field offers to choose from; more are found by words."""

_LOOKED_UP: Final = 20
"""Fields that offer some; in what comes after them in a long list, records are found by words."""

_FIND: Final = "find:"
"""What the names of fields begin with that hold words to look for."""

_BACK: Final = "back"

_OF_A_LIST: Final = 2
"""Slashes in the path of a list; that of a record has more."""
_STEERING: Final = frozenset({"add", "drop"})
"""Buttons that change how many things a list in a form has."""


@dataclass(frozen=True)
class Asked:
    """What a form's page says around its fields.

    Attributes:
        title: above it.
        button: what sends it.
        done: what is told when it was done.
        help: a sentence below the title.
        about: what it is about, where the title does not say.
        home: where to go back to if the address does not say.
    """

    title: str
    button: str
    done: str
    help: str = ""
    about: str = ""
    home: str = "/"


@pages.get("/do/{action}")
async def ask(visit: PageVisit) -> Response:
    """The form of an action; what the address says stands in it already."""
    form = await _form_of_action(visit)
    return await form_page(visit, form, _of_action(visit, form))


@pages.post("/do/{action}")
async def act(visit: PageVisit) -> Response:
    """Do what the action does."""
    form = await _form_of_action(visit)
    return await form_sent(visit, form, _of_action(visit, form))


@pages.get("/new/{view}")
async def begin(visit: PageVisit) -> Response:
    """The form of a new record."""
    form = await _form_of_new(visit)
    return await form_page(visit, form, _of_new(visit, form))


@pages.post("/new/{view}")
async def create(visit: PageVisit) -> Response:
    """Make a record."""
    form = await _form_of_new(visit)
    return await form_sent(visit, form, _of_new(visit, form))


@pages.get("/change/{id}")
async def change(visit: PageVisit) -> Response:
    """The form of a record, with what stands in it."""
    form = await visit.ctx.updating(record_id(visit), language=visit.language)
    return await form_page(visit, form, _of_record(visit, form))


@pages.post("/change/{id}")
async def update(visit: PageVisit) -> Response:
    """Change a record."""
    form = await visit.ctx.updating(record_id(visit), language=visit.language)
    return await form_sent(visit, form, _of_record(visit, form))


async def _form_of_action(visit: PageVisit) -> Form:
    given = {name: text for name, text in visit.query if name != _BACK}
    name = visit.request.path_params["action"]
    return await visit.ctx.form(name, language=visit.language, given=given)


async def _form_of_new(visit: PageVisit) -> Form:
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    return await visit.ctx.creating(view.type, language=visit.language)


def _of_action(visit: PageVisit, form: Form) -> Asked:
    done = visit.gettext("Done: %(what)s") % {"what": form.title}
    return Asked(form.title, form.title, done, form.help)


def _of_new(visit: PageVisit, form: Form) -> Asked:
    title = visit.gettext("New: %(what)s") % {"what": form.title}
    return Asked(title, visit.gettext("Save"), visit.gettext("It is saved."), form.help)


def _of_record(visit: PageVisit, form: Form) -> Asked:
    title = visit.gettext("Change: %(what)s") % {"what": form.title}
    return Asked(title, visit.gettext("Save"), visit.gettext("It is saved."))


async def form_page(
    visit: PageVisit,
    form: Form,
    asked: Asked,
    *,
    status: int = 200,
    words: Mapping[str, str] | None = None,
) -> Response:
    """A form's page, with the records to choose from where it asks for some.

    Args:
        visit: to the page.
        form: as it is filled in so far.
        asked: what is said around it.
        status: of HTTP.
        words: by field, what is looked for among records.
    """
    words = _by_field(form, words or {})
    return visit.page(
        "form.html",
        status=status,
        form=form,
        asked=asked,
        offered=await _offered(form, words),
        many=_OFFERED,
        words=words,
        firm=str(visit.ctx.principal.firm),
        fixed={name for name, _ in visit.query},
        back=back_of(visit, asked.home),
        problems=[each for each in _flat(form.inputs) if each.problem],
        files=any(each.kind == "file" for each in _flat(form.inputs)),
    )


async def form_sent(visit: PageVisit, form: Form, asked: Asked) -> Response:
    """What comes of a form that was sent.

    Args:
        visit: that sent it.
        form: as it was opened.
        asked: what is said around it.
    """
    sent = await visit.form()
    words = {
        name.removeprefix(_FIND): text
        for name, text in sent
        if name.startswith(_FIND) and isinstance(text, str)
    }
    pairs = await _kept(visit, [pair for pair in sent if not pair[0].startswith(_FIND)])
    if any(name in _STEERING for name, _ in pairs) or any(name == "find" for name, _ in pairs):
        steered = await form.filled([pair for pair in pairs if pair[0] != "find"])
        return await form_page(visit, steered, asked, words=words)
    outcome = await form.submit(pairs)
    back = back_of(visit, asked.home)
    if not outcome.done:
        return await form_page(visit, outcome.form, asked, status=422, words=words)
    if outcome.shown:
        return visit.page("outcome.html", form=form, cells=outcome.shown, back=back)
    visit.tell(asked.done)
    return visit.redirect(_after(back, outcome.result))


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


def _by_field(form: Form, words: Mapping[str, str]) -> Mapping[str, str]:
    """The words that are looked for, by fields as the form names them: the first one of a list has no number there yet."""
    known = {each.name for each in _flat(form.inputs)}
    return {
        name if name in known else sub(r"\d+", "{}", name): text for name, text in words.items()
    }


async def _offered(form: Form, words: Mapping[str, str]) -> Mapping[str, Sequence[object]]:
    """By field, the records to choose from; looked for once, however many fields of a list ask for the same.

    A field that is not there offers none but what stands in it: in a long list, no more than some offer all.
    """
    asking = [each for each in _flat(form.inputs) if each.kind == "record"]
    asking.sort(key=lambda each: not words.get(each.name))
    found: dict[tuple[tuple[str, ...], str, str], Sequence[object]] = {}
    offered: dict[str, Sequence[object]] = {}
    for each in asking[:_LOOKED_UP]:
        asked = each.types, words.get(each.name, ""), each.name.partition(".")[0]
        if asked not in found:
            found[asked] = await form.choose(each.name, asked[1], first=_OFFERED)
        offered[each.name] = found[asked]
    return offered


def back_of(visit: PageVisit, home: str = "/") -> str:
    """The page of the portal that a form was asked for on."""
    path = dict(visit.query).get(_BACK, home)
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else home


def _after(back: str, result: object) -> str:
    """Where to go on: to where the form was asked for, else to the record that came of it."""
    if back.count("/") > _OF_A_LIST or back.startswith("/records/"):
        return back
    made = result if isinstance(result, UUID) else getattr(result, "id", None)
    return f"/records/{made}" if isinstance(made, UUID) else back
