"""Actions: the business functions of a plugin, free of transport."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_type_hints

from relatum_schemas.errors import DeclarationError, Refused
from relatum_schemas.functions import PluginFunction, named_rights
from relatum_schemas.policy import Right
from relatum_schemas.selection import Condition
from relatum_schemas.shapes import Form, OfList, OfRecord, form_of


@dataclass(frozen=True)
class Action(PluginFunction):
    """A typed business function. The first parameter is the context; the server offers the others as inputs.

    Attributes:
        function: what it does.
        subject: the type whose records it acts on.
        roles: that may call it, beside those that policies name.
        elevated: rights beyond its caller's, by the name of a type or trait.
        reading: whether it only reads: nothing can be written while it runs.
        apart: whether it works in transactions of its own, so that it is asked for alone.
        when: what a record that it acts on must fulfil.
        otherwise: what is said of one that does not.
    """

    function: Callable[..., Awaitable[Any]]
    subject: type | None
    roles: frozenset[str]
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)
    reading: bool = False
    apart: bool = False
    when: Condition | None = field(default=None, hash=False)
    otherwise: Refused | None = field(default=None, hash=False)

    @cached_property
    def inputs(self) -> Mapping[str, inspect.Parameter]:
        """Parameters after the context, by name, with their annotations resolved."""
        _, *parameters = inspect.signature(self.function).parameters.values()
        return {
            each.name: each.replace(annotation=self._hints.get(each.name, Any))
            for each in parameters
        }

    @cached_property
    def takes(self) -> Mapping[str, Form]:
        """What each input is.

        Raises:
            DeclarationError: no kind fits one; the path names it.
        """
        return {name: _form(each.annotation, name) for name, each in self.inputs.items()}

    @cached_property
    def gives(self) -> Form:
        """What it returns.

        Raises:
            DeclarationError: it does not say, or no kind fits.
        """
        if "return" not in self._hints:
            raise DeclarationError(
                "It does not say what it returns.", path="return", hint="Annotate it: -> Machine."
            )
        return _form(self._hints["return"], "return")

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        try:
            return get_type_hints(self.function, include_extras=True)
        except NameError as error:
            raise DeclarationError(
                f"An annotation names what its module does not know: {error}."
            ) from error

    @property
    def subject_input(self) -> str | None:
        """The input that takes what it acts on: the first for a record of the subject's type, or for several."""
        return next((name for name, form in self.takes.items() if self._acts_on(form)), None)

    def _acts_on(self, form: Form) -> bool:
        match form.shape:
            case OfRecord(types):
                return self.subject in types
            case OfList(of=of):
                return self._acts_on(of)
        return False

    async def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the function itself, as another action of the plugin would."""
        return await self.function(*arguments, **named)


def _form(annotation: object, name: str) -> Form:
    try:
        return form_of(annotation)
    except DeclarationError as error:
        error.at(name)
        raise


def action(
    subject: type | None = None,
    *,
    rights: Collection[str] = (),
    elevated: Mapping[type | str, Right] | None = None,
    reading: bool = False,
    apart: bool = False,
    when: Condition | None = None,
    otherwise: Refused | None = None,
) -> Callable[[Callable[..., Awaitable[Any]]], Action]:
    """Declare an async function as an action.

    Args:
        subject: the type whose records it acts on; None for an action of its own.
        rights: the roles that may call it. Policies may name it as well, with conditions on the record it acts on.
        elevated: rights that it needs beyond its caller's, by type: ``{Machine: READ | UPDATE}``. It has them in
            `ctx.elevated`; they are shown when the plugin is checked, and each call is noted in the access log.
        reading: whether it only reads. Nothing can be written while it runs, and GraphQL offers it as a query.
        apart: whether it works in transactions of its own instead of one that stands or falls with the rest of a mutation,
            such as one that talks to others in between. It has a mutation to itself, and takes no idempotency key.
        when: what a record that it acts on must fulfil, whoever calls: ``Field("state") == "draft"``. On others it is not
            offered, and refused before it runs.
        otherwise: how it is refused then, in the plugin's own words: ``Refused("not_draft", message="...")``.

    Raises:
        DeclarationError: ``otherwise`` is said without ``when``.
    """
    if otherwise is not None and when is None:
        raise DeclarationError(
            "It says how it is refused, and not when.", path="otherwise", hint="Say when= as well."
        )
    lent = named_rights(elevated)
    return lambda function: Action(
        function, subject, frozenset(rights), lent, reading, apart, when, otherwise
    )
