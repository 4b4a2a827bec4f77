"""How many rows a request may lead to: its page sizes, multiplied where they nest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from relatum_schemas.errors import TooLarge
from relatum_schemas.selection import (
    AcrossOutput,
    Compare,
    Connection,
    EdgesItem,
    EndOutput,
    Form,
    HistoryOutput,
    Many,
    NodesItem,
    One,
    Page,
    Parameter,
    Request,
    RootField,
    Rows,
    SelfOutput,
    Value,
)
from relatum_server.graphql.limits import Limits


@dataclass(frozen=True)
class Estimate:
    """How many rows a list may have, and the lists within each of its rows."""

    size: Value
    inner: tuple["Estimate", ...] = ()

    def most(self, arguments: Mapping[str, object]) -> tuple[int, int]:
        """The most rows that may come, and the largest page among its own and those within, for the values bound."""
        return self._settled or self._most(arguments)

    @property
    def is_settled(self) -> bool:
        """Whether there are at most so many whatever is bound."""
        return self._settled is not None

    @cached_property
    def _settled(self) -> tuple[int, int] | None:
        """What there is at most whatever is bound; None where that makes a difference."""
        settled = not isinstance(self.size, Parameter) and all(each._settled for each in self.inner)
        return self._most({}) if settled else None

    def _most(self, arguments: Mapping[str, object]) -> tuple[int, int]:
        own = _size(self.size, arguments)
        inner = [each.most(arguments) for each in self.inner]
        return own * (1 + sum(rows for rows, _ in inner)), max(own, *(page for _, page in inner), 0)


_PAGE = 100


def _size(size: Value, arguments: Mapping[str, object]) -> int:
    found = arguments.get(size.parameter) if isinstance(size, Parameter) else size
    if isinstance(found, list):
        return len(found)
    return max(0, found) if isinstance(found, int) else _PAGE


def estimate(request: Request) -> tuple[Estimate, ...]:
    """How many rows a request may lead to, one estimate per root field; groups count as one row."""
    return tuple(
        Estimate(_window(each.page, each.form, _given_ids(each)), _within(each.form))
        for each in request.fields
    )


def _given_ids(root: RootField) -> Value:
    source = root.source
    condition = source.filter if isinstance(source, Rows) else None
    return (
        condition.value if isinstance(condition, Compare) and isinstance(root.form, Many) else None
    )


def _window(page: Page | None, form: Form, ids: Value = None) -> Value:
    if isinstance(form, Connection | Many):
        asked: Iterable[Value] = (page.first, page.last) if page else ()
        return next((each for each in (*asked, ids) if each is not None), _PAGE)
    return 1


def _within(form: Form) -> tuple[Estimate, ...]:
    match form:
        case One(outputs=outputs) | Many(outputs=outputs):
            return tuple(_ends(outputs))
        case Connection(items=items):
            lists = [each.outputs for each in items if isinstance(each, EdgesItem | NodesItem)]
            return tuple(found for outputs in lists for found in _ends(outputs))
        case _:
            return ()


def _ends(outputs: Sequence[object]) -> Iterator[Estimate]:
    for each in outputs:
        if isinstance(each, EndOutput | HistoryOutput):
            yield Estimate(_window(each.page, each.form), _within(each.form))
        elif isinstance(each, AcrossOutput | SelfOutput):
            yield from _ends(each.outputs)


def check_rows(
    estimates: Iterable[Estimate], arguments: Mapping[str, object], limits: Limits
) -> None:
    """Refuse a request that may lead to too many rows.

    Raises:
        TooLarge: a page of it, or its page sizes multiplied where they nest, go beyond the limit.
    """
    rows = 0
    for each in estimates:
        own, page = each.most(arguments)
        rows += own
        if page > limits.page:
            raise TooLarge(
                f"A page of {page} rows is asked for; at most {limits.page} come at once.",
                hint="Ask for the next page with its cursor.",
                details={"rows": page, "limit": limits.page},
            )
    if rows > limits.rows:
        raise TooLarge(
            f"This may lead to {rows} rows; at most {limits.rows} are answered.",
            hint="Ask for smaller pages: first: 10.",
            details={"rows": rows, "limit": limits.rows},
        )
