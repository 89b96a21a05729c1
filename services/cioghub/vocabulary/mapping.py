"""The mapping of a table: how each event field is made from named columns, as values.

Read from a file by `wire.mapping_file`, used on one row at a time by `steps.publish.table_row`. The
language is closed on purpose: columns, lists of values and formats of times, and no expressions, so
that whoever knows the data can read it without knowing a program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

from cioghub.vocabulary.incidents import RawIncident

REJECT = "reject"
"""What stands for refusing the row where a code could stand."""

JOINT = " / "
"""What the texts of several columns are joined with before they are looked up in `values`."""

_CLOSED: dict[str, Any] = {"extra": "forbid"}


def _need(condition: bool, fault: str) -> None:
    if not condition:
        raise ValueError(fault)


@dataclass(frozen=True, slots=True)
class Table:
    """How the table is written: separated by a delimiter, or XML with an `element` for each row."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    element: str | None = None

    def __post_init__(self) -> None:
        """Refuse what `csv` cannot separate by."""
        _need(len(self.delimiter) == 1 and self.delimiter not in '"\r\n', "one character, no quote")


@dataclass(frozen=True, slots=True)
class ValueRule:
    """One code from a constant, or from one or several columns.

    `values` turns texts into codes, None for null; a text that is not in it is the row's fault
    unless `otherwise` (the key `else`) says what it becomes. Without `values` the text stands as
    it is. `empty` says what an empty cell becomes. `form: age-band` turns a whole number of years
    into its band.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    always: str | None = None
    columns: tuple[str, ...] = ()
    values: dict[str, str | None] | None = None
    otherwise: str | None = REJECT
    empty: str | None = None
    form: Literal["age-band"] | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that says two things, or nothing."""
        _need(
            (self.always is None) != (not self.columns),
            "give `always`, or `column`, or `columns`, and only one of them",
        )
        _need(self.always is None or self.values is None, "`always` takes no `values`")
        _need(
            self.values is not None or (len(self.columns) < 2 and self.otherwise == REJECT),
            "several columns, and `else`, need `values`",
        )
        _need(self.values is None or bool(self.values), "`values` is empty")
        _need(self.form is None or self.values is None, "an age band takes no `values`")

    def codes(self) -> tuple[str, ...]:
        """Return every code that the rule itself gives, whatever the cells hold."""
        given = [self.always, self.empty, self.otherwise, *(self.values or {}).values()]
        return tuple(dict.fromkeys(code for code in given if code not in (None, REJECT)))


@dataclass(frozen=True, slots=True)
class WhenRule:
    """A time from one or several columns, joined with a space; the first format that fits.

    `day_only_at` lists the clock times (`00:00`) that a system fills in when it knows the day only.
    `delay_hours` is added, for when something becomes known.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    columns: tuple[str, ...]
    formats: tuple[str, ...]
    day_only_at: tuple[str, ...] = ()
    delay_hours: int = 0

    def __post_init__(self) -> None:
        """Refuse no column, no format, and a delay that is none."""
        _need(bool(self.columns), "name at least one column")
        _need(bool(self.formats), "give at least one format, as %Y-%m-%d %H:%M")
        _need(0 <= self.delay_hours <= 24 * 400, "`delay_hours` is from 0 to 9600")


@dataclass(frozen=True, slots=True)
class Published:
    """The event's `time`: when it becomes known to the hub, from columns or one instant for all."""

    when: WhenRule | None = None
    always: str | None = None


@dataclass(frozen=True, slots=True)
class IdRule:
    """How an event is named: a keyed hash, or month and row; never a raw reference.

    `keyed` names the columns to hash; `content: true` hashes all that the mapping reads, for tables
    without a reference: the same row is the same event, and its n-th twin in one table another.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    prefix: str
    keyed: tuple[str, ...] = ()
    row: bool = False
    content: bool = False

    def __post_init__(self) -> None:
        """Refuse two ways at once, and a prefix that is no word."""
        _need(
            sum((bool(self.keyed), self.row, self.content)) == 1,
            "give `keyed` columns, `content: true` or `row: true`, and only one",
        )
        good = self.prefix.isascii() and self.prefix.replace("-", "").isalpha()
        _need(good and len(self.prefix) <= 24, "`prefix` is letters and hyphens, 24 at most")


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Rows that are no event of this feed, left out on purpose and counted under `name`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    name: str
    column: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse both lists at once, and neither."""
        _need(bool(self.any_of) != bool(self.none_of), "give `any_of`, or `none_of`")


@dataclass(frozen=True, slots=True)
class AreaRule:
    """Where: a code from columns, or a point that is looked up in the boundaries of an edition.

    A point stands in the columns `lon` and `lat`, or both numbers in the column `lat_lon`, in WGS84
    degrees. A row without a place, and a point outside every boundary, keep a null code.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _CLOSED

    edition: str
    confidence: ValueRule | None = None
    code: ValueRule | None = None
    lon: str | None = None
    lat: str | None = None
    lat_lon: str | None = None

    def __post_init__(self) -> None:
        """Refuse no place at all, half a point, and two ways at once."""
        ways = (self.code is not None, self.lon is not None, self.lat_lon is not None)
        _need(sum(ways) == 1, "give `code`, or `lon` and `lat`, or `lat_lon`, and only one")
        _need((self.lon is None) == (self.lat is None), "`lon` and `lat` go together")

    @property
    def point_columns(self) -> tuple[str, ...]:
        """Return the columns that hold the point, none where a code is given."""
        if self.lat_lon is not None:
            return (self.lat_lon,)
        return () if self.lon is None or self.lat is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping; `fields` holds a tuple of rules for a list, as `qualifiers`."""

    title: str
    source: str
    type: str
    zone: str
    id: IdRule
    occurred: WhenRule
    published: Published
    fields: dict[str, ValueRule | tuple[ValueRule, ...]]
    table: Table = field(default_factory=Table)
    until: WhenRule | None = None
    recorded: WhenRule | None = None
    area: AreaRule | None = None
    only_rows: tuple[RowFilter, ...] = ()
    one_event_per: tuple[str, ...] = ()

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns that an event field, `id` or `time` is made from."""
        when = {
            "occurred_from": (self.occurred,),
            "occurred_to": (self.until or self.occurred,),
            "recorded_at": (self.recorded,),
            "time": (self.published.when,),
        }
        if name in when:
            return tuple(c for rule in when[name] if rule for c in rule.columns)
        if name == "id":
            return self.id.keyed
        if name == "area":
            return self._area_columns()
        rules = self.fields.get(name, ())
        rules = rules if isinstance(rules, tuple) else (rules,)
        return tuple(dict.fromkeys(c for rule in rules for c in rule.columns))

    def _area_columns(self) -> tuple[str, ...]:
        if self.area is None:
            return ()
        coded = [rule for rule in (self.area.code, self.area.confidence) if rule]
        return (*self.area.point_columns, *(c for rule in coded for c in rule.columns))

    def columns(self) -> tuple[str, ...]:
        """Return every column that the mapping names, each once."""
        made = ["occurred_from", "occurred_to", "recorded_at", "time", "id", "area", *self.fields]
        named = [column for name in made for column in self.columns_of(name)]
        named += [one.column for one in self.only_rows]
        return tuple(dict.fromkeys([*named, *self.one_event_per]))


class Row(NamedTuple):
    """One row: its number from 1 (the header is not counted), and its cells by column, stripped.

    `cells` is None where the row has more or fewer cells than the header.
    """

    number: int
    cells: dict[str, str] | None


class Mapped(NamedTuple):
    """The event of a row, and what was made coarser on the way: (field, what) pairs."""

    event: RawIncident
    notes: tuple[tuple[str, str], ...]


class Unmapped(NamedTuple):
    """A row that is no event: each fault as (column, code), never the value."""

    faults: tuple[tuple[str, str], ...]


class LeftOut(NamedTuple):
    """A row left out on purpose, by the rule of that name."""

    rule: str
