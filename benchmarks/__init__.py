"""What Relatum costs, measured against the bare floor: `make bench`.

1. `nested`: a nested query over HTTP, against the same statement written by hand behind a bare function.
2. `growth`: questions of one process as the database grows.
3. `import_speed`: records coming in, against the bare driver writing the same rows.
4. `import_memory`: what `relatum import` holds in memory as files grow.

`model` and `data` are what they ask about, `filling` writes it, `servers`, `engine`, `floor` and `client` are the
processes, `nested_query` has the question and its statements by hand. `docs/performance.md` has figures and how to
read them.
"""

import warnings

# A library of the database server says so where nobody has logged in, as in a container.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
