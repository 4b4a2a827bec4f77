"""GraphQL over websockets: the subprotocol ``graphql-transport-ws``.

Follows github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. In the order in which a message passes through:

1. `endpoint`: the ASGI application at ``/graphql``; it lets in as many sockets as may be open.
2. `socket`: one socket from its handshake to its end, a state machine. `messages` are what it reads and writes,
   `closing` the codes with which it ends, `limits` what bounds it.
3. `asker`: who asks on a socket. That is judged again before each delivery, not once at the beginning.
4. `answering`: where an operation is answered: a query by one answer, a subscription by one after the other
   (`relatum_server.graphql.live`).
"""
