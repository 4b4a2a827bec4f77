"""Reads the stores of OpenFGA: the modelling language, tuples and expected answers."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.access.model import (
    Check,
    Direct,
    Exclusion,
    Expression,
    Fact,
    From,
    Intersection,
    ListObjects,
    ListUsers,
    Question,
    Relations,
    Same,
    Store,
    Subject,
    Union,
    who,
)

_TOKEN = re.compile(r"\[[^\]]*\]|[()]|[\w-]+")
_DEFINE = re.compile(r"define\s+([\w-]+)\s*:\s*(.*)")


def stores(path: Path) -> Iterator[Store]:
    """The store of a file; one of its own for each test that brings tuples."""
    data = yaml.safe_load(path.read_text())
    text = data.get("model") or (path.parent / data["model_file"]).read_text()
    relations, facts = read_model(text), tuple(_facts(data["tuples"]))
    name = f"{path.parent.name}/{path.name}"
    own = [each for each in data["tests"] if each.get("tuples")]
    shared = [each for each in data["tests"] if not each.get("tuples")]
    if shared:
        asked = tuple(question for each in shared for question in _questions(each))
        yield Store(name, relations, facts, asked)
    for number, each in enumerate(own):
        brought = (*facts, *_facts(each["tuples"]))
        yield Store(f"{name}/{number}", relations, brought, tuple(_questions(each)))


def read_model(text: str) -> Relations:
    """The types of a model and their relations."""
    relations: dict[str, dict[str, Expression]] = {}
    for line in text.splitlines():
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        defined = _DEFINE.fullmatch(said)
        if said.startswith("type "):
            current = relations.setdefault(said.split()[1], {})
        elif defined is not None:
            current[defined[1]] = _Reader(defined[2]).whole()
    return relations


class _Reader:
    """Reads one definition, token by token."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)

    def whole(self) -> Expression:
        read = self._joined()
        assert not self.tokens, self.tokens
        return read

    def _joined(self) -> Expression:
        parts = [self._part()]
        word = ""
        while self.tokens and self.tokens[0] in ("or", "and", "but"):
            found = self.tokens.pop(0)
            assert word in ("", found), "operators are not mixed without parentheses"
            word = found
            if word == "but":
                assert self.tokens.pop(0) == "not"
            parts.append(self._part())
        if word == "but":
            return Exclusion(parts[0], parts[1])
        if not word:
            return parts[0]
        return Union(tuple(parts)) if word == "or" else Intersection(tuple(parts))

    def _part(self) -> Expression:
        token = self.tokens.pop(0)
        if token == "(":
            inner = self._joined()
            assert self.tokens.pop(0) == ")"
            return inner
        if token.startswith("["):
            return Direct(tuple(_subject(each) for each in token[1:-1].split(",")))
        if self.tokens and self.tokens[0] == "from":
            self.tokens.pop(0)
            return From(self.tokens.pop(0), token)
        return Same(token)


def _subject(text: str) -> Subject:
    said = text.strip()
    assert " with " not in said, "conditions are not read"
    if said.endswith(":*"):
        return Subject(said[:-2], everyone=True)
    type_name, _, relation = said.partition("#")
    return Subject(type_name, relation or None)


def _facts(tuples: Iterable[Any]) -> Iterator[Fact]:
    for each in tuples:
        yield Fact(who(each["object"]), each["relation"], who(each["user"]))


def _questions(test: Any) -> Iterator[Question]:
    for each in test.get("check", ()):
        for relation, expected in each["assertions"].items():
            yield Check(who(each["user"]), relation, who(each["object"]), expected)
    for each in test.get("list_objects", ()):
        for relation, expected in each["assertions"].items():
            found = frozenset(expected or ())
            yield ListObjects(who(each["user"]), relation, each["type"], found)
    for each in test.get("list_users", ()):
        (wanted,) = each["user_filter"]
        for relation, expected in each["assertions"].items():
            found = frozenset(expected["users"])
            within = wanted.get("relation")
            yield ListUsers(who(each["object"]), relation, wanted["type"], within, found)
