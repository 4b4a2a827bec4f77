"""How the world reaches the records: HTTP, GraphQL, identity and the command line."""
