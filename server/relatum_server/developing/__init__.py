"""Serving while a plugin is written: `relatum dev`.

`supervising` holds the address, watches the files and keeps one process serving. At each change another one gets
ready (`standing_by`): it loads and judges what is declared, writes what its tables lack, and tries that on a copy of the
database; `locating` finds the lines that its errors are about. Only then it takes the place of the one before, under the
same socket: who asks meanwhile waits, and nobody is refused.
"""
