"""What Relatum costs, measured against the bare floor: `make bench`.

1. `api`: questions and an act over HTTP, against the same statements written by hand behind a bare function.
2. `growth`: questions of one process as the database grows.
3. `access`: pages of partners that may see little of much; `explaining`: why they may.
4. `import_speed`: records coming in, against the bare driver writing the same rows.
5. `import_memory`: what `relatum import` holds in memory as files grow.
6. `watching`: what metrics and logs take of a request.
7. `working`: how fast reactions are worked off, and what comes of work whose process is killed.
8. `matching`: how long it takes to look a party up among a million, whose rows `parties` makes.

`model` and `data` (`deals` and `deal_rows` for access) are what they ask about, `filling` writes it, `servers` and `client`
are the processes. `docs/performance.md` has figures and how to read them.
"""

import warnings

# A library of the database server says so where nobody has logged in, as in a container.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
