"""Resolves the workflows of plugins and the messages that they send, and the rights of what runs by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.model import Catalogue
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.resolved import WorkflowRule
from relatum_schemas.errors import DeclarationError
from relatum_schemas.workflow import Queue, Template, Workflow


def with_workflows(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    """The catalogue with the workflows and messages of plugins."""
    workflows: dict[str, WorkflowRule] = {}
    templates: dict[str, Template] = {}
    reactions = {each.name for each in catalogue.reactions}
    for given in contributions:
        plugin = given.plugin.name
        queues: dict[str, Queue] = {}
        for workflow in given.workflows:
            rule = WorkflowRule(plugin=plugin, workflow=workflow)
            with problems.noting(plugin, workflow.name):
                if rule.name in workflows or rule.name in reactions:
                    raise DeclarationError(
                        "The plugin has something else of this name.", hint="Rename one."
                    )
                _judge(catalogue, workflow, queues)
            workflows[rule.name] = rule
        for name, template in given.templates.items():
            with problems.noting(plugin, name):
                _judge_template(template)
            templates[f"{plugin}.{name}"] = template
    for reaction in catalogue.reactions:
        with problems.noting(reaction.plugin, reaction.reaction.name):
            _judge_rights(catalogue, reaction.reaction.elevated)
    return replace(catalogue, workflows=workflows, templates=templates)


def _judge(catalogue: Catalogue, workflow: Workflow, queues: dict[str, Queue]) -> None:
    _judge_rights(catalogue, workflow.elevated)
    taken = workflow.call.takes
    if workflow.cron is not None:
        from croniter import croniter  # takes long to load, and few plugins have schedules

        if not croniter.is_valid(workflow.cron):
            raise DeclarationError(
                f"{workflow.cron!r} says no times.",
                hint='Name minute, hour, day, month and weekday: "0 6 * * mon".',
            )
        if taken:
            raise DeclarationError(
                "What starts by itself is given nothing but the context.",
                hint="Take the other parameters off.",
            )
    queue = workflow.queue
    if queue is not None and queues.setdefault(queue.name, queue) != queue:
        raise DeclarationError(
            f"The queue {queue.name!r} has other limits elsewhere.", hint="Declare it once."
        )


def _judge_rights(catalogue: Catalogue, elevated: Mapping[str, object]) -> None:
    for name in elevated:
        catalogue.concrete(name)


def _judge_template(template: Template) -> None:
    from jinja2 import Environment, TemplateSyntaxError  # takes long to load, likewise

    try:
        for text in (template.subject, template.text):
            Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as error:
        raise DeclarationError(f"The message cannot be read: {error.message}.") from error
    if "\n" in template.subject:
        raise DeclarationError("The subject has several lines.", hint="Give it one.")
