"""What a plugin leaves unsaid: people meet types, ties, actions and their inputs by what is written of them."""

from collections.abc import Iterator

from pydantic import BaseModel

from relatum.catalogue import Catalogue
from relatum.plugins import LoadedPlugin
from relatum_schemas.docstring import read_docstring
from relatum_schemas.shapes import Form, OfList, OfModel
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema.describing import undescribed


def unsaid(catalogue: Catalogue, plugin: LoadedPlugin) -> list[str]:
    """What a plugin declares without a word about it, each with what is to be written; a line each.

    Of a field its name may say enough (``first_name``); the schema then tells name and kind.
    """
    name = plugin.name
    lines = [] if plugin.description else [f"The module of {name} has no docstring."]
    for each in (*catalogue, *catalogue.traits.values()):
        if each.plugin == name and not each.description:
            lines.append(f"{each.name} has no docstring.")
    for role in catalogue.roles.values():
        if role.plugin == name and not role.title:
            lines.append(f'The role {role.name!r} has no title: Role("{role.name}", title="...").')
    lines += _of_functions(catalogue, name)
    lines += _of_actions(catalogue, name)
    lines += [f"{each} of the schema has no description." for each in _schema(catalogue)]
    return lines


def _schema(catalogue: Catalogue) -> Iterator[str]:
    return undescribed(build_schema(catalogue))


def _of_functions(catalogue: Catalogue, plugin: str) -> Iterator[str]:
    """Computed fields and workflows without a docstring."""
    for full_name, rule in catalogue.computing.items():
        if rule.plugin == plugin and not rule.computed.description:
            yield f"The computed field {full_name} has no docstring."
    for full_name, workflow in catalogue.workflows.items():
        if workflow.plugin == plugin and not read_docstring(workflow.workflow.function).description:
            yield f"The workflow {full_name} has no docstring."


def _of_actions(catalogue: Catalogue, plugin: str) -> Iterator[str]:
    for action in catalogue.actions.values():
        if catalogue.owners.get(action.name) != plugin:
            continue
        if not action.description:
            yield f"The action {action.name} has no docstring."
        for each, form in action.takes.items():
            if each not in action.docstring.arguments:
                yield f"The input {each!r} of {action.name} is not explained: say it under Args."
            yield from _of_models(form, action.name)
        yield from _of_models(action.gives, action.name)


def _of_models(form: Form, where: str) -> Iterator[str]:
    match form.shape:
        case OfList(of=of):
            yield from _of_models(of, where)
        case OfModel(model) as shape:
            if model.__doc__ in (None, BaseModel.__doc__):
                yield f"{model.__name__}, of {where}, has no docstring."
            for each in shape.members.values():
                yield from _of_models(each, where)
