"""Relatum as it is served, over the catalogue of the benchmarks. ``python -m benchmarks.engine URL PORT``."""

import sys

import uvicorn

from benchmarks.model import catalogue
from relatum.access import Principal
from relatum.catalogue.rules import ADMINISTRATOR
from relatum.session import open_database
from relatum_server.app import create_app

if __name__ == "__main__":
    administrator = Principal(roles=frozenset({ADMINISTRATOR}))
    uvicorn.run(
        create_app(open_database(sys.argv[1], catalogue()), principal_for=lambda _: administrator),
        port=int(sys.argv[2]),
        log_level="warning",
        access_log=False,
    )
