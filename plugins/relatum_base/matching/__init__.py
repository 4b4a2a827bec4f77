"""Finds the people and organizations that somebody who is described may be: one mechanism, with its reasons.

`rules` states what counts for how much. `keys` makes of a description what a look-up goes by, and keeps it with each
record, so that a look-up reads few records among millions. `comparing` says how alike two values are; `judging` adds up the
points of all facts, with the reasons; `finding` does all of this for a description. `acts` offers it to people.

The method is that of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): each field that agrees speaks for one
and the same party by its weight, each that differs against it, and a value that is missing says nothing.
"""

from relatum_base.matching.finding import find_organizations, find_people
from relatum_base.matching.judging import FieldVerdict, Verdict, judged
from relatum_base.matching.rules import ORGANIZATIONS, PEOPLE, Rule, RuleSet

__all__ = [
    "ORGANIZATIONS",
    "PEOPLE",
    "FieldVerdict",
    "Rule",
    "RuleSet",
    "Verdict",
    "find_organizations",
    "find_people",
    "judged",
]
