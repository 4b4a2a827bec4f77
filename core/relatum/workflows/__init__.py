"""Durable work: what a plugin has begun is ended, whatever happens to the process that began it.

In the order in which work passes through:

1. Units of work ask for starts (`relatum.changes.starts`), and commits write the change log. `following`: one elected
   process makes workflows of both, each once, and says how far it has come. `validity`: it also tells the log of ties
   that begin or cease to hold as time passes.
2. `engine`: DBOS, which keeps what is to be done and what is done already.
3. `running`: what DBOS runs is always one of three functions that never change; they look up what the plugin has declared
   and do it, with a `context` and the rights of the plugin. `notifying` tells people of something, as one of them.
4. `leases`: every process holds a lock while it lives; the work of one that died is taken over by another.
5. `process` puts it all together, and `working` begins it in a process that serves, when there is something to do.
   `positions` is where reactions stand. `operating` is how administrators see and steer it all.

Import what you need from the modules themselves: those that know DBOS take half a second to load, and not every process
works.
"""

from relatum.workflows.context import WorkflowContext

__all__ = ["WorkflowContext"]
