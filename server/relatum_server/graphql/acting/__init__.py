"""Actions of plugins over the engine.

`plan` says once per document which action is called and how its result is shown; records in it are *fragments*, read by
their ids by the same compiled requests as queries. `calling` runs it in the unit of work or snapshot under way, and
`writing` puts the result together as bytes. What fields that plugins wrote in Strawberry return of records goes the same
way by `standing`.
"""
