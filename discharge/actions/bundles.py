"""What somebody decides away from the hub: sent to them as a sealed file, their answer taken in. What can be
asked stands in `discharge.actions.questions`.

The answer is recorded as if they had been at the desk: in their name, by every rule that asks whether they
may (A1, A4, A6), against the hub as it is now. Who takes it in signs the entry, and in it stands what its
author signed (`discharge.store.signed`). Nothing of this is done in a hub without keys.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from discharge.actions.context import Answered, Context
from discharge.actions.desk import BY_PASSPHRASE, Desk
from discharge.actions.one_sitting import alike
from discharge.actions.placements.standing import must_stand
from discharge.actions.questions import QUESTIONS
from discharge.actions.slots_beside import read
from discharge.exchange.bundle_file import (
    DAYS,
    MOST,
    Answer,
    Bundle,
    Invitation,
    Item,
    Party,
    read_answers,
    write_bundle,
    write_invitation,
)
from discharge.exchange.bundle_shown import differing, digests
from discharge.keys.slots import Unlocked, for_one
from discharge.keys.statements import digest_of
from discharge.model.approving import ACCEPT, APPROVE, DECLINE, NO, Principle
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import User
from discharge.rules.may import MAY, those_who_may
from discharge.store.ask.known_keys import HowSet
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind
from discharge.words.counts import listing
from discharge.words.days import day_and_time

NOT_SEALED = ("This hub isn't sealed: nobody has a key that a file could be sealed to.", "Seal it first.")
_THEIRS = frozenset({HowSet.FOUNDED, HowSet.SEALED, HowSet.OWN, HowSet.RECOVERY})
"""How a key came to be that is its holder's alone."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A bundle, to be saved and mailed; `name` is what its file is called, without anybody's name."""

    content: bytes
    name: str
    bundle: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an answer to some placements: `entries` where it was taken in, else why it wasn't.

    `names`: of the people, where this hub sent it. `asks`: what was asked then; `waits`: and still can be;
    `before`: it was refused for having been taken in already.
    """

    placements: tuple[str, ...]
    decision: str
    by: str
    names: tuple[str, ...] = ()
    asks: str = ""
    waits: bool = False
    before: bool = False
    entries: tuple[str, ...] = ()
    sentence: str = ""
    mend: str = ""
    nouns: frozenset[str] = frozenset()


class TakenBefore(NotAllowed):
    """An answer that was taken in already."""


# --- sending ------------------------------------------------------------------------------------------


def deciders(queries: Queries, asks: str = APPROVE) -> tuple[User, ...]:
    """Who may answer this and has a key that a file can be sealed to: people of the hub; of a home, by its
    id, whoever answers for it."""
    return tuple(user for user in QUESTIONS[asks].able(queries) if _key(queries, user.id) is not None)


def send_for_decision(
    context: Context,
    *,
    placements: Sequence[str],
    whom: str,
    bundle: str,
    items: Mapping[str, str],
    asks: str = APPROVE,
) -> list[Entry]:
    """Puts on record that these placements go to somebody as a file that asks this; `items` gives each its id
    in it.

    Refused for whoever couldn't decide on one of them: without a key of their own, in no role that may; of an
    approval, of another authority (A6), or its proposer (A1).
    """
    role, queries, question = context.role("send_for_decision"), context.queries, QUESTIONS[asks]
    if queries.hub_of_keys() is None:
        raise UserError(*NOT_SEALED)
    if not placements:
        raise UserError("No placement was chosen.", "Choose at least one.")
    if len(placements) > MOST:
        raise UserError(f"One file takes {MOST} placements.", "Send them in several.")
    user = next((one for one in deciders(queries, asks) if one.id == whom), None)
    if user is None:
        raise NotAllowed(
            "This person can't decide away from the hub: they have no key here, or may not decide.",
            question.whom,
            MAY[asks].rule,
        )
    chosen = [queries.placed(placement) for placement in placements]
    entries = []
    for placed in chosen:
        must_stand(placed, *sorted(question.states))
        question.stop(queries, placed, user)
        body = {
            "asks": asks,
            "patient": placed.patient,
            "bundle": bundle,
            "item": items[placed.id],
            "whom": whom,
            "whom_name": user.name,
            "expires": (context.now + DAYS).isoformat(),
        }
        entries.append(Entry(Kind.PLACEMENT_SENT, placed.id, body, role))
    return entries


def make_bundle(
    desk: Desk,
    *,
    by: User,
    placements: Sequence[str],
    whom: str,
    asks: str = APPROVE,
    alternatives: Mapping[str, Mapping[str, Any]] | None = None,
) -> Sent:
    """The placements as a file for somebody who is asked this of each, which goes on record first.

    `alternatives`: what the engine says of each, as their page shows it. Raises as `send_for_decision`.
    """
    signing = signing_of(desk, by)
    bundle = secrets.token_hex(16)
    chosen = list(dict.fromkeys(placements))
    ids = {each: secrets.token_hex(16) for each in chosen}
    more = desk.ask(lambda queries: QUESTIONS[asks].more(queries, chosen))
    send = partial(send_for_decision, placements=chosen, whom=whom, bundle=bundle, items=ids, asks=asks)
    desk.perform_all([send, *more], by=by)

    show = QUESTIONS[asks].page

    def look(queries: Queries) -> Bundle:
        key, hub = _key(queries, whom), queries.hub_of_keys()
        user = next((one for one in deciders(queries, asks) if one.id == whom), None)
        mark, sent = queries.mark(), queries.sent_for_decision(ids[chosen[0]])
        assert user is not None
        assert key is not None
        assert hub is not None
        assert sent is not None  # it is on record since just now
        return Bundle(
            hub=hub,
            hub_name=queries.hub().name,
            bundle=bundle,
            to=Party(user.id, user.name, key),
            sender=Party(by.id, by.name, signing.signer.public),
            made_at=sent.at,
            expires=sent.expires,
            head=(mark.seq, mark.seal),
            user=user,
            limit=queries.approval_limit(whom),
            replies=tuple(one.key for one in carriers(queries, asks)),
            items=tuple(
                Item(ids[each], _salt(), show(queries, each), (alternatives or {}).get(each))
                for each in chosen
            ),
        )

    made = desk.ask(look)
    return Sent(write_bundle(made, signing.signer), f"To decide {made.made_at:%Y-%m-%d %H%M}", bundle)


def invite(desk: Desk, *, by: User, whom: str) -> tuple[bytes, str]:
    """What somebody needs once to open bundles on a machine without the hub: the file, and the letters that
    are read out to them. With their passphrase it gives their own key, and opens no hub.

    Whoever may let people in may do this. `NotAllowed` for somebody who has no passphrase yet.
    """
    right = MAY["vouch_for"]
    if right.of(by.roles) is None:
        raise NotAllowed("Only an administrator can do this.", "Ask one of them.", right.rule)
    signing = signing_of(desk, by)
    user, key, senders, name, now = desk.ask(
        lambda queries: (
            queries.user(whom), _key(queries, whom), carriers(queries), queries.hub().name, desk.now(),
        )
    )  # fmt: skip
    slot = for_one(read(desk.path).slots, whom)
    if user is None or not user.active or key is None or slot.slots[0].signing != key:
        raise NotAllowed(
            "This person has no key at this hub.", "Let them come in once, with a one-time word."
        )
    return write_invitation(
        slot,
        hub_name=name,
        to=Party(user.id, user.name, key),
        sender=Party(by.id, by.name, signing.signer.public),
        senders=senders,
        at=now,
        by=signing.signer,
    )


# --- taking in ----------------------------------------------------------------------------------------


def take_in(
    desk: Desk,
    content: bytes,
    *,
    carrier: User,
    told: Callable[[Taken, int], object] = lambda _taken, _total: None,
) -> tuple[Taken, ...]:
    """Takes in the answers of a file: each that holds is recorded in its author's name, the others come back
    with why not. Companions are decided on together. Taken once, in whatever order files come.

    `told` hears of each as it was taken or refused, and how many answers there are; where it raises, what was
    taken stays taken, and the rest can be later.

    `NotAllowed` where the carrier may not, or the file isn't for them; `UserError` for one that was changed.
    """
    right = MAY["carry_answer"]
    if right.of(carrier.roles) is None:
        raise NotAllowed("A reader does nothing but read.", "Ask a coordinator to take it in.", right.rule)
    signing = signing_of(desk, carrier)
    found = read_answers(content, signing.signer)
    answers = {one.statement.about: one for one in found.answers}
    if len(answers) != len(found.answers):
        raise UserError("This file answers the same placement twice.", "Ask for another answer.")
    groups = desk.ask(lambda queries: _groups(queries, answers))
    came = []
    for group in groups:
        came.append(_take(desk, [answers[each] for each in group], carrier, signing))
        told(came[-1], len(answers))
    return tuple(came)


def _groups(queries: Queries, answers: Mapping[str, Answer]) -> list[tuple[str, ...]]:
    rows = [row for row in queries.approvals() if row.id in answers]
    approved = [row for row in rows if answers[row.id].statement.decision == APPROVE]
    groups = alike(approved)
    within = {each for group in groups for each in group}
    return [*groups, *((each,) for each in answers if each not in within)]


def _take(desk: Desk, answers: Sequence[Answer], carrier: User, signing: Unlocked) -> Taken:
    came = desk.ask(lambda queries: _came(queries, answers))
    try:
        who = desk.ask(lambda queries: _author(queries, answers[0], carrier))
        action = partial(record_answers, answers=answers, carrier=carrier.id)
        words = desk.ask(lambda queries: _reasons(queries, answers))
        changed = desk.perform(Answered(action, words), by=who, signing=signing)
    except Asked as asked:
        return replace(
            came, sentence=asked.sentence, mend="Their answer has no reason for it: ask them anew."
        )
    except UserError as error:
        before = isinstance(error, TakenBefore)
        return replace(came, sentence=error.sentence, mend=error.mend, before=before)
    return replace(came, entries=changed.entries, nouns=changed.nouns)


def _author(queries: Queries, answer: Answer, carrier: User) -> User:
    """In whose name an answer goes on record: whoever gave it; of a home, whose word it is, whoever takes it
    in. `NotAllowed` where that is nobody who counts."""
    said = answer.statement
    if said.decision in (ACCEPT, DECLINE):
        if said.by not in queries.home_keys():
            raise NotAllowed(
                "This home's key counts no more, or is none of this hub.",
                "Ring the home, and record what it says; or take in its new key.",
            )
        return carrier
    who = queries.user(said.by)
    if who is None:
        raise NotAllowed(*_ANOTHER_HUBS)
    if not who.active:
        raise NotAllowed(
            f"{who.name} is no longer at this hub: what they sign counts no more.", "Ask another lead."
        )
    return who


def _named(queries: Queries, by: str) -> str:
    """Who somebody is that answers, by their name; of a home with it."""
    if (home := queries.home_keys().get(by)) is not None:
        return f"{home.name} of {queries.setting_names().get(by, by)}"
    who = queries.user(by)
    return by if who is None else who.name


def _came(queries: Queries, answers: Sequence[Answer]) -> Taken:
    """What came, before it is known whether it can be taken in."""
    first = answers[0].statement
    about = tuple(one.statement.about for one in answers)
    came = Taken(about, first.decision, _named(queries, first.by))
    sent = [queries.sent_for_decision(one.statement.item) for one in answers]
    known = [each for each in sent if each is not None]
    if [each.placement for each in known] != list(about):
        return came
    placed = [queries.placed(each) for each in about]
    return replace(
        came,
        names=tuple(queries.patient_details(each.patient).name for each in placed),
        asks=known[0].asks,
        waits=all(each.state in QUESTIONS[known[0].asks].states for each in placed),
    )


def _reasons(queries: Queries, answers: Sequence[Answer]) -> dict[str, str]:
    """What they wrote stands as the reason for what their page said needs one."""
    asked = [(queries.sent_for_decision(one.statement.item), one) for one in answers]
    found = [QUESTIONS[sent.asks].reasons(queries, one) for sent, one in asked if sent is not None]
    return {key: why for each in found for key, why in each.items()}


_ANOTHER_HUBS = ("This answer is for another hub.", "Take it in there.")


def record_answers(context: Context, *, answers: Sequence[Answer], carrier: str) -> list[Entry]:
    """Records what somebody decided away from the hub, in their name, as its question has it: answers to one
    kind of question. What a home decided stands in the name of whoever takes it in, as its word.

    Held against the hub as it is now, by every rule that the same asks of somebody at the desk. Refused, in a
    sentence: what this hub didn't send them, was answered already, has expired, was signed with another key
    than is theirs now, was changed since it was signed, or rests on what has changed since.
    """
    asked = {_must_hold(context, one) for one in answers}
    if len(asked) != 1:
        raise ValueError("answers to several kinds of question at once")
    return [
        replace(entry, body={**entry.body, "answer": _kept(context, one, carrier)})
        for one, entries in QUESTIONS[asked.pop()].recorded(context, answers)
        for entry in entries
    ]


def _must_hold(context: Context, answer: Answer) -> str:
    """What it answers. `NotAllowed` for an answer that can't be taken in."""
    said, queries = answer.statement, context.queries
    name = _named(queries, said.by)
    sent = queries.sent_for_decision(said.item)
    if said.hub != queries.hub_of_keys():
        raise NotAllowed(*_ANOTHER_HUBS)
    if sent is None or (sent.placement, sent.bundle, sent.whom) != (said.about, said.bundle, said.by):
        raise NotAllowed(f"This hub has sent {name} nothing that this answers.", "Send it to them anew.")
    key = _key(queries, said.by)
    if key is None or not said.is_signed(answer.signature, public=key):
        raise NotAllowed(
            f"This answer isn't signed with the key that {name} has now: it was changed, or their key was"
            " replaced since.",
            "Send it to them anew.",
        )
    if (taken := queries.answer_taken(said.item)) is not None:
        raise TakenBefore(
            f"This answer was taken in already, {day_and_time(taken.recorded_at)}, by"
            f" {taken.body['answer']['carrier_name']}.",
            "Nothing needs to be done.",
        )
    words = digest_of(answer.words, salt=answer.salt)
    if (words, digest_of(dict(answer.shown), salt=answer.salt)) != (said.text, said.shown):
        raise NotAllowed("This answer was changed after it was signed.", "Ask for it again.")
    question = QUESTIONS[sent.asks]
    if said.decision not in (question.asks, NO[question.asks]):
        raise NotAllowed("This answers what wasn't asked.", "Ask for it again.")
    if said.principle is not None and said.principle not in set(Principle):
        raise NotAllowed("This answer names a principle that there isn't.", "Ask for it again.")
    if context.now > sent.expires:
        raise NotAllowed(
            f"This could be answered until {day_and_time(sent.expires)}.", "Send it to them anew."
        )
    must_stand(queries.placed(said.about), *sorted(question.states))
    if changed := differing(answer.shown, digests(question.page(queries, said.about), salt=answer.salt)):
        raise NotAllowed(
            f"Since {name} was sent {said.about}, {day_and_time(sent.at)}, this has changed:"
            f" {listing(changed)}.",
            "Send it to them anew.",
        )
    return sent.asks


def _kept(context: Context, answer: Answer, carrier: str) -> dict[str, Any]:
    """What stands of it in the entry: the statement, its signature in two halves, and who carried it."""
    said = answer.statement.fields
    user = context.queries.user(carrier)
    del said["by"]  # the entry's author, or the home that it is about
    return {
        **said,
        "signature": [answer.signature[:64], answer.signature[64:]],
        "salt": answer.salt,
        "carried_by": carrier,
        "carrier_name": carrier if user is None else user.name,
    }


# --- within -------------------------------------------------------------------------------------------


def signing_of(desk: Desk, by: User) -> Unlocked:
    """What somebody at this desk signs with; `NotAllowed` where they haven't signed in."""
    if desk.ask(lambda queries: queries.hub_of_keys()) is None:
        raise UserError(*NOT_SEALED)
    known = desk.signs(by.id)
    if known is None:
        raise NotAllowed(*BY_PASSPHRASE)
    return known


def _key(queries: Queries, user: str) -> str | None:
    """The public half of somebody's own key, or of a home's; None where they have none."""
    if (home := queries.home_keys().get(user)) is not None:
        return home.public
    key = queries.key_of(user)
    return None if key is None or key.how not in _THEIRS else key.public


def carriers(queries: Queries, asks: str = APPROVE) -> tuple[Party, ...]:
    """Who of the hub takes in answers to this, and sends what is to be decided. A home's answer is taken in
    by whoever may record it, and by nobody else."""
    return tuple(
        Party(user.id, user.name, key)
        for user in those_who_may(ACCEPT if asks == ACCEPT else "carry_answer", queries.people())
        if user.active and (key := _key(queries, user.id)) is not None
    )


def _salt() -> str:
    """Random letters; with the signs at their end that no code has, so that the record seals them."""
    return base64.b64encode(secrets.token_bytes(16)).decode()


__all__ = [
    "NOT_SEALED", "Invitation", "Sent", "Taken", "carriers", "deciders", "invite", "make_bundle",
    "record_answers", "send_for_decision", "signing_of", "take_in",
]  # fmt: skip
