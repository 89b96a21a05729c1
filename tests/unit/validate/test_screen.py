"""The identifier screen names the kinds it finds, however written, and lets opaque ids through."""

import base64
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.steps.validate import screen
from cioghub.steps.validate.identifiers import KINDS, POSSIBLE
from cioghub.steps.validate.screen import find_identifiers, search

PUBLISHED = {
    "9434765919": "nhs-number",
    "943 476 5919": "nhs-number",
    "943-476-5919": "nhs-number",
    "B801200005001": "upn",
    "QQ123456C": "national-insurance",
    "AB 12 34 56 C": "national-insurance",
    "2001/0171310W": "pnc-id",
    "20120052494Q": "pnc-id",
    "01/171310W": "pnc-id",
    "265416/21G": "cro-number",
    "SF39/83487F": "cro-number",
    "11/01ZD/01/448754K": "arrest-summons",
    "1101ZD0100000448754K": "arrest-summons",
    "MORGA657054SM9IJ": "driver-number",
    "AB12CDE": "vehicle-mark",
    "AB12 CDE": "vehicle-mark",
    "A123 BCD": "vehicle-mark",
    "ABC 123D": "vehicle-mark",
    "AIG 1234": "vehicle-mark",
    "07700 900123": "phone",
    "020 7946 0958": "phone",
    "+44 7700 900123": "phone",
    "+44 (0)7700 900123": "phone",
    "00447700900123": "phone",
    "447700900123": "phone",
    "01632-960-001": "phone",
    "+33 1 23 45 67 89": "phone",
    "a.person@example.org": "e-mail",
    "a.person-at-example.org": "e-mail",
    "CV34 4RL": "postcode",
    "SW1A1AA": "postcode",
    "m1-1ae": "postcode",
    "GIR 0AA": "postcode",
    "4111 1111 1111 1111": "payment-card",
    "378282246310005": "payment-card",
    "3056 930902 5904": "payment-card",
}


@pytest.mark.parametrize(("text", "kind"), PUBLISHED.items())
def test_names_published_examples_of_every_kind(text: str, kind: str) -> None:
    assert kind in find_identifiers(text)
    assert kind in find_identifiers(f"ref:{text}:2025")


def test_a_unique_learner_number_is_known_by_its_own_check_digit() -> None:
    # 5*10 + 1*9 + 2*8 + 3*7 + 4*6 + 5*5 + 6*4 + 7*3 + 8*2 = 206, and 206 = 18*11 + 8.
    assert find_identifiers("5123456782") == ("uln",)
    assert find_identifiers("5123456781") == ()


def test_every_kind_has_an_example() -> None:
    assert {*PUBLISHED.values(), "uln"} == {kind.name for kind in KINDS}


@pytest.mark.parametrize(
    "text",
    [
        "\uff19\uff14\uff13\uff14\uff17\uff16\uff15\uff19\uff11\uff19",
        "943\u200b476\u200b5919",
        "943\u00a0476\u00a05919",
        "943\u2013476\u20135919",
        "٩٤٣٤٧٦٥٩١٩",
        "9 4 3 4 7 6 5 9 1 9",
        "9-4-3-4-7-6-5-9-1-9",
        "9434765 9l9",
        "94347659I9",
        "943%20476%205919",
        "943%252D476%252D5919",
        "OTQzNDc2NTkxOQ==",
        "ref-OTQzNDc2NTkxOQ-1",
        "nhs9434765919",
        "case_9434765919.v2",
        "2026-01-31/9434765919",
    ],
)
def test_sees_through_ways_of_writing_a_number(text: str) -> None:
    assert "nhs-number" in find_identifiers(text)


def test_sees_through_letters_of_other_alphabets() -> None:
    assert find_identifiers("\u0410\u041212 \u0421D\u0415") == ("vehicle-mark",)  # Cyrillic
    assert find_identifiers("\uff21\uff22123456\uff23") == ("national-insurance",)  # full-width


def test_a_character_with_no_plain_form_ends_a_run_and_hides_nothing() -> None:
    assert find_identifiers("ßßß AB12 CDE") == ("vehicle-mark",)
    assert find_identifiers("字9434765919字") == ("nhs-number",)
    assert find_identifiers("943字4765919") == ()


def test_names_each_kind_once_and_in_one_order() -> None:
    found = find_identifiers("a@b.org CV34 4RL 9434765919 CV34 4RL")
    assert found == ("nhs-number", "e-mail", "postcode")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "police-2026-01-000123",
        "wmp-2025-07-0001234",
        "fire:INC-2025-004512",
        "2025-07-1234",
        "20260131",
        "2026/01",
        "31-01-2026",
        "20260131120000",
        "2026013112",
        "2025004512",
        "1767225600",
        "1767225600123",
        "2025-07-31T12:45:10.123456+01:00",
        "0000012345",
        "550e8400-e29b-41d4-a716-446655440000",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "V1StGXR8_Z5jdHi6B-myT",
        "20BW/123456A/25",
        "000014-01012019",
        "E01031234",
        "CV34-asb-00012",
        "/warwickshire-police/crime",
        "9434765917",
        "AB123456",
        "xAB12CDEx",
        "ZAB12CDE9",
        "10.0.0.1:8600",
    ],
)
def test_lets_opaque_ids_and_dates_through(text: str) -> None:
    assert find_identifiers(text) == ()


@pytest.mark.parametrize(
    "text",
    ["1753963510", "2026013112", "AB-202601-C", "E202507310001", "012-2025-0731", "202601-31V"],
)
def test_a_run_that_reads_as_a_date_is_let_through(text: str) -> None:
    assert search(text) == ()


def test_a_short_token_of_mixed_capitals_is_no_mark() -> None:
    assert find_identifiers("x_aB12cDe_y") == ()


def test_a_mark_joined_to_a_random_group_is_part_of_one_token() -> None:
    assert find_identifiers("xK3vQz9-AB12CDE_4fTq") == ()
    assert find_identifiers("xK3vQz9/AB12CDE") == ("vehicle-mark",)
    assert find_identifiers("case-0042-AB12CDE_v2") == ("vehicle-mark",)


def test_short_base64_is_not_read() -> None:
    assert find_identifiers(base64.b64encode(b"AB12CDE").decode().rstrip("=")) == ()


words = st.lists(
    st.sampled_from(["A", "E", "W", "SF", "QQ", "ol", "OIl", "nhs", "MORGA", "police", "At"]),
    max_size=3,
)
numbers = st.one_of(*(st.from_regex(one, fullmatch=True) for one in screen._SAFE_NUMBERS))


@settings(max_examples=deep(200, 600), deadline=None)
@given(words, st.sampled_from("-_:/"), numbers)
def test_the_short_cut_holds_nothing_that_the_long_way_finds(
    before: list[str], separator: str, number: str
) -> None:
    text = separator.join([*before, number])
    if text.isascii() and screen._HARMLESS(text):
        assert search(text) == ()


@settings(max_examples=deep(200, 600), deadline=None)
@given(st.text("019AOIl -/.|SF", max_size=24))
def test_what_the_first_look_passes_over_holds_no_kind(text: str) -> None:
    capitals = text.translate(screen._TO_ONES).upper()
    if not POSSIBLE.search(text.upper()):
        assert not [kind.name for kind in KINDS if kind.found(text.upper(), text)]
        assert not [kind.name for kind in KINDS if kind.found(capitals, text)]


@settings(max_examples=deep(100, 300), deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_has_an_answer_made_of_names(text: str) -> None:
    assert set(find_identifiers(text)) <= {kind.name for kind in KINDS}


@pytest.mark.parametrize("piece", ["1", "1-", "a", "a.", "@a", "A1", "%25", "+1", "l1", "QUFB"])
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    start = perf_counter()
    find_identifiers(text)
    assert perf_counter() - start < 5


def test_an_id_of_a_usual_style_goes_the_short_way() -> None:
    rng = Random(1)
    ids = [f"police-2026-{rng.randrange(1, 13):02d}-{n:06d}" for n in range(5_000)]
    assert all(screen._HARMLESS(one) for one in ids)
