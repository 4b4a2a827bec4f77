"""How hard the laws are tried: a little by `make test`, more by `make thorough`, for long with HYPOTHESIS_PROFILE=long."""

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "quick")
LONG: Final = PROFILE == "long"
SEEDS: Final = {"quick": 1, "thorough": 3, "long": 20}[PROFILE]
"""How many catalogues are drawn, where a law is about any of them."""

_SHARES: Final = {"quick": 0.25, "thorough": 1, "long": 100}


def tried(examples: int) -> settings:
    """Settings for a law: ``examples`` in a thorough run, a quarter in a quick one, a hundred times as many in a long one.

    They are the same ones each time but for a long run, which alone reduces what it finds to its smallest form: that may
    take minutes.
    """
    return settings(
        max_examples=max(2, int(examples * _SHARES[PROFILE])),
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
    )
