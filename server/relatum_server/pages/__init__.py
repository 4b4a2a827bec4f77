"""Pages for people: `start` (what is here), `graphiql` (ask by hand); `page` is what both give, to whom `who` says.

`routes` says where they are; `offering` picks the `examples` that they offer.

``static`` holds the stylesheet and scripts, ``vendor`` the libraries of others.
"""
