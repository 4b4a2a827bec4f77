"""How people and programs sign in over HTTP, on what `relatum.identity` knows.

`address` says where browsers reach the server, and tells its own pages' requests from other sites'. `authenticating` finds
out from a request's headers who asks, for GraphQL and pages alike. Pages are made of `visits` (who came, what was filled
in, what is answered): `signing_in` by password and links, `tickets` for the links themselves, `elsewhere` by way of other
providers (`openid`), `account` with `people` and `inviting`; `browsers` words what a session was begun with. `mail` sends
what `letters` says. `demo` keeps the secrets of the demo's sign-ins.
"""
