"""What things are: the declaration language, selections, policies and shared words. No input, no output.

In the order in which a declaration is read:

1. `entity`, `relationship`: types of records and of ties between them. Their fields have `kinds` and `markers`, read by
   `annotations`; `expression` is how fields are computed, `condition` how records are chosen in Python.
2. `selection`: what to read, in the neutral form that every asker speaks.
3. `policy`: who may do what; `principal` is who asks, where conditions and paths speak of that. `purpose`: what sensitive
   data may be used for. `policy_data` has policies and roles as JSON, by `rule_data`.
4. `functions`: what all functions of a plugin have in common. `action`: business functions. `reactions`: what is done when
   records change. `computing`: fields made in Python. `workflow`: durable work. `view`: selections that are shown. `port`:
   what plugins leave to each other. `plugin`: the manifest of it all.
5. `declared`: types that administrators declare at run time, as data. `app`: what programs outside ask for.
6. `errors`: the one family of errors.
"""
