"""Personal values at rest: SM4-GCM (GB/T 32907) for the value, HMAC-SM3 (GB/T 32905) to find it again.

A sealed value is bound to its place (table and column) and row, so that moving it elsewhere breaks it. The
algorithms sit behind `Provider`: an HSM or KMS takes the place of `SoftwareProvider`, nothing else changes.
"""

import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

KEY_FILE_VARIABLE = "YIMEN_KEY_FILE"
VERSION = 1
_NONCE = 12
_TAG = 16
_KEY = 16  # bytes of an SM4 key
_INDEX_KEY = 32
_HEADER = 2 + _NONCE


class CipherError(Exception):
    """A sealed value does not open, or the keys are not as they must be. Never a message for residents."""


class Provider(Protocol):
    """Authenticated encryption with a 16-byte key and a 12-byte nonce; the 16-byte tag ends the result."""

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """The ciphertext and its tag."""

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """The plain bytes; CipherError when anything was changed."""


class SoftwareProvider:
    """SM4-GCM by OpenSSL, in this process."""

    def encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """The ciphertext and its tag."""
        context = BlockCipher(_algorithm(key), modes.GCM(nonce)).encryptor()
        context.authenticate_additional_data(aad)
        return context.update(plain) + context.finalize() + context.tag

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """The plain bytes; CipherError when anything was changed."""
        context = BlockCipher(_algorithm(key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        context.authenticate_additional_data(aad)
        try:
            return context.update(sealed[:-_TAG]) + context.finalize()
        except InvalidTag:
            raise CipherError("The value was changed, or belongs to another place or row.") from None


@lru_cache(maxsize=256)
def _algorithm(key: bytes) -> algorithms.SM4:
    return algorithms.SM4(key)


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Data keys by id (1 to 255), the one that seals now, and the key of the blind indexes.

    Rotation: add a key, make it current, seal again row by row, then drop the old one. A new index key means
    computing every blind index anew, so there is only one.
    """

    current: int
    keys: dict[int, bytes]
    index_key: bytes

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise CipherError(f"The current key {self.current} is not among the keys.")
        if any(not 1 <= number <= 255 or len(key) != _KEY for number, key in self.keys.items()):
            raise CipherError("Keys have ids from 1 to 255 and 16 bytes each.")
        if len(self.index_key) != _INDEX_KEY:
            raise CipherError("The index key has 32 bytes.")

    def rotated(self) -> "KeyRing":
        """The same ring with one more key, which seals from now on."""
        number = self.current % 255 + 1
        if number in self.keys:
            raise CipherError("The key ring is full. Drop keys that seal nothing any more.")
        return KeyRing(number, {**self.keys, number: secrets.token_bytes(_KEY)}, self.index_key)


def new_key_ring() -> KeyRing:
    """Fresh keys. The id is random: values of a lost ring are refused by its name and do not look forged."""
    number = 1 + secrets.randbelow(255)
    return KeyRing(number, {number: secrets.token_bytes(_KEY)}, secrets.token_bytes(_INDEX_KEY))


def create_key_file(path: str | Path, ring: KeyRing | None = None) -> KeyRing:
    """Write a key ring (fresh ones by default) readable by its owner only; a file already there wins."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".keys-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(_dumped(ring or new_key_ring()))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)  # whole or not at all, and never over another process's keys
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
    return load_key_file(target)


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
        data: dict[str, Any] = json.loads(text)
        keys = {int(number): bytes.fromhex(key) for number, key in data["keys"].items()}
        return KeyRing(int(data["current"]), keys, bytes.fromhex(data["index_key"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CipherError(f"The key file {target} does not hold a key ring.") from error


def _dumped(ring: KeyRing) -> str:
    keys = {str(number): key.hex() for number, key in ring.keys.items()}
    return json.dumps({"current": ring.current, "keys": keys, "index_key": ring.index_key.hex()}, indent=1)


class Cipher:
    """Seals, opens and indexes values with one key ring. Safe to share between threads."""

    def __init__(self, ring: KeyRing, provider: Provider | None = None) -> None:
        self._ring = ring
        self._provider = provider or SoftwareProvider()
        self._header = bytes((VERSION, ring.current))
        self._key = ring.keys[ring.current]
        self._index: dict[tuple[str, str], HMAC] = {}

    def seal(self, text: str, *, place: str, row: UUID) -> bytes:
        """version, key id, nonce, ciphertext, tag: 30 bytes more than the text. Never twice the same."""
        nonce = os.urandom(_NONCE)
        aad = self._header + row.bytes + place.encode()
        return self._header + nonce + self._provider.encrypt(self._key, nonce, text.encode(), aad)

    def open(self, blob: bytes | memoryview, *, place: str, row: UUID) -> str:
        """The text again. CipherError when it was changed, cut, sealed elsewhere, or its key is gone."""
        sealed = bytes(blob)
        if len(sealed) < _HEADER + _TAG or sealed[0] != VERSION:
            raise CipherError("This is not a sealed value.")
        key = self._ring.keys.get(sealed[1])
        if key is None:
            raise CipherError(f"The value was sealed with key {sealed[1]}, which is not in the key file.")
        aad = sealed[:2] + row.bytes + place.encode()
        return self._provider.decrypt(key, sealed[2:_HEADER], sealed[_HEADER:], aad).decode()

    def is_current(self, blob: bytes | memoryview) -> bool:
        """Whether the value is sealed with the current key, so rotation may pass it by."""
        return bytes(blob[:2]) == self._header

    def blind(self, field: str, value: str) -> bytes:
        """16 bytes by which an exact value is found: equal for equal values of one field, and only there.

        Leaks equality and frequency within the field to whoever reads the table, nothing more.
        """
        return self._keyed("blind", field, value.encode())[:16]

    def tail(self, field: str, salt: str, value: str) -> int:
        """24 bits by which the end of a number is found. The salt (a community's code) keeps equal ends of
        two communities apart; about one in 17 million others agrees by chance, so hits are checked."""
        return int.from_bytes(self._keyed("tail", field, f"{salt}\0{value}".encode())[:3], "big")

    def _keyed(self, use: str, field: str, message: bytes) -> bytes:
        ready = self._index.get((use, field))
        if ready is None:
            derived = _hmac(HMAC(self._ring.index_key, SM3()), f"{use}\0{field}".encode())
            ready = self._index[use, field] = HMAC(derived, SM3())
        return _hmac(ready, message)


def _hmac(ready: HMAC, message: bytes) -> bytes:
    """The digest of one message; the prepared key is copied, not used up."""
    one = ready.copy()
    one.update(message)
    return one.finalize()


@cache
def cipher() -> Cipher:
    """The cipher of this process; its key file is named by YIMEN_KEY_FILE and created on first use."""
    path = os.environ.get(KEY_FILE_VARIABLE, "")
    if not path:
        raise CipherError(f"No key file: set {KEY_FILE_VARIABLE} to its path.")
    return Cipher(load_key_file(path) if Path(path).exists() else create_key_file(path))
