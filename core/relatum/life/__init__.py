"""The life of plugins in a database: installed, upgraded, removed, restored, purged; each told before it is done.

1. `parts`: what a plugin has in a database, known by names alone. `concerning`: which plugins an act concerns.
2. `storing`: how an act reaches the database: alone, in one transaction, and told to every process.
3. `parking` and `removing`: data is put away. `settling` and `restoring`: it comes back. `purging`: it is destroyed.
4. `installing`: migrations of single plugins.
5. `planning`: what each of these would do. `listing`: what there is.
"""
