"""Pages for people: `start` (what is here), `graphiql` (ask by hand); `page` is what both give.

``static`` holds the stylesheet and scripts, ``vendor`` the libraries of others.
"""
