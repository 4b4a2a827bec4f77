"""What an operator sees of a server that runs: its log, its figures, its traces; and what a developer sees of a question.

In the order of a request's way:

1. `watching`: a request is watched from its first byte to its last: which operation, which status, which codes, how long,
   and in which phases. Whatever answers it tells that to `watched`.
2. `tracing`: the same as spans of OpenTelemetry, in the trace that the caller began; nothing where no SDK is set up.
3. `logs`: a line for each request, and for whatever goes wrong: JSON in production, text in the demo.
4. `measures`: the figures, in Prometheus's own words. `publishing` carries over what is counted elsewhere, `exposing`
   shows them at `/metrics`.
5. `developing`: selection, SQL and times of a question beside its answer, in the demo.
"""
