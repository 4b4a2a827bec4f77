"""The oracle: a slow, naive, obviously right reading of selections, in memory.

In the order in which a request passes through:

1. `graph`: the records, with every version of each.
2. `shapes`: what is known of a row before it is looked at: which fields and ends it has.
3. `check`: names, operators and values of a request, refused as the compiler must refuse them.
4. `access`: who may see which record and which field, judged by today's state.
5. `sight`: the graph as one root field sees it: its clock, its reader.
6. `values` and `conditions`: how values compare, whether a condition holds; `completeness`: what a record lacks.
7. `walks`: search, neighbourhood, shortest path; `paging`: orders, cursors, windows; `aggregates`.
8. `evaluate`: the answer.

`world` declares a catalogue that has every feature, `strategies` draws graphs, principals and requests over it, `load`
writes a graph into a database. No code is shared with the compiler but the catalogue, the kinds and the text folding.
"""
