"""Sealed values: open only where they were sealed, are found by blind indexes, survive rotation."""

import json
import stat
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.cipher import Cipher, SoftwareProvider, cipher, forget
from yimen.core.keyring import CipherError, KeyRing, create_key_file, load_key_file, new_key_ring, replace_key_file

RING = KeyRing(7, {7: bytes(range(16))}, {7: bytes(range(32))}, {7: bytes(range(1, 33))})
CIPHER = Cipher(RING)
PLACE = "registry_resident.id_number"
ROW = UUID(int=1)
NUMBER = "320299199001010011"


def test_the_algorithm_is_sm4_gcm_of_the_published_example() -> None:
    # RFC 8998, appendix A.1
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert SoftwareProvider().encrypt(key, nonce, plain, aad) == sealed
    assert SoftwareProvider().decrypt(key, nonce, sealed, aad) == plain


@given(st.text(), st.text(max_size=40), st.uuids())
def test_what_was_sealed_opens_in_its_own_place(text: str, place: str, row: UUID) -> None:
    blob = CIPHER.seal(text, place=place, row=row)
    assert CIPHER.open(blob, place=place, row=row) == text
    assert CIPHER.open(memoryview(blob), place=place, row=row) == text
    assert len(blob) == 30 + len(text.encode())


def test_a_sealed_value_shows_nothing_and_never_repeats() -> None:
    blobs = {CIPHER.seal(NUMBER, place=PLACE, row=ROW) for _ in range(200)}
    assert len(blobs) == 200
    assert not any(NUMBER.encode() in blob or NUMBER[-4:].encode() in blob for blob in blobs)
    assert all(blob[:2] == bytes((1, 7)) for blob in blobs)


def test_every_changed_bit_is_noticed() -> None:
    blob = CIPHER.seal(NUMBER, place=PLACE, row=ROW)
    for place in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(CipherError):
            CIPHER.open(bytes(changed), place=PLACE, row=ROW)


@pytest.mark.parametrize("length", [0, 1, 2, 13, 29])
def test_a_cut_value_is_noticed(length: int) -> None:
    blob = CIPHER.seal(NUMBER, place=PLACE, row=ROW)
    with pytest.raises(CipherError):
        CIPHER.open(blob[:length], place=PLACE, row=ROW)
    with pytest.raises(CipherError):
        CIPHER.open(blob[:-1], place=PLACE, row=ROW)


def test_a_value_moved_to_another_row_or_column_does_not_open() -> None:
    blob = CIPHER.seal(NUMBER, place=PLACE, row=ROW)
    with pytest.raises(CipherError, match="another place or row"):
        CIPHER.open(blob, place=PLACE, row=UUID(int=2))
    with pytest.raises(CipherError, match="another place or row"):
        CIPHER.open(blob, place="registry_resident.phone", row=ROW)


# --- rotation -------------------------------------------------------------------------------------


def test_after_rotation_old_values_open_and_new_ones_bear_the_new_key() -> None:
    old = CIPHER.seal(NUMBER, place=PLACE, row=ROW)
    known = Cipher(RING.added())
    assert known.is_current(known.seal(NUMBER, place=PLACE, row=ROW))
    assert known.seal(NUMBER, place=PLACE, row=ROW)[1] == 7
    turned = Cipher(RING.added().turned(8))
    new = turned.seal(NUMBER, place=PLACE, row=ROW)
    assert turned.open(old, place=PLACE, row=ROW) == turned.open(new, place=PLACE, row=ROW) == NUMBER
    assert (turned.is_current(old), turned.is_current(new)) == (False, True)
    with pytest.raises(CipherError, match="sealed with key 8, which is not in the key file"):
        CIPHER.open(new, place=PLACE, row=ROW)


def test_while_keys_are_rotated_a_value_is_found_by_the_old_index_and_by_the_new() -> None:
    ring = RING.added()
    before, during = Cipher(ring), Cipher(ring.turned(8))
    after = Cipher(ring.turned(8).without(7))
    old, new = CIPHER.blind("id", NUMBER), during.blind("id", NUMBER)
    assert before.blinds("id", NUMBER) == (old, new)
    assert during.blinds("id", NUMBER) == (new, old)
    assert after.blinds("id", NUMBER) == (new,)
    assert during.tails("id4", "3202", "0011") == (
        after.tail("id4", "3202", "0011"),
        CIPHER.tail("id4", "3202", "0011"),
    )
    assert [one.is_turning for one in (CIPHER, before, during, after)] == [False, True, True, False]


def test_a_retired_key_opens_nothing_and_still_vouches_for_the_trail() -> None:
    seal, blob = CIPHER.sign(b"seal 1"), CIPHER.seal(NUMBER, place=PLACE, row=ROW)
    after = Cipher(RING.added().turned(8).without(7))
    assert after.is_signed(b"seal 1", seal)
    assert not after.is_signed(b"seal 2", seal)
    assert not Cipher(new_key_ring()).is_signed(b"seal 1", seal)
    assert not after.is_signed(b"seal 1", b"")
    with pytest.raises(CipherError, match="not in the key file"):
        after.open(blob, place=PLACE, row=ROW)


def test_key_ids_go_round_are_never_used_twice_and_a_full_ring_is_refused() -> None:
    last = KeyRing(255, {255: bytes(16)}, {255: bytes(32)}, {255: bytes(32)})
    assert set(last.added().keys) == {255, 1}
    gone = RING.added().turned(8).without(7)
    assert set(gone.added().keys) == {8, 9}
    full = KeyRing(3, {3: bytes(16)}, {3: bytes(32)}, {number: bytes(32) for number in range(1, 256)})
    with pytest.raises(CipherError, match="255"):
        full.added()
    with pytest.raises(CipherError, match="Rotate first"):
        RING.without(7)


# --- blind indexes ----------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_equal_values_and_only_they_share_a_blind_index(a: str, b: str) -> None:
    assert (CIPHER.blind("id_number", a) == CIPHER.blind("id_number", b)) is (a == b)
    assert len(CIPHER.blind("id_number", a)) == 16


def test_a_blind_index_says_nothing_across_fields_or_rings() -> None:
    assert CIPHER.blind("id_number", NUMBER) != CIPHER.blind("phone", NUMBER)
    assert CIPHER.blind("id_number", NUMBER) != Cipher(new_key_ring()).blind("id_number", NUMBER)
    assert Cipher(RING).blind("id_number", NUMBER) == CIPHER.blind("id_number", NUMBER)


def test_a_tail_fits_24_bits_and_is_kept_apart_by_its_salt() -> None:
    ends = [f"{number:04}" for number in range(10_000)]
    tails = [CIPHER.tail("id_number", "320213025001", end) for end in ends]
    assert all(0 <= tail < 1 << 24 for tail in tails)
    assert len(set(tails)) > 9_980  # a handful may agree by chance
    elsewhere = [CIPHER.tail("id_number", "320213025002", end) for end in ends]
    assert sum(a == b for a, b in zip(tails, elsewhere, strict=True)) < 10
    assert CIPHER.tail("a", "b", "c") != CIPHER.tail("a", "bc", "")


def test_indexes_are_stable_from_release_to_release() -> None:
    assert CIPHER.blind("id_number", NUMBER).hex() == "504fb7ec2753121c6eeef4e3867312ba"
    assert CIPHER.tail("id_number", "320213025001", "0011") == 9796310


# --- the key file -----------------------------------------------------------------------------------


def test_a_key_file_is_made_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "yimen.json"
    ring = create_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key_file(path) == ring
    assert create_key_file(path) == ring  # never written over
    assert [entry.name for entry in path.parent.iterdir()] == ["yimen.json"]


def test_two_processes_that_create_the_file_at_once_agree(tmp_path: Path) -> None:
    path, rings = tmp_path / "keys.json", []
    threads = [threading.Thread(target=lambda: rings.append(create_key_file(path))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 16
    assert all(ring == rings[0] for ring in rings)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    create_key_file(path)
    path.chmod(mode)
    with pytest.raises(CipherError, match="set 0600"):
        load_key_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "\u00e9",
        json.dumps({"current": 1, "keys": {"1": "zz"}, "index_key": ""}),
        json.dumps({"current": 1, "keys": [], "index_key": ""}),
        json.dumps({"current": 1, "keys": {"1": "00" * 16}, "index_key": 5}),
    ],
)
def test_a_broken_key_file_is_refused_without_showing_what_it_holds(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(CipherError, match=r"keys\.json"):
        load_key_file(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CipherError, match="cannot be read"):
        load_key_file(tmp_path / "none.json")


def test_the_process_cipher_uses_its_file_and_never_makes_one_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("YIMEN_KEY_FILE", str(path))
    create_key_file(path)
    forget()
    try:
        blob = cipher().seal(NUMBER, place=PLACE, row=ROW)
        assert cipher() is cipher()
        forget()  # another process
        assert cipher().open(blob, place=PLACE, row=ROW) == NUMBER
        path.rename(tmp_path / "lost")
        monkeypatch.setattr("yimen.core.cipher._look_at", 0.0)  # a second later
        with pytest.raises(CipherError, match=r"There is no key file .* Bring the copy from the safe"):
            cipher()
        assert not path.exists()
        (tmp_path / "lost").rename(path)
        assert cipher().open(blob, place=PLACE, row=ROW) == NUMBER
    finally:
        forget()


def test_a_process_notices_another_key_file_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("YIMEN_KEY_FILE", str(path))
    create_key_file(path)
    forget()
    try:
        first = cipher()
        old = first.seal(NUMBER, place=PLACE, row=ROW)
        ring = load_key_file(path).added()
        number = next(one for one in ring.keys if one != ring.current)
        replace_key_file(path, ring.turned(number))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        new = Cipher(ring.turned(number)).seal(NUMBER, place=PLACE, row=ROW)
        assert first.open(new, place=PLACE, row=ROW) == NUMBER  # at once, by a value that bears the new key
        monkeypatch.setattr("yimen.core.cipher._look_at", 0.0)  # a second later
        assert cipher().current == number
        assert cipher().open(old, place=PLACE, row=ROW) == NUMBER
    finally:
        forget()


def test_a_key_file_of_the_first_form_is_read_and_its_index_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(
        json.dumps({"current": 7, "keys": {"7": bytes(range(16)).hex()}, "index_key": bytes(range(32)).hex()})
    )
    path.chmod(0o600)
    ring = load_key_file(path)
    assert Cipher(ring).blinds("id_number", NUMBER) == (CIPHER.blind("id_number", NUMBER),)
    assert len(ring.seal_keys[7]) == 32
    replace_key_file(path, ring.added())
    assert load_key_file(path).seal_keys[7] == ring.seal_keys[7]


def test_without_a_key_file_named_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIMEN_KEY_FILE", raising=False)
    forget()
    with pytest.raises(CipherError, match="YIMEN_KEY_FILE"):
        cipher()


# --- threads, other providers, speed ----------------------------------------------------------------


def test_threads_share_one_cipher() -> None:
    wrong: list[str] = []
    fresh = Cipher(RING)

    def work(number: int) -> None:
        for turn in range(200):
            text, row = f"{number}-{turn}", uuid4()
            blob = fresh.seal(text, place=PLACE, row=row)
            if fresh.open(blob, place=PLACE, row=row) != text:
                wrong.append(text)
            if fresh.blind("phone", text) != CIPHER.blind("phone", text):
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_another_provider_takes_the_place_of_the_software() -> None:
    class Recorder(SoftwareProvider):
        calls = 0

        def encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
            Recorder.calls += 1
            return super().encrypt(key, nonce, plain, aad)

    blob = Cipher(RING, Recorder()).seal(NUMBER, place=PLACE, row=ROW)
    assert Recorder.calls == 1
    assert CIPHER.open(blob, place=PLACE, row=ROW) == NUMBER
