"""How hard the laws are tried: a little in every run, for long with HYPOTHESIS_PROFILE=thorough."""

import os

from hypothesis import HealthCheck, Phase, settings

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


def tried(examples: int) -> settings:
    """Settings for a law: ``examples`` in every run, always the same ones; a hundred times as many when thorough.

    Only a thorough run reduces what it finds to its smallest form, since that may take minutes.
    """
    return settings(
        max_examples=examples * 100 if THOROUGH else examples,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if THOROUGH else [Phase.generate],
    )
