"""The change log: the spine that audit, subscriptions, webhooks and analytics read by position.

In the order in which a line passes through:

1. `lines`: what makes a line's digest, and the chain over all of them. Writers append lines with their digests.
2. `sequencer`: gives committed lines their position and the chain's value (`numbering`: from where on). `lag`: how far
   that is behind what is committed.
3. `tidings`: what is told of lines that were numbered. `reader`: lines after a position, and waiting for it. `news`:
   the same for many who wait in one process. `cursors`: lines and units of work as readers outside name them; `places`:
   where one stands who follows changes.
4. `accesses`: the other log, of what is no change and must be known: appended to alike, numbered and chained alike.
5. `verifying`: finds where either of them is broken, and tells what was erased.
"""
