"""What every question to the store starts from: one unchanging view at one instant, and its rule set."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

from pydantic import BaseModel

from discharge.model.case import Case
from discharge.model.errors import UserError
from discharge.model.hub import HubSettings
from discharge.model.london import london_date
from discharge.model.paper import Paper, PaperKind
from discharge.model.shown.today import TodayLine
from discharge.rules.local_values import with_local_values
from discharge.rules.rule_set import RuleSet, rule_set_on, rule_sets, rules_of
from discharge.store.ask.known_papers import Ages
from discharge.store.ask.placed import Looked, Placed
from discharge.store.driver import Connection

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def dump(model: BaseModel) -> dict[str, Any]:
    """The model as plain JSON values, as entries and tables keep it."""
    return model.model_dump(mode="json", by_alias=True)


def load(kind: type[M], text: str | bytes | None) -> M:
    """The model that was dumped."""
    return kind.model_validate_json(text or "null", by_alias=True, by_name=True)


def instant(text: str | None) -> datetime | None:
    """An instant of a column; None where it is empty."""
    return None if text is None else datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """A date of a column; None where it is empty."""
    return None if text is None else date.fromisoformat(text)


class Names:
    """Names by id, each looked up when it is first asked for; an id that names nothing is its own name."""

    def __init__(self, view: View, table: str) -> None:
        self._view = view
        self._table = table
        self._known: dict[str, str] = {}

    def know(self, names: Iterable[str]) -> None:
        """Looks these up together."""
        for chunk in in_chunks(name for name in dict.fromkeys(names) if name not in self._known):
            sql = f"SELECT id, name FROM {self._table} WHERE id IN ({marks(chunk)})"
            self._known |= dict(self._view.rows(sql, chunk))

    def __getitem__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = (
                self._view.value(f"SELECT name FROM {self._table} WHERE id = ?", (name,)) or name
            )
        return self._known[name]


class View:
    """One view of the store at `now`. Lives as long as the transaction it was made in."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        own_rule_sets: Mapping[str, RuleSet] | None = None,
        judge: Callable[[Placed], Looked | None] | None = None,
    ) -> None:
        self.connection = connection
        self.now = now
        self.judge = judge
        """What speaks against a placement now, by the verifier, where it can say; None: nobody to ask."""
        self.paper_now: Callable[[PaperKind, str, int], Paper | None] | None = None
        """A paper of this kind about this, of this stay, as it would be now; set by whoever can make papers.
        """
        self.own_lines: Callable[[], Sequence[TodayLine]] = tuple
        """What of this desk's own somebody has to see to that isn't on record; set by a shared hub's desk."""
        self.ages: Ages | None = None
        """What is known of issued papers from one view to the next."""
        self.answers: dict[Callable[[View], Any], Any] = {}
        """What was answered in this view to the questions that are asked `once`."""
        self._own = own_rule_sets

    @cached_property
    def today(self) -> date:
        """The date in London."""
        return london_date(self.now)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row that the statement gives."""
        return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found: tuple[Any, ...] | None = self.connection.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The one value that the statement gives."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    @cached_property
    def hub(self) -> HubSettings:
        """How this hub works; `UserError` where it hasn't been founded."""
        text = self.value("SELECT settings FROM hub")
        if text is None:
            raise UserError("This hub has no people yet.", "Name the hub and its first person.")
        return load(HubSettings, text)

    @cached_property
    def rule_sets(self) -> Mapping[str, RuleSet]:
        """Every rule set there is to choose from, by name."""
        return self._own if self._own is not None else rule_sets()

    @cached_property
    def rule_set_name(self) -> str | dict[str, Any]:
        """The hub's rule set as a case names it: its own choice, else the one in force today; with the
        values that the hub has settled.
        """
        chosen = self.hub.rule_set
        named = chosen if chosen is not None else rule_set_on(self.today, self.rule_sets).name
        return with_local_values(named, self.hub.local_values, self.rule_sets)

    @cached_property
    def rules(self) -> RuleSet:
        """The hub's rule set; `BrokenFile` where it names one that isn't there."""
        return self.rules_named(self.rule_set_name)

    def rules_named(self, name: str | dict[str, Any]) -> RuleSet:
        """The rule set of that name, or with those overrides."""
        return rules_of(Case(format="discharge-case/1", as_at=self.now, rule_set=name), self.rule_sets)

    @cached_property
    def rule_set_title(self) -> str:
        """The rule set's name as it is shown; says where the hub overrides values."""
        named = self.rule_set_name
        return named if isinstance(named, str) else f"{named.get('base', '')} with the hub's own values"

    @cached_property
    def setting_name(self) -> Names:
        """The name of a setting by its id, one at a time."""
        return Names(self, "settings")

    @cached_property
    def patient_name(self) -> Names:
        """The name of a person by their id, one at a time."""
        return Names(self, "patients")

    @cached_property
    def setting_names(self) -> dict[str, str]:
        """The names of all settings by id."""
        return dict(self.rows("SELECT id, name FROM settings"))

    @cached_property
    def patient_names(self) -> dict[str, str]:
        """The names of all people by id."""
        return dict(self.rows("SELECT id, name FROM patients"))


def once(question: Callable[[View], T]) -> Callable[[View], T]:
    """A question that a view is asked once: it keeps the answer, as nothing changes in it."""

    @wraps(question)
    def asked(view: View) -> T:
        if question not in view.answers:
            view.answers[question] = question(view)
        answer: T = view.answers[question]
        return answer

    return asked


def is_answered(view: View, question: Callable[[View], Any]) -> bool:
    """Whether a question asked `once` was asked of this view already."""
    return inspect.unwrap(question) in view.answers


def names(text: str) -> tuple[str, ...]:
    """A column that holds a JSON list of names."""
    return tuple(json.loads(text)) if text != "[]" else ()


def marks(values: Sequence[object]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))


AMONG = "IN (SELECT value FROM json_each(?))"
"""After a column: it is one of those that `among` lists. However many they are, the statement is the same."""


def among(values: Iterable[str]) -> str:
    """The parameter of `AMONG`."""
    return json.dumps(list(values))


def in_chunks(values: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """The values in lists that fit into one statement."""
    chunk: list[str] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
