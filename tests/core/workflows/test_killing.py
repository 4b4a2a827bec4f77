"""What a process that is killed has begun is ended by another: nothing is lost, and repeated only under the same key.

The same with many more kills: ``python -m benchmarks.working kills``.
"""

from relatum.catalogue import build_catalogue
from tests.core.workflows import courier
from tests.core.workflows.killing import Outcome, kill_again_and_again, kill_one_of_two
from tests.databases import CloneTemplate, prepared


async def test_a_process_that_is_killed_again_and_again_ends_what_it_began(
    clone_template: CloneTemplate,
) -> None:
    url = await prepared(clone_template, "sqlite", build_catalogue([courier]))
    judge(await kill_again_and_again(url, 3), least=3)


async def test_of_two_processes_one_ends_what_the_other_one_began(
    clone_template: CloneTemplate,
) -> None:
    url = await prepared(clone_template, "postgresql", build_catalogue([courier]))
    judge(await kill_one_of_two(url), least=1)


def judge(outcome: Outcome, *, least: int) -> None:
    """All happened, each under one key, and all that was begun has ended."""
    assert outcome.acknowledged >= least
    assert outcome.stored >= outcome.acknowledged
    assert outcome.missing == 0
    assert outcome.under_other_keys == 0
    assert (outcome.ended, outcome.open) == (2 * outcome.stored, 0)
