"""How the world reaches the records: HTTP, GraphQL, pages and the command line.

From the outside in:

1. `cli`: the command `relatum`, a module per subcommand; its flags come from `settings`.
2. `settings`: what an installation is told by flags, environment and file.
3. `installation`: what that brings into force: plugins, what surrounds them, the catalogue; `launching`: the application
   over it that one process serves.
4. `serving`: the address claimed, and processes that serve on it.
5. `app`: the application: `graphql` answered before all routing; `identity` (how people and programs sign in), `pages`
   and `health` beside it. `files` keeps and serves the files of records. `state` is what they answer from, `statuses`
   what errors are in HTTP.
6. `observability`: what operators and developers see of all that.
"""
