"""Puts a response together from the engine's bytes and other answers, without reading what the engine wrote.

Where the engine's answer has to be taken apart, its keys bear a mark that occurs nowhere else.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import orjson

from relatum_server.graphql.marking import ID_MARK, MARK
from relatum_server.graphql.planner import Answer, Plan

_ROOT: Final = re.compile(rf'[{{,]\s*"{MARK}(\d+)"\s*:\s*'.encode())
_RECORD: Final = re.compile(rf'\{{\s*"{ID_MARK}"\s*:\s*("[^"]*"|\[[^\]]*\])\s*'.encode())
_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})
_ID: Final = re.compile(rb'"([^"]*)"')


def response(
    plan: Plan,
    engine: bytes,
    authored: Mapping[str, object],
    ids: Mapping[str, Sequence[str]],
    called: Mapping[str, bytes] = _NONE,
) -> bytes:
    """The value of ``data``.

    Args:
        plan: whose answers these are.
        engine: the engine's answer, an object.
        authored: answers of graphql-core's executor by key.
        ids: ids that were given to each ``nodes`` field, in wire form, by key.
        called: what actions gave, as JSON, by key.
    """
    if not plan.marked:
        return engine
    answers = taken_apart(engine)
    members = (
        b"%s:%s" % (orjson.dumps(each.key), _answer(each, position, answers, called, authored, ids))
        for position, each in enumerate(plan.answers)
    )
    return b"{%s}" % b",".join(members)


def _answer(
    answer: Answer,
    position: int,
    answers: Mapping[int, bytes],
    called: Mapping[str, bytes],
    authored: Mapping[str, object],
    ids: Mapping[str, Sequence[str]],
) -> bytes:
    match answer.by:
        case "engine":
            return answers[position]
        case "nodes":
            return _in_order(answers[position], ids[answer.key])
        case "action":
            return called[answer.key]
        case "authored":
            return orjson.dumps(authored[answer.key])
        case "typename":
            return b'"Query"'


def taken_apart(engine: bytes) -> dict[int, bytes]:
    """The values of the engine's answer by their positions in the plan."""
    marks = list(_ROOT.finditer(engine))
    ends = [each.start() for each in marks[1:]] + [engine.rfind(b"}")]
    return {
        int(mark[1]): engine[mark.end() : end].rstrip()
        for mark, end in zip(marks, ends, strict=False)
    }


def _in_order(records: bytes, ids: Sequence[str]) -> bytes:
    """The records in the order of the ids given, with null where there is none."""
    found = by_id(records)
    return b"[%s]" % b",".join(found.get(each, b"null") for each in ids)


def by_id(records: bytes) -> dict[str, bytes]:
    """The records of a list by the ids under which they are marked: one, or all by which a record is found."""
    marks = list(_RECORD.finditer(records))
    ends = [each.start() for each in marks[1:]] + [records.rfind(b"]")]
    return {
        each.decode(): _object(records[mark.end() : end])
        for mark, end in zip(marks, ends, strict=False)
        for each in _ID.findall(mark[1])
    }


def _object(members: bytes) -> bytes:
    """The rest of an object after its first member, as an object."""
    return b"{" + members.rstrip(b", \n").removeprefix(b",")
