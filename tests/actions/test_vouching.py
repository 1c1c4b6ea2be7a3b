"""Who may set, vouch for and close keys: each action as each role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import vouching
from discharge.actions.context import Action, Context
from discharge.keys.attempts import Failed
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.rules.may import MAY
from discharge.store.journal import Kind
from tests.actions.a_hub import AHub
from tests.actions.a_sealed_hub import JO, ASealedHub
from tests.over import over

KEY = "0" * 64
FAILED = {
    "U-0001": Failed(2, datetime(2020, 11, 16, tzinfo=UTC)),
    "U-0404": Failed(1, datetime(2020, 11, 16, tzinfo=UTC)),
}
ACTIONS: dict[str, Action] = {
    "vouch_for": partial(vouching.vouch_for, user="U-0002", key=KEY),
    "set_own_key": partial(vouching.set_own_key, key=KEY),
    "recover": partial(vouching.recover, key=KEY),
    "set_sheet_key": partial(vouching.set_sheet_key, key=KEY),
    "close_key": partial(vouching.close_key, user="U-0002"),
    "change_data_key": partial(vouching.change_data_key, generation=2, reason="A laptop was lost"),
    "record_failed": partial(vouching.record_failed, failed=FAILED),
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASealedHub]:
    """Nothing is done in it: who may is asked."""
    made = ASealedHub(tmp_path_factory.mktemp("hub") / "Hub.discharge")
    made.joined("Jo Reed", JO, Role.COORDINATOR)
    yield made
    made.desk.close()


@over("name", sorted(ACTIONS))
def test_what_is_done_at_the_door_is_done_by_the_roles_of_the_table(hub: ASealedHub, name: str) -> None:
    for role in Role:
        by = hub.ada.model_copy(update={"roles": frozenset({role})})
        ask = partial(_as, hub, by, ACTIONS[name])
        if role in MAY[name].roles:
            assert ask() is role
        else:
            with pytest.raises(NotAllowed, match="Only an administrator"):
                ask()


def _as(hub: ASealedHub, by: object, action: Action) -> Role:
    def entries(queries: object) -> Role:
        context = Context(queries, by, hub.clock.now, hub.desk.postcodes)  # type: ignore[arg-type]
        return action(context)[0].role

    return hub.desk.ask(entries)


def test_what_failed_is_put_on_record_of_the_hubs_people_alone(hub: ASealedHub) -> None:
    found = hub.desk.ask(
        lambda queries: vouching.record_failed(
            Context(queries, hub.ada, hub.clock.now, hub.desk.postcodes), failed=FAILED
        )
    )
    assert [(one.kind, one.subject) for one in found] == [(Kind.SIGN_IN_FAILED, "U-0001")]


def test_signatures_begin_once_and_by_an_administrator(tmp_path: Path, hub: ASealedHub) -> None:
    begins = partial(vouching.begin_signing, hub="h", key=KEY, sheet=KEY)
    with pytest.raises(UserError, match="signed already"):
        hub.desk.perform(begins, by=hub.ada)
    plain = AHub(tmp_path / "plain")
    for user in (plain.coordinator, plain.lead, plain.clinician):
        with plain.refuses():
            plain.does(begins, user)
    for action in ACTIONS.values():
        with plain.refuses():
            plain.does(action, plain.admin)
    plain.desk.close()
