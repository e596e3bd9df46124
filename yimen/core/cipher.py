"""Personal values at rest: SM4-GCM (GB/T 32907) for the value, HMAC-SM3 (GB/T 32905) to find it again.

A sealed value is bound to its place (table and column) and row, so that moving it elsewhere breaks it. The
algorithms sit behind `Provider`: an HSM or KMS takes the place of `SoftwareProvider`, nothing else changes.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from yimen.core.keyring import CipherError, KeyRing, load_key_file

KEY_FILE_VARIABLE = "YIMEN_KEY_FILE"
VERSION = 1
_NONCE = 12
_TAG = 16
_HEADER = 2 + _NONCE


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


class Cipher:
    """Seals, opens and indexes values with one key ring. Safe to share between threads."""

    def __init__(
        self, ring: KeyRing, provider: Provider | None = None, *, newer: "Callable[[], Cipher] | None" = None
    ) -> None:
        """`newer` gives the cipher of the key file as it is now, for a value whose key this one does not have."""
        self._ring = ring
        self._provider = provider or SoftwareProvider()
        self._newer = newer
        others = (ring.index_keys[number] for number in sorted(ring.index_keys))
        self._indexes = tuple(dict.fromkeys((ring.index_keys[ring.current], *others)))
        self._header = bytes((VERSION, ring.current))
        self._key = ring.keys[ring.current]
        self._index: dict[tuple[bytes, str, str], HMAC] = {}

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
            newer = self._newer() if self._newer else self
            if newer is not self:
                return newer.open(blob, place=place, row=row)
            raise CipherError(f"The value was sealed with key {sealed[1]}, which is not in the key file.")
        aad = sealed[:2] + row.bytes + place.encode()
        return self._provider.decrypt(key, sealed[2:_HEADER], sealed[_HEADER:], aad).decode()

    @property
    def current(self) -> int:
        """The id of the key that seals now."""
        return self._ring.current

    @property
    def is_turning(self) -> bool:
        """Whether there is more than one index key, so that a value must be looked for by each."""
        return len(self._indexes) > 1

    def is_current(self, blob: bytes | memoryview) -> bool:
        """Whether the value is sealed with the current key, so rotation may pass it by."""
        return bytes(blob[:2]) == self._header

    def blind(self, field: str, value: str) -> bytes:
        """16 bytes by which an exact value is found: equal for equal values of one field, and only there.

        Leaks equality and frequency within the field to whoever reads the table, nothing more.
        """
        return self._keyed(self._indexes[0], "blind", field, value.encode())[:16]

    def blinds(self, field: str, value: str) -> tuple[bytes, ...]:
        """The same by every key, the current one first: while keys are rotated a row may bear either."""
        return tuple(self._keyed(key, "blind", field, value.encode())[:16] for key in self._indexes)

    def tail(self, field: str, salt: str, value: str) -> int:
        """24 bits by which the end of a number is found. The salt (a community's code) keeps equal ends of
        two communities apart; about one in 17 million others agrees by chance, so hits are checked."""
        return _tail(self._keyed(self._indexes[0], "tail", field, f"{salt}\0{value}".encode()))

    def tails(self, field: str, salt: str, value: str) -> tuple[int, ...]:
        """The same by every key, the current one first."""
        message = f"{salt}\0{value}".encode()
        return tuple(_tail(self._keyed(key, "tail", field, message)) for key in self._indexes)

    def sign(self, message: bytes) -> bytes:
        """Key id and HMAC-SM3 of a seal of the trail: 33 bytes that nobody makes without the key file."""
        return bytes((self._ring.current,)) + _hmac(HMAC(self._ring.seal_keys[self._ring.current], SM3()), message)

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether `sign` made this signature of this message, with a key of this file."""
        key = self._ring.seal_keys.get(signature[0]) if signature else None
        return key is not None and constant_time.bytes_eq(_hmac(HMAC(key, SM3()), message), signature[1:])

    def _keyed(self, key: bytes, use: str, field: str, message: bytes) -> bytes:
        ready = self._index.get((key, use, field))
        if ready is None:
            derived = _hmac(HMAC(key, SM3()), f"{use}\0{field}".encode())
            ready = self._index[key, use, field] = HMAC(derived, SM3())
        return _hmac(ready, message)


def _tail(digest: bytes) -> int:
    return int.from_bytes(digest[:3], "big")


def _hmac(ready: HMAC, message: bytes) -> bytes:
    """The digest of one message; the prepared key is copied, not used up."""
    one = ready.copy()
    one.update(message)
    return one.finalize()


_LOOK_EVERY = 1.0  # seconds between looks at the key file, so that no process is behind for longer
_held: tuple[tuple[str, int, int], Cipher] | None = None  # of which file, and what it held
_look_at = 0.0


def cipher() -> Cipher:
    """The cipher of this process; its key file is named by YIMEN_KEY_FILE. CipherError while that file is not there:
    new keys would open nothing that was sealed, and only `yimen setup`, the demonstration and `yimen city` make some.

    A key file that was replaced is noticed within a second, and at once by a value that bears a new key. Ask for it
    where it is used and do not keep it.
    """
    if _held is None or time.monotonic() >= _look_at or _held[0][0] != os.environ.get(KEY_FILE_VARIABLE):
        return _fresh()
    return _held[1]


def forget() -> None:
    """Read the key file again at the next use, as another process would."""
    global _held
    _held = None


def _fresh() -> Cipher:
    global _held, _look_at
    path = os.environ.get(KEY_FILE_VARIABLE, "")
    if not path:
        raise CipherError(f"No key file: set {KEY_FILE_VARIABLE} to its path.")
    stamp = _stamp(path)
    if not stamp[1]:
        raise CipherError(
            f"There is no key file {path}. Bring the copy from the safe; for a new database `yimen setup` makes one."
        )
    if _held is None or _held[0] != stamp:
        _held = (stamp, Cipher(load_key_file(path), newer=_fresh))
    _look_at = time.monotonic() + _LOOK_EVERY
    return _held[1]


def _stamp(path: str) -> tuple[str, int, int]:
    """Another file at the same place has another number or time of change; zeros when there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return path, 0, 0
    return path, found.st_ino, found.st_mtime_ns
