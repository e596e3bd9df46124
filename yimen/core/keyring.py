"""The key file: every key of this installation, outside the database, replaced whole when keys are rotated."""

import json
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

_DATA_KEY = 16  # bytes of an SM4 key
_HMAC_KEY = 32
_SEAL_OF_OLD = b"trail seals"  # files of the first form had no seal key: it was made of their index key


class CipherError(Exception):
    """A sealed value does not open, or the keys are not as they must be. Never a message for residents."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Keys by id (1 to 255), in three kinds: `keys` seal values, `index_keys` find them, `seal_keys` seal the trail.

    An id names one of each. `current` is what seals now; the others open and find what was sealed before. A value
    and its blind index always bear the same id. Seal keys are never dropped, because seals are never made anew, and
    so no id is ever used twice.
    """

    current: int
    keys: Mapping[int, bytes]
    index_keys: Mapping[int, bytes]
    seal_keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise CipherError(f"The current key {self.current} is not among the keys.")
        if set(self.index_keys) != set(self.keys) or not set(self.keys) <= set(self.seal_keys):
            raise CipherError("Every id must name a key that seals, one that finds and one for the trail.")
        if any(not 1 <= number <= 255 for number in self.seal_keys):
            raise CipherError("Keys have ids from 1 to 255.")
        if any(len(key) != _DATA_KEY for key in self.keys.values()):
            raise CipherError("Keys that seal have 16 bytes each.")
        if any(len(key) != _HMAC_KEY for key in (*self.index_keys.values(), *self.seal_keys.values())):
            raise CipherError("Index keys and seal keys have 32 bytes each.")

    def fingerprints(self) -> dict[str, str]:
        """By id, what tells a key from another without telling the key: for backups, which hold none."""
        found = {}
        for number, key in self.keys.items():
            mark = HMAC(key, SM3())
            mark.update(b"fingerprint" + self.index_keys[number])
            found[str(number)] = mark.finalize()[:8].hex()
        return found

    def added(self) -> "KeyRing":
        """The same ring with one more key, which opens and finds but does not seal yet."""
        free = [
            number for step in range(1, 255) if (number := (self.current + step - 1) % 255 + 1) not in self.seal_keys
        ]
        if not free:
            raise CipherError("All 255 ids of the key ring were used. Start a new key file.")
        return KeyRing(
            self.current,
            {**self.keys, free[0]: secrets.token_bytes(_DATA_KEY)},
            {**self.index_keys, free[0]: secrets.token_bytes(_HMAC_KEY)},
            {**self.seal_keys, free[0]: secrets.token_bytes(_HMAC_KEY)},
        )

    def turned(self, number: int) -> "KeyRing":
        """The same keys; this one seals from now on."""
        return KeyRing(number, self.keys, self.index_keys, self.seal_keys)

    def without(self, number: int) -> "KeyRing":
        """The ring after a key is retired: what it sealed opens no more, its seals of the trail can be checked."""
        if number == self.current:
            raise CipherError(f"Key {number} seals now. Rotate first.")
        if number not in self.keys:
            raise CipherError(f"There is no key {number}.")
        keys = {one: key for one, key in self.keys.items() if one != number}
        index_keys = {one: key for one, key in self.index_keys.items() if one != number}
        return KeyRing(self.current, keys, index_keys, self.seal_keys)


def new_key_ring() -> KeyRing:
    """Fresh keys. The id is random: values of a lost ring are refused by its name and do not look forged."""
    number = 1 + secrets.randbelow(255)
    return KeyRing(
        number,
        {number: secrets.token_bytes(_DATA_KEY)},
        {number: secrets.token_bytes(_HMAC_KEY)},
        {number: secrets.token_bytes(_HMAC_KEY)},
    )


def create_key_file(path: str | Path, ring: KeyRing | None = None) -> KeyRing:
    """Write a key ring (fresh ones by default) readable by its owner only; a file already there wins."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(target, ring or new_key_ring())
    try:
        os.link(draft, target)  # whole or not at all, and never over another process's keys
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
    return load_key_file(target)


def replace_key_file(path: str | Path, ring: KeyRing) -> None:
    """Put another ring in the place of the old one: a reader finds the old file or the new one, both whole."""
    target = Path(path)
    os.replace(_draft(target, ring), target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _draft(target: Path, ring: KeyRing) -> str:
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".keys-")  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_dumped(ring))
        file.flush()
        os.fsync(file.fileno())
    return draft


def load_key_file(path: str | Path) -> KeyRing:
    """The ring in a key file. CipherError when others may read the file, or it is not a key file."""
    target = Path(path)
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        text = target.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CipherError(f"The key file {target} cannot be read: {error}") from error
    if mode & 0o077:
        raise CipherError(f"The key file {target} has mode {mode:04o}. Others could read it: set 0600.")
    try:
        return _ring(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CipherError(f"The key file {target} does not hold a key ring.") from error


def _ring(data: dict[str, Any]) -> KeyRing:
    current, keys = int(data["current"]), _keys(data["keys"])
    if "index_key" in data:  # the first form: one index key for all
        index_key = bytes.fromhex(data["index_key"])
        old = HMAC(index_key, SM3())
        old.update(_SEAL_OF_OLD)
        seal_key = old.finalize()
        return KeyRing(current, keys, dict.fromkeys(keys, index_key), dict.fromkeys(keys, seal_key))
    return KeyRing(current, keys, _keys(data["index_keys"]), _keys(data["seal_keys"]))


def _keys(told: dict[str, str]) -> dict[int, bytes]:
    return {int(number): bytes.fromhex(key) for number, key in told.items()}


def _dumped(ring: KeyRing) -> str:
    kinds = {"keys": ring.keys, "index_keys": ring.index_keys, "seal_keys": ring.seal_keys}
    told = {kind: {str(number): key.hex() for number, key in keys.items()} for kind, keys in kinds.items()}
    return json.dumps({"current": ring.current, **told}, indent=1)
