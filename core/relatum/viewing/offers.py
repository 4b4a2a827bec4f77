"""Which actions somebody may call: at all, and on one record."""

from collections.abc import Iterable

from relatum.access import action_grants
from relatum.catalogue import Catalogue
from relatum.catalogue.instances import instance
from relatum.catalogue.resolved import ResolvedView
from relatum.viewing.desk import Desk
from relatum.viewing.reads import Reads
from relatum.viewing.shown import Named, Offer
from relatum_schemas.action import Action


def offers_of_list(desk: Desk, view: ResolvedView) -> tuple[Offer, ...]:
    """The actions of a view that act on none of its records, as far as they may be called.

    Those that act on others, such as an order placed for a firm, ask for these in their forms.
    """
    types = desk.catalogue.concrete(view.type)
    actions = (desk.catalogue.actions[name] for name in view.actions)
    return tuple(
        offer(desk, each)
        for each in actions
        if not any(_acts_on(desk.catalogue, each, name) for name in types)
        and callable_at_all(desk, each)
    )


async def offers_on(
    desk: Desk, within: Reads, actions: Iterable[Action], record: Named
) -> tuple[Offer, ...]:
    """The actions that may be called on a record now, as they are offered.

    Args:
        desk: at which it is looked at.
        within: a snapshot.
        actions: those of which any may act on the record.
        record: what they act on.
    """
    return tuple(offer(desk, each) for each in await callable_now(within, actions, record))


async def callable_now(
    within: Reads, actions: Iterable[Action], record: Named
) -> tuple[Action, ...]:
    """Those of some actions that may be called on a record, as policies and their own conditions judge it now.

    Args:
        within: a snapshot.
        actions: of which any may act on the record.
        record: what they act on.
    """
    named = instance(within.catalogue.classes[record.type], {"id": record.id})
    acting = [each for each in actions if _acts_on(within.catalogue, each, record.type)]
    callable_on = await within.callable_on(acting, [named])
    return tuple(each for each in acting if callable_on[each.name])


def actions_on(desk: Desk, view: ResolvedView, type_name: str) -> tuple[Action, ...]:
    """The actions of a view that act on records of a type; of one that names none, all that do."""
    catalogue = desk.catalogue
    named = tuple(catalogue.actions[name] for name in view.actions) or tuple(
        each for each in catalogue.actions.values() if each.subject is not None
    )
    return tuple(each for each in named if _acts_on(catalogue, each, type_name))


def offer(desk: Desk, action: Action) -> Offer:
    """An action, as it is offered."""
    words = desk.titles.action(action.name)
    return Offer(action.name, words.title, words.help, action.subject_input)


def callable_at_all(desk: Desk, action: Action) -> bool:
    """Whether the principal may call an action, be it on few records."""
    principal = desk.reads.principal
    if principal.unrestricted:
        return True
    return any(
        action_grants(desk.catalogue, principal.roles, action.name, each, purpose=principal.purpose)
        for each in _subjects(desk.catalogue, action)
    )


def callable_on_all(desk: Desk, action: Action) -> bool:
    """Whether the principal may call an action on whatever record it can read of its subject's types."""
    principal = desk.reads.principal
    if action.when is not None:
        return False
    return principal.unrestricted or all(
        any(
            each.unconditional
            for each in action_grants(
                desk.catalogue, principal.roles, action.name, name, purpose=principal.purpose
            )
        )
        for name in _subjects(desk.catalogue, action)
    )


def _subjects(catalogue: Catalogue, action: Action) -> tuple[str | None, ...]:
    subject = None if action.subject is None else action.subject.__name__
    return (None,) if subject is None else catalogue.concrete(subject)


def _acts_on(catalogue: Catalogue, action: Action, type_name: str) -> bool:
    return action.subject_input is not None and type_name in _subjects(catalogue, action)
