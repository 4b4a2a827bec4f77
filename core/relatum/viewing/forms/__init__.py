"""Forms: what an action or a record asks for, filled in by a browser, judged and done.

In the order in which a form is filled in:

1. `wanted`: what is asked for, as `of_actions`, `of_records` and `of_ties` read it off declarations.
2. `form`: what stands in its fields, and what is wrong there. `naming`: the records that stand there.
3. `results`: what an action returned, in words.
4. `posted`: what a browser sends; `translating`: that in wire form, and values as they stand in fields. `once`: by what
   it is known that it was sent before.
"""

from relatum.viewing.forms.form import Form, Input, Sent
from relatum.viewing.forms.of_actions import form_of_action
from relatum.viewing.forms.of_records import form_creating, form_updating
from relatum.viewing.forms.of_ties import form_changing, form_ending, form_relating
from relatum.viewing.forms.once import Once

__all__ = [
    "Form",
    "Input",
    "Once",
    "Sent",
    "form_changing",
    "form_creating",
    "form_ending",
    "form_of_action",
    "form_relating",
    "form_updating",
]
