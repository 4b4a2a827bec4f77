"""Which ties hold: a question about ties as records is about those of the past, too."""

from relatum import Condition, Field, date, datetime


def held(at: date | datetime) -> Condition:
    """That a tie holds at a time: on a day where ties hold by day, at an instant where they hold by instant."""
    begun = Field("valid_from").is_null() | (Field("valid_from") <= at)
    return begun & (Field("valid_to").is_null() | (Field("valid_to") > at))
