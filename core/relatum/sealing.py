"""Encryption of single values, with keys that are kept outside the database.

A value is sealed by AES-256-GCM for its place: the type, the field and the record are associated data, so that a
sealed text opens nowhere else. The text names its key, so that keys can be followed by others. Where equality is to be
asked, a keyed digest (HMAC-SHA-256) stands beside it, of the value and the field.
"""

import os
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from relatum.catalogue.model import Field, RecordType
from relatum_schemas.errors import BadSetting, KeyMissing, UnreadableFile, Unsealable

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_PREFIX: Final = "sealed1"


class FieldPlace(NamedTuple):
    """A field of a type, by the names that it has or had."""

    type: str
    field: str


def field_places(field: Field, record_type: RecordType) -> tuple[FieldPlace, ...]:
    """Return where a field's values may have been sealed: under its present names first, then under former ones."""
    types = (record_type.name, *record_type.renamed_from)
    names = (field.name, *field.renamed_from)
    return tuple(FieldPlace(each, name) for each in types for name in names)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the database keeps it.

    Attributes:
        record: for which it was sealed.
        text: the key's name and the encrypted value.
        lookup: the keyed digest by which equal values are found, where the field has one.
    """

    record: UUID
    text: str
    lookup: str | None = None


@dataclass
class Keyring:
    """The keys of an installation.

    Attributes:
        current: the name of the key that new values are sealed with.
        keys: by name, of 32 bytes; former ones open what they sealed.
        digesting: the key of the digests by which values are looked up; it stays.
        file: from which they were read; read again where a key is missing, which may be newer than this process.
    """

    current: str
    keys: Mapping[str, bytes] = attribute(repr=False)
    digesting: bytes = attribute(repr=False)
    file: Path | None = None

    def seal(self, plain: bytes, place: FieldPlace, record: UUID) -> str:
        """Encrypt a value for its place."""
        nonce = os.urandom(_NONCE_BYTES)
        made = AESGCM(self.keys[self.current]).encrypt(nonce, plain, _bound(place, record))
        return f"{prefix_of(self.current)}{urlsafe_b64encode(nonce + made).decode()}"

    def open(self, text: str, places: Sequence[FieldPlace], record: UUID) -> bytes:
        """Decrypt a value.

        Args:
            text: as `seal` made it.
            places: where it may have been sealed: the field by its name, and by names that it had before.
            record: whose value it is.

        Raises:
            KeyMissing: the key that it was sealed with is not in the key file.
            Unsealable: it is not what was sealed for this place.
        """
        _, name, content = _parts(text)
        if name not in self.keys and self.file is not None:
            self.keys = read_keys(self.file).keys
        key = self.keys.get(name)
        if key is None:
            raise KeyMissing(
                f"The key {name!r} of an encrypted value is not in the key file.",
                hint="Put it back: a key is needed for as long as values are sealed with it.",
            )
        for place in places:
            try:
                return AESGCM(key).decrypt(
                    content[:_NONCE_BYTES], content[_NONCE_BYTES:], _bound(place, record)
                )
            except InvalidTag:
                continue
        raise Unsealable("An encrypted value was altered, or moved here from elsewhere.")

    def digest(self, plain: bytes, place: FieldPlace) -> str:
        """The digest by which a value of a field is found."""
        said = orjson.dumps([*place, plain.decode()])
        return b64encode(hmac(self.digesting, said, sha256).digest()).decode()


def sealed_with(text: str) -> str | None:
    """The name of the key that a text was sealed with; None for a text that was not sealed."""
    prefix, _, rest = text.partition(".")
    name, _, content = rest.partition(".")
    return name if prefix == _PREFIX and name and content else None


def prefix_of(key: str) -> str:
    """What every text begins with that a key has sealed."""
    return f"{_PREFIX}.{key}."


def needed(keys: Keyring | None) -> Keyring:
    """The keys, where they cannot be done without.

    Raises:
        KeyMissing: there are none.
    """
    if keys is None:
        raise KeyMissing(
            "The value is encrypted, and this installation has no key.",
            hint="Name the key file by the setting key_file; relatum key new makes one.",
        )
    return keys


def new_keyring() -> Keyring:
    """Keys for a new installation."""
    return Keyring("k1", {"k1": os.urandom(_KEY_BYTES)}, os.urandom(_KEY_BYTES))


def followed(keys: Keyring) -> Keyring:
    """The keys with a new one in front, with which values are sealed from now on."""
    name = f"k{max(int(each[1:]) for each in keys.keys) + 1}"
    return replace(keys, current=name, keys={**keys.keys, name: os.urandom(_KEY_BYTES)})


def read_keys(file: Path) -> Keyring:
    """The keys of a key file.

    Raises:
        UnreadableFile: there is no such file, or it cannot be read.
        BadSetting: it is no key file, or others than its owner can read it.
    """
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise BadSetting(
                f"Others can read the key file {file}.",
                path="key_file",
                hint=f"chmod 600 {file}",
            )
        content = orjson.loads(file.read_bytes())
        keys = {str(name): b64decode(key) for name, key in content["keys"].items()}
        read = Keyring(content["current"], keys, b64decode(content["digesting"]), file)
    except OSError as error:
        raise UnreadableFile(f"The key file {file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSetting(f"The file {file} is no key file.", path="key_file") from error
    sizes = {len(key) for key in (*read.keys.values(), read.digesting)}
    if read.current not in read.keys or sizes != {_KEY_BYTES}:
        raise BadSetting(f"The key file {file} is damaged.", path="key_file")
    return read


def write_keys(file: Path, keys: Keyring, *, new: bool) -> None:
    """Write a key file that only its owner can read; it is there as a whole or not at all.

    Raises:
        BadSetting: a new one was asked for, and there is a file of this name.
        UnreadableFile: it cannot be written.
    """
    content = {
        "current": keys.current,
        "keys": {name: b64encode(key).decode() for name, key in keys.keys.items()},
        "digesting": b64encode(keys.digesting).decode(),
    }
    beside = file.with_name(f".{file.name}.new")
    try:
        if new and file.exists():
            raise BadSetting(
                f"There is a file {file}.",
                path="key_file",
                hint="Without its keys nothing that they sealed can be read: name another file.",
            )
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except OSError as error:
        raise UnreadableFile(f"The key file {file} cannot be written: {error.strerror}.") from error


def _bound(place: FieldPlace, record: UUID) -> bytes:
    return orjson.dumps([*place, record.hex])


def _parts(text: str) -> tuple[str, str, bytes]:
    name = sealed_with(text)
    if name is None:
        raise Unsealable(
            "A value of an encrypted field is stored unencrypted.",
            hint="relatum key rotate encrypts what was stored before the field was declared so.",
        )
    prefix, _, content = text.split(".", 2)
    try:
        return prefix, name, urlsafe_b64decode(content)
    except (NoBase64, ValueError) as error:
        raise Unsealable("An encrypted value is damaged.") from error
