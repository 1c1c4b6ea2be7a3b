"""Slots: who opens a sealed hub, with what, and what becomes of them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from discharge.keys import attempts, key_file, slots, words
from discharge.keys.passphrases import Cost, derived, refuse_weak, strength
from discharge.keys.signing import Signer, is_signed
from discharge.keys.slots import RECOVERY, Opens, Slots, Unlocked, WrongPassphrase
from discharge.model.errors import NotAllowed, UserError

CHEAP = Cost(1, 8 * 2**10)
PASSPHRASE = "four quiet lamps by the canal"
NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)


def founded() -> tuple[Slots, Unlocked, str]:
    return slots.founded("U-0001", "Ada Marsh", PASSPHRASE, cost=CHEAP)


def test_a_passphrase_opens_its_own_slot_and_another_one_doesnt() -> None:
    made, first, _code = founded()
    again = slots.unlock(made, "U-0001", PASSPHRASE)
    assert again.data_key == first.data_key
    assert again.signer.public == first.signer.public == made.slots[0].signing
    with pytest.raises(WrongPassphrase, match="not the passphrase"):
        slots.unlock(made, "U-0001", PASSPHRASE + ".")
    with pytest.raises(NotAllowed, match="no passphrase at this hub"):
        slots.unlock(made, "U-0009", PASSPHRASE)


def test_a_passphrase_is_the_same_however_its_letters_are_composed() -> None:
    salt = b"0" * 16
    assert derived("caf\u00e9", salt=salt, cost=CHEAP) == derived("cafe\u0301", salt=salt, cost=CHEAP)


def test_no_secret_is_in_what_is_shown_of_an_opened_slot() -> None:
    _made, first, _code = founded()
    shown = repr(first)
    assert first.data_key.hex() not in shown
    assert first.signer.key.hex() not in shown
    assert str(first.data_key) not in shown


def test_the_recovery_sheet_opens_the_hub_and_a_slip_in_its_code_is_told() -> None:
    made, first, code = founded()
    assert slots.unlock_with_sheet(made, code.lower().replace("-", " ")).data_key == first.data_key
    slip = code.replace(code[0], "A" if code[0] != "A" else "B", 1)
    with pytest.raises(UserError, match="a letter of it is wrong"):
        slots.unlock_with_sheet(made, slip)
    with pytest.raises(WrongPassphrase):
        slots.unlock_with_sheet(made, words.recovery_code())


def test_a_new_sheet_ends_the_old_one() -> None:
    made, first, code = founded()
    after, another = slots.with_new_sheet(made, by=first)
    assert slots.unlock_with_sheet(after, another).data_key == first.data_key
    with pytest.raises(WrongPassphrase):
        slots.unlock_with_sheet(after, code)


def test_a_new_person_comes_by_a_one_time_word_and_makes_a_key_that_nobody_else_has_had() -> None:
    made, first, _code = founded()
    after, word, vouched = slots.with_one_time_word(
        made, by=first, holder="U-0002", name="Jo Reed", cost=CHEAP
    )
    come = slots.unlock(after, "U-0002", word.lower().replace("-", ""))
    assert come.must_choose_a_passphrase
    assert come.signer.public == vouched
    own, theirs = slots.with_passphrase(
        after, of=come, holder="U-0002", name="Jo Reed", passphrase="seven slow herons", cost=CHEAP
    )
    assert theirs.signer.public != vouched
    assert theirs.data_key == first.data_key
    with pytest.raises(WrongPassphrase):
        slots.unlock(own, "U-0002", word)


def test_whoever_changes_their_passphrase_keeps_their_key() -> None:
    made, first, _code = founded()
    after, again = slots.with_passphrase(
        made, of=first, holder="U-0001", name="Ada Marsh", passphrase="nine warm bricks", cost=CHEAP
    )
    assert again.signer.public == first.signer.public
    assert slots.unlock(after, "U-0001", "nine warm bricks").data_key == first.data_key


def test_the_recovery_sheet_makes_its_user_a_new_key_not_its_own() -> None:
    made, _first, code = founded()
    by_sheet = slots.unlock_with_sheet(made, code)
    after, theirs = slots.with_passphrase(
        made, of=by_sheet, holder="U-0001", name="Ada Marsh", passphrase="nine warm bricks", cost=CHEAP
    )
    assert theirs.signer.public != by_sheet.signer.public
    assert after.of(RECOVERY) == made.of(RECOVERY)


def test_a_data_key_is_changed_for_everybody_without_their_passphrases() -> None:
    made, first, code = founded()
    made, word, _vouched = slots.with_one_time_word(
        made, by=first, holder="U-0002", name="Jo Reed", cost=CHEAP
    )
    begun, known = slots.with_next_data_key(made, by=first)
    resumed, same = slots.with_next_data_key(begun, by=slots.unlock(begun, "U-0001", PASSPHRASE))
    assert same.data_keys == known.data_keys
    done, _mine = slots.in_use(resumed, same, 2)
    for opened in (slots.unlock(done, "U-0002", word), slots.unlock_with_sheet(done, code)):
        assert opened.data_key == known.data_keys[2] != first.data_key
        assert opened.data_keys[1] == first.data_key


def test_whoever_lost_their_slot_doesnt_get_the_next_data_key() -> None:
    made, first, _code = founded()
    made, word, _vouched = slots.with_one_time_word(
        made, by=first, holder="U-0002", name="Jo Reed", cost=CHEAP
    )
    begun, known = slots.with_next_data_key(slots.without(made, "U-0002"), by=first)
    done, _mine = slots.in_use(begun, known, 2)
    with pytest.raises(NotAllowed):
        slots.unlock(done, "U-0002", word)
    with pytest.raises(UserError, match="not of this hub"):
        slots.unlock(replace(done, slots=made.slots), "U-0002", word)


def test_the_key_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    made, _first, _code = founded()
    store = tmp_path / "hub.desk"
    both = (key_file.beside(store), key_file.with_backups(store))
    assert key_file.read(both) is None
    key_file.write(made, both)
    assert key_file.read(both) == key_file.Read(made)
    if os.name != "nt":  # there the folder says who may read
        assert both[0].stat().st_mode & 0o077 == 0
    content = both[0].read_text()
    assert PASSPHRASE not in content


@pytest.mark.parametrize("damage", ["gone", "cut short", "a flipped bit", "other text", "no slots"])
def test_a_damaged_key_file_is_made_good_by_its_copy_and_it_is_said(tmp_path: Path, damage: str) -> None:
    made, _first, _code = founded()
    store = tmp_path / "hub.desk"
    first, second = key_file.beside(store), key_file.with_backups(store)
    key_file.write(made, (first, second))
    _damage(first, damage)
    found = key_file.read((first, second))
    assert found is not None
    assert found.slots == made
    assert first.name in found.remark
    _damage(second, "cut short")
    with pytest.raises(UserError, match="can't be read"):
        key_file.read((first, second))


def _damage(path: Path, how: str) -> None:
    content = path.read_text()
    if how == "gone":
        path.unlink()
    elif how == "cut short":
        path.write_text(content[: len(content) // 2])
    elif how == "a flipped bit":
        at = content.index('"wrapped": "') + 20
        path.write_text(f"{content[:at]}{'0' if content[at] != '0' else '1'}{content[at + 1 :]}")
    else:
        path.write_text("[]" if how == "no slots" else "hello")


def test_a_key_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    made, _first, _code = founded()
    body = json.loads(key_file.text_of(made))
    path = tmp_path / "hub.desk.keys"
    path.write_text(json.dumps({**body, "version": 9}))
    with pytest.raises(UserError, match="version 9"):
        key_file.read([path])


def test_a_signature_is_of_one_seal_and_one_key() -> None:
    mine, other = Signer.new(), Signer.new()
    seal = "a" * 64
    signature = mine.signature(seal)
    assert is_signed(seal, signature, public=mine.public)
    assert not is_signed("b" * 64, signature, public=mine.public)
    assert not is_signed(seal, signature, public=other.public)
    for wrong in (None, "", "zz", signature[:-2], signature + "00", 7):
        assert not is_signed(seal, wrong, public=mine.public)


@pytest.mark.parametrize("weak", ["", "password1!", "Passw0rd2024", "ada marsh", "qwertyuiop", "1234567890"])
def test_a_passphrase_that_is_easily_guessed_is_refused_with_what_would_help(weak: str) -> None:
    with pytest.raises(UserError) as refused:
        refuse_weak(weak, about=("Ada Marsh", "North Bank"))
    assert refused.value.mend


def test_a_passphrase_of_words_needs_no_digit_and_no_sign() -> None:
    refuse_weak("four quiet lamps by the canal", about=("Ada Marsh",))
    assert strength("four quiet lamps by the canal").word == "Very good"


def test_slips_cost_nothing_and_guessing_costs_ever_more(tmp_path: Path) -> None:
    store, now = tmp_path / "hub.desk", NOW
    waits = []
    for _ in range(14):
        attempts.note(store, "U-0001", now=now)
        waits.append(int(attempts.wait(store, "U-0001", now=now).total_seconds()))
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert attempts.wait(store, "U-0002", now=now) == timedelta(0)
    assert attempts.wait(store, "U-0001", now=now - timedelta(days=400)) == timedelta(minutes=15)
    attempts.clear(store, "U-0001")
    assert attempts.wait(store, "U-0001", now=now) == timedelta(0)
    assert attempts.read(store) == {}


def test_what_a_slot_opens_with_is_told_in_its_own_words() -> None:
    made, first, _code = founded()
    made, _word, _vouched = slots.with_one_time_word(
        made, by=first, holder="U-0002", name="Jo Reed", cost=CHEAP
    )
    with pytest.raises(WrongPassphrase, match="not the one-time word"):
        slots.unlock(made, "U-0002", "AAAAA-BBBBB-CCCCC")
    assert [slot.opens for slot in made.slots] == [
        Opens.PASSPHRASE, Opens.RECOVERY_SHEET, Opens.ONE_TIME_WORD,
    ]  # fmt: skip
