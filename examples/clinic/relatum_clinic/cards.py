"""Patients from electronic business cards: files of vCard (RFC 6350), as practices and phones export them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from relatum import hookimpl
from relatum.plugins import Importer

_ESCAPED = re.compile(r"\\([\\,;nN])")


def read_cards(file: Path) -> Iterator[Mapping[str, object]]:
    """The people of a file, each with ``uid``, ``given_name``, ``family_name``, ``email`` and ``phone``.

    Args:
        file: with one card or several; properties that are none of these are left out.
    """
    unfolded = re.sub(r"\r?\n[ \t]", "", file.read_text(encoding="utf-8"))
    card: dict[str, str] = {}
    for line in unfolded.splitlines():
        said, _, value = line.partition(":")
        name = said.partition(";")[0].rpartition(".")[2].upper()
        if name == "END":
            yield _person(card)
            card = {}
        else:
            card.setdefault(name, value)


def _person(card: Mapping[str, str]) -> Mapping[str, object]:
    family, given, *_ = [*re.split(r"(?<!\\);", card.get("N", "")), "", ""]
    return {
        "uid": card.get("UID") or card.get("FN") or None,
        "given_name": _text(given),
        "family_name": _text(family) or _text(card.get("FN", "")),
        "email": _text(card.get("EMAIL", "")),
        "phone": _text(card.get("TEL", "").removeprefix("tel:")),
    }


def _text(value: str) -> str | None:
    return _ESCAPED.sub(lambda each: "\n" if each[1] in "nN" else each[1], value).strip() or None


@hookimpl
def importers() -> Sequence[Importer]:
    """Cards are imported like any other file."""
    return [Importer("vcard", (".vcf",), read_cards)]


@click.command("cards")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def look_at_cards(file: Path) -> None:
    """Say who is on the cards in FILE, before they are imported."""
    for each in read_cards(file):
        told = f"{each['given_name'] or ''} {each['family_name'] or '(no name)'}".strip()
        click.echo(f"{told}  {each['email'] or each['phone'] or ''}".rstrip())


@hookimpl
def commands() -> Sequence[click.Command]:
    """``relatum x clinic cards patients.vcf``."""
    return [look_at_cards]
