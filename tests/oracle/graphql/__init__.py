"""What GraphQL answers, by graphql-core's own executor over the oracle: each field is resolved by itself, naively.

`arguments` reads what is given, by the names that docs/graphql.md promises; `resolving` gives what is asked, `groups` what
is asked of groups. None knows what the server writes into the ``extensions`` of its schema, nor how it plans.
"""
