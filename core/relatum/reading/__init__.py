"""The compiler of selections: a request becomes one SQL statement whose value is the JSON text of its answer."""

from relatum.reading.plan import Bound, ReadPlan, plan
from relatum.reading.plans import Plans

__all__ = ["Bound", "Plans", "ReadPlan", "plan"]
