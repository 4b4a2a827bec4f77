"""GraphQL over the engine.

A `question`'s way through the modules: `http` (the ASGI application; `accepting` chooses the media type) reads it from
the `bodies` of requests, whose `parameters` make it, with files by `uploading`, and hands it to `api`; the answer leaves
`compressing`. The document may be a `trusted` one, asked by name. `api` finds or makes the `document` (parsed, measured
by `limits`, validated), coerces its `variables` (by `coercing` where they are plainly of their types; `variable_places`
says where they go), and finds or makes its plan. What has to wait does so within a limit (`waiting`). What `mutating` has
of its own, its tour says. `planner` plans the root fields, `planning` is a place in the document, `selecting` collects
what is asked there, `outputs` and `groups` turn it into outputs of the selection, `arguments` into conditions, orders and
times. `estimate` counts the rows that may come. The engine answers with bytes; `executing` runs what is not the engine's;
`splicing` puts the response together. `errors` says what went wrong.

The schema comes from `schema`; what its members stand for is said in `meaning`, how things are called in `names`. Who may
know of which of them is said by `knowing`; what somebody may not is `unknown` to his questions, and left out by
`introspecting` and in the `schema_text`; what clients would notice of another schema is told by `schema_changes`. What
was asked before is kept in `recent` caches.

Sockets are served by `websocket`, and what comes over them is answered by `live`: a subscription step by step, as `changes`
plans it.
"""
