"""Reads the validation files of SpiceDB: schema, relationships and assertions."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import yaml

from tests.access.model import (
    Check,
    Direct,
    Exclusion,
    Expression,
    Fact,
    From,
    Intersection,
    Relations,
    Same,
    Store,
    Subject,
    Union,
    who,
)

_DEFINITION = re.compile(r"definition\s+([\w/]+)\s*\{([^}]*)\}")
_MEMBER = re.compile(
    r"(relation\s+(\w+)\s*:|permission\s+(\w+)\s*=)((?:(?!\b(?:relation|permission)\s).)*)",
    re.DOTALL,
)
_FACT = re.compile(r"([^#]+)#(\w+)@([^\[]+)(?:\[expiration:([^\]]+)\])?")
_TOKEN = re.compile(r"->|[()+&-]|\w+")


def store(path: Path) -> Store:
    """The store of a file."""
    data = yaml.safe_load(path.read_text())
    asked = data["assertions"]
    questions = [
        *(_check(each, expected=True) for each in asked.get("assertTrue", ())),
        *(_check(each, expected=False) for each in asked.get("assertFalse", ())),
    ]
    facts = tuple(_facts(data["relationships"]))
    return Store(path.name, read_schema(data["schema"]), facts, tuple(questions))


def read_schema(text: str) -> Relations:
    """The definitions of a schema and their relations and permissions."""
    return {
        definition[1]: {
            member[2] or member[3]: _direct(member[4]) if member[2] else _Reader(member[4]).whole()
            for member in _MEMBER.finditer(definition[2])
        }
        for definition in _DEFINITION.finditer(text)
    }


def _direct(text: str) -> Direct:
    return Direct(tuple(_subject(each.strip()) for each in text.split("|")))


def _subject(text: str) -> Subject:
    named, _, expires = text.partition(" with ")
    assert expires in ("", "expiration"), "caveats are not read"
    if named.endswith(":*"):
        return Subject(named[:-2], everyone=True)
    type_name, _, relation = named.partition("#")
    return Subject(type_name, relation or None, expires=bool(expires))


class _Reader:
    """Reads one permission; operators of one kind, or in parentheses."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)

    def whole(self) -> Expression:
        read = self._joined()
        assert not self.tokens, self.tokens
        return read

    def _joined(self) -> Expression:
        read, word = self._part(), ""
        while self.tokens and self.tokens[0] in "+&-":
            found = self.tokens.pop(0)
            assert word in ("", found), "operators are not mixed without parentheses"
            word, other = found, self._part()
            if word == "-":
                read = Exclusion(read, other)
            else:
                read = Union((read, other)) if word == "+" else Intersection((read, other))
        return read

    def _part(self) -> Expression:
        token = self.tokens.pop(0)
        if token == "(":
            inner = self._joined()
            assert self.tokens.pop(0) == ")"
            return inner
        if self.tokens and self.tokens[0] == "->":
            self.tokens.pop(0)
            return From(token, self.tokens.pop(0))
        return Same(token)


def _facts(text: str) -> Iterator[Fact]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if not line.startswith("//"):
            yield _fact(line)


def _fact(line: str) -> Fact:
    read = _FACT.fullmatch(line)
    assert read is not None, line
    expires = None if read[4] is None else datetime.fromisoformat(read[4])
    return Fact(who(read[1]), read[2], who(read[3]), expires)


def _check(line: str, *, expected: bool) -> Check:
    fact = _fact(line)
    return Check(fact.subject, fact.relation, fact.object, expected)
