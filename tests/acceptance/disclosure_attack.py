"""A reader who wants to know: solves the files of one party for the counts that it may not see.

It knows the files that the party's audiences get, the areas and the sharing rules, and that counts
are whole and never negative. It uses nothing of the program that wrote the files.
"""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import linprog

CATEGORIES = ("robbery", "knife", "firearm", "asb", "drugs", "other-weapon", "violence-injury")
"""Some hub categories, the rare ones among them."""

FORTNIGHT = timedelta(days=14)
Variable = tuple[str, str, str, str, str]
"""(publisher, category, district, first day of a fortnight, when it was counted)"""


Street = dict[tuple[str, str], dict[tuple[str, str], int]]
Sum = tuple[dict[Variable, int], float, float]


@dataclass
class Knowledge:
    """What is known of sums of variables, some of them subtracted: (signs, least, most)."""

    sums: list[Sum] = field(default_factory=list)

    def add(self, variables: Iterable[Variable], least: float, most: float) -> None:
        self.sums.append((dict.fromkeys(variables, 1), least, most))

    def add_growth(self, earlier: Variable, later: Variable) -> None:
        self.sums.append(({earlier: -1, later: 1}, 0, math.inf))

    @cached_property
    def components(self) -> dict[Variable, Component]:
        """Return, for each variable, the system of all sums that are tied to it."""
        leader: dict[Variable, Variable] = {}

        def find(one: Variable) -> Variable:
            while leader.setdefault(one, one) != one:
                leader[one] = leader[leader[one]]
                one = leader[one]
            return one

        for signs, _, _ in self.sums:
            first, *others = signs
            for other in others:
                leader[find(other)] = find(first)
        tied: dict[Variable, list[Sum]] = defaultdict(list)
        for one in self.sums:
            tied[find(next(iter(one[0])))].append(one)
        made = {top: Component(sums) for top, sums in tied.items()}
        return {one: made[find(one)] for one in list(leader) if find(one) in made}

    def range(self, target: frozenset[Variable]) -> tuple[float, float] | None:
        """Return the least and most of a sum; None where what is known contradicts itself.

        Variables that nothing is known of are left out: they can only be more than nothing.
        """
        least, most = 0.0, 0.0
        parts: dict[int, tuple[Component, set[Variable]]] = {}
        for variable in target:
            component = self.components.get(variable)
            if component is None:
                most = math.inf
            else:
                parts.setdefault(id(component), (component, set()))[1].add(variable)
        for component, variables in parts.values():
            ends = component.range(frozenset(variables))
            if ends is None:
                return None
            least, most = least + ends[0], most + ends[1]
        return least, most


class Component:
    """A system of sums, to be solved for the ends of other sums."""

    def __init__(self, sums: list[Sum]) -> None:
        self.at = {name: i for i, name in enumerate(sorted(set().union(*(s for s, _, _ in sums))))}
        rows, self.limits = [], []
        for signs, least, most in sums:
            row = np.zeros(len(self.at))
            for variable, sign in signs.items():
                row[self.at[variable]] = sign
            rows.append(-row)
            self.limits.append(-least)
            if math.isfinite(most):
                rows.append(row)
                self.limits.append(most)
        self.rows = np.array(rows)

    def range(self, target: frozenset[Variable]) -> tuple[float, float] | None:
        """Return the ends of a sum."""
        aim = np.zeros(len(self.at))
        aim[[self.at[v] for v in target]] = 1
        return _ends(aim.tobytes(), self.rows.tobytes(), tuple(self.limits))


@cache
def _ends(aim: bytes, rows: bytes, limits: tuple[float, ...]) -> tuple[float, float] | None:
    """Return the ends of a sum; solved once, as many systems differ by the names in them alone."""
    wanted = np.frombuffer(aim)
    known = np.frombuffer(rows).reshape(-1, wanted.size)
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * wanted, A_ub=known, b_ub=limits, method="highs")
        if answer.status == 2:
            return None
        ends.append(math.inf if answer.status == 3 else sign * answer.fun)
    most = math.inf if math.isinf(ends[1]) else math.floor(ends[1] + 1e-6)
    return math.ceil(ends[0] - 1e-6), most


def shown_range(count: Any) -> tuple[float, float] | None:
    """Return what a shown count gives away, None for one that is left out."""
    if count is None:
        return None
    if count == "under 8":
        return 1, 7
    return (0, 0) if count == 0 else (max(8, count - 2), count + 2)


class Attack:
    """Reads the results of a replay as one party, and asks for hidden counts."""

    def __init__(self, out: Path, rules: Path, lookup: Path, anchor: date) -> None:
        self.out = out
        self.parties = yaml.safe_load((rules / "parties.yaml").read_text())
        self.release, self.agreements = _releases(rules)
        self.anchor = anchor
        self.homes: dict[str, dict[str, str]] = {}
        with lookup.open() as file:
            for row in csv.DictReader(file):
                if row["district"]:
                    self.homes[row["district"]] = {
                        level: row[level] for level in ("district", "csp", "ciog")
                    }

    def readers(self) -> dict[str, list[str]]:
        """Return, for each party, the audiences whose files it gets."""
        names = {path.name for path in (self.out / "audiences").iterdir()}
        return {
            party["id"]: [
                name
                for name in sorted(names)
                if name == party["id"]
                or any(
                    group["id"] == name and party["id"] in group["members"]
                    for group in self.parties["groups"]
                )
            ]
            for party in self.parties["parties"]
        }

    def districts(self, level: str, code: str) -> list[str]:
        return [d for d, home in self.homes.items() if home[level] == code]

    def pictures(self, audience: str) -> Iterator[dict[str, Any]]:
        for path in sorted((self.out / "audiences" / audience / "pictures").glob("*.json")):
            yield json.loads(path.read_text())

    def public(self, street: Street) -> Knowledge:
        """Return what anybody can write down from street-level files.

        `street` gives, by (publisher, category), the counts by month (`2026-01`) and district.
        """
        known = Knowledge()
        for (publisher, category), months in street.items():
            counted_at, _ = self.counted_at
            for (month, district), count in months.items():
                first = date.fromisoformat(f"{month}-01")
                last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
                for whole, least, most in ((True, 0, count), (False, count, math.inf)):
                    fortnights = self._fortnights(first, last, whole)
                    if fortnights and all(f in counted_at for f in fortnights):
                        known.add(
                            (
                                (publisher, category, district, f.isoformat(), counted_at[f])
                                for f in fortnights
                            ),
                            least,
                            most,
                        )
        return known

    def knowledge(self, party: str, audiences: list[str], public: Knowledge) -> Knowledge:
        """Return what the party can write down of the other publishers' counts."""
        known = Knowledge([*public.sums])
        for audience in audiences:
            for picture in self.pictures(audience):
                self._picture(known, party, audience, picture)
            for line in (self.out / "audiences" / audience / "alerts.jsonl").open():
                self._alert(known, party, audience, json.loads(line))
        self._only_more_comes(known)
        return known

    def _picture(
        self, known: Knowledge, party: str, audience: str, picture: dict[str, Any]
    ) -> None:
        first = date.fromisoformat(picture["fortnight"]["from"])
        periods = {"count": first, "last": first - FORTNIGHT, "season": first - 26 * FORTNIGHT}
        self._absent(known, party, audience, picture)
        for area in picture["areas"]:
            for row in area["counts"]:
                for entry in row["counts"]:
                    if self.hides(entry["publisher"], party, audience):
                        for name, period in periods.items():
                            found = shown_range(entry[name])
                            if found:
                                where = self.districts(area["level"], area["code"])
                                known.add(
                                    (
                                        (
                                            entry["publisher"],
                                            row["hub_category"],
                                            district,
                                            period.isoformat(),
                                            picture["frozen_at"],
                                        )
                                        for district in where
                                    ),
                                    *found,
                                )

    def _absent(self, known: Knowledge, party: str, audience: str, picture: dict[str, Any]) -> None:
        """Read a row that is not there as none in this fortnight."""
        first = picture["fortnight"]["from"]
        hiding = [p for p, a in self.release if a == audience and self.hides(p, party, audience)]
        for area in picture["areas"]:
            there = {
                (entry["publisher"], row["hub_category"])
                for row in area["counts"]
                for entry in row["counts"]
            }
            for publisher in hiding:
                if "level" in self.release[publisher, audience]:
                    continue
                for category in CATEGORIES:
                    if (publisher, category) not in there:
                        where = self.districts(area["level"], area["code"])
                        at = picture["frozen_at"]
                        known.add(((publisher, category, d, first, at) for d in where), 0, 0)

    def _alert(self, known: Knowledge, party: str, audience: str, event: dict[str, Any]) -> None:
        data = event["data"]
        if event["type"] == "alert.closed.v1":
            return
        first = date.fromisoformat(data["window"]["from"])
        last = date.fromisoformat(data["window"]["to"])
        for entry in data["seen"]:
            publisher = entry["publisher"]
            if not self.hides(publisher, party, audience):
                continue
            least, most = shown_range(entry["count"]) or (0, math.inf)
            where = sorted({d for c in data["csps"] for d in self.districts("csp", c)})
            for counted_at in self.counted_at:
                touched = self._fortnights(first, last, whole=False)
                inside = self._fortnights(
                    first + timedelta(days=7), last - timedelta(days=7), whole=True
                )
                if data["signal"] != "convergence":
                    known.add(
                        (
                            (publisher, data["hub_category"], d, f.isoformat(), counted_at[f])
                            for d in where
                            for f in touched
                            if f in counted_at
                        ),
                        least if all(f in counted_at for f in touched) else 0,
                        math.inf,
                    )
                if data["signal"] == "surge" and all(f in counted_at for f in inside) and inside:
                    known.add(
                        (
                            (publisher, data["hub_category"], d, f.isoformat(), counted_at[f])
                            for d in self.districts("ciog", data["ciog"])
                            for f in inside
                        ),
                        0,
                        most,
                    )

    @cached_property
    def counted_at(self) -> list[dict[date, str]]:
        """Return, as first told and as told last, when each fortnight was counted."""
        told: dict[date, list[str]] = defaultdict(list)
        for path in sorted(self.out.glob("audiences/*/pictures/*.json")):
            picture = json.loads(path.read_text())
            first = date.fromisoformat(picture["fortnight"]["from"])
            told[first].append(picture["frozen_at"])
            told[first - FORTNIGHT].append(picture["frozen_at"])
        return [{f: min(at) for f, at in told.items()}, {f: max(at) for f, at in told.items()}]

    def _fortnights(self, first: date, last: date, whole: bool) -> list[date]:
        start = self.anchor + FORTNIGHT * ((first - self.anchor).days // 14)
        found = []
        while start <= last:
            end = start + FORTNIGHT - timedelta(days=1)
            if not whole or (start >= first and end <= last):
                found.append(start)
            start += FORTNIGHT
        return found

    def _only_more_comes(self, known: Knowledge) -> None:
        """Add that a fortnight counted again is no smaller: what comes late adds to it."""
        counted: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        for variables, _, _ in known.sums:
            for publisher, category, district, first, at in variables:
                counted[publisher, category, district, first].add(at)
        for key, times in counted.items():
            ordered = sorted(times)
            for earlier, later in pairwise(ordered):
                known.add_growth((*key, earlier), (*key, later))

    def hides(self, publisher: str, party: str, audience: str) -> bool:
        if publisher == party:
            return False
        return "exact" not in self.release.get((publisher, audience), {"none"})


def _releases(
    rules: Path,
) -> tuple[dict[tuple[str, str], set[str]], dict[str, list[str]]]:
    """Return each publisher's releases by audience, and its agreements with the correlator."""
    releases: dict[tuple[str, str], set[str]] = defaultdict(set)
    agreements: dict[str, list[str]] = defaultdict(list)
    for path in sorted(rules.glob("*.yaml")):
        text = yaml.safe_load(path.read_text())
        if isinstance(text, dict) and text.get("recipient") == "hub-correlation":
            agreements[text["publisher"]].append(text["agreement"])
            for audience, release in text["release"].items():
                releases[text["publisher"], audience].add(release)
    return dict(releases), dict(agreements)
