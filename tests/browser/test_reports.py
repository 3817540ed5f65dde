"""Reports in a browser: quiet, alone, usable with pointer and keyboard, and legible to everybody."""

import os
import pathlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HOSTILE, SAMPLES

WIDTHS = [1440, 768, 360]


def harm(page):
    """What axe-core calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        (it["id"], [node["html"][:200] for node in it["nodes"]][:3])
        for it in found
        if it["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_page_fits_and_is_accessible(opened, name):
    page = opened(name)
    assert page.locator("h1").count() == 1
    for width in WIDTHS:
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            # Colours depend on the theme, and what is hidden or scrolls on the width.
            if (width, theme) in ((1440, "light"), (360, "dark")):
                assert harm(page) == []
            if "SCREENSHOTS" in os.environ:
                # The curve is drawn anew when the width has settled.
                page.wait_for_timeout(300)
                folder = pathlib.Path(os.environ["SCREENSHOTS"])
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_without_scripts_has_the_finding_the_tables_and_the_charts(opened, name):
    page = opened(name, java_script_enabled=False)
    assert page.locator(".finding").count() == 1
    assert page.locator("#assumptions dt").first.is_visible()
    if name != "nobody":
        assert page.locator("figure svg").first.is_visible()
    for hidden in page.locator(".scripted").all():
        assert not hidden.is_visible()


def cells(page, column):
    """The cells of a column of tickets, from the top."""
    heads = page.locator("#tickets-view thead th").all_inner_texts()
    place = [re.sub(r"\W*$", "", head) for head in heads].index(column)
    return page.locator(f"#tickets-view tbody tr > :nth-child({place + 1})").all_inner_texts()


def seconds(text):
    """A length of time as the page writes it."""
    found = re.findall(r"([\d.]+) (h|min|s)", text)
    return sum(float(number) * {"h": 3600, "min": 60, "s": 1}[unit] for number, unit in found)


def test_tickets_are_sorted_by_a_column_both_ways(opened):
    page = opened("three")
    head = page.locator("#tickets-view thead th", has_text="dispatch delay")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    rising = [seconds(cell) for cell in cells(page, "dispatch delay")]
    assert len(rising) == 30 and rising == sorted(rising) and rising[0] < rising[-1]
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert [seconds(cell) for cell in cells(page, "dispatch delay")] == rising[::-1]


def test_tickets_are_filtered_by_words(opened):
    page = opened("three")
    page.get_by_label("Filter").fill("t-007")
    assert cells(page, "ticket") == ["T-007"]
    assert page.locator("#tickets-view [role=status]").inner_text() == "1 of 30 tickets"
    page.get_by_label("Filter").fill("no such ticket")
    assert page.locator("#tickets-view [role=status]").inner_text() == "0 of 30 tickets"


def test_disciplines_and_replications_are_switched(opened):
    page = opened("three")
    assert set(cells(page, "double booked")) == {"no"}
    page.locator("#tickets .arm-switch select").select_option(label="unsafe-parallel")
    doubled = cells(page, "double booked")
    assert "yes" in doubled
    assert page.locator("#day-view .double").count() > 0
    before = cells(page, "arrived at")
    page.locator("#day .replication-switch select").select_option(label="1")
    assert cells(page, "arrived at") != before
    assert page.locator("#tickets .replication-switch select").input_value() == "1"


def test_a_story_is_opened_and_closed_with_the_keyboard(opened):
    page = opened("three")
    page.locator("#tickets-view tbody button").nth(2).focus()
    page.keyboard.press("Enter")
    story = page.get_by_role("dialog")
    assert "T-003 under sequential" in story.inner_text()
    assert "It arrived for" in story.inner_text()
    assert harm(page) == []
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "T-003"


def test_the_day_is_walked_with_arrow_keys(opened):
    page = opened("three")
    first = page.locator("#day-view .block").first
    first.focus()
    said = page.locator("#day-view [role=status]")
    before = said.inner_text()
    assert "Technician 1" in before
    page.keyboard.press("ArrowRight")
    assert said.inner_text() != before
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    assert "Technician 30" in said.inner_text()


def test_the_keyboard_alone_reaches_everything(opened):
    page = opened("three")
    reached = []
    for _ in range(400):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "[document.activeElement.closest('section')?.id ?? '', document.activeElement.tagName,"
            " document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.slice(0, 40)]"
        )
        if where in reached and where[1] == "BODY":
            break
        reached.append(where)
    assert reached[0][2] == "Skip to the finding"
    names = {where[2] for where in reached}
    assert {"Dark theme", "Zoom in", "Whole curve", "Read the curve at", "T-001", "T-030"} <= names
    assert {"comparison", "charts", "curve", "day", "tickets", "run"} <= {where[0] for where in reached}


def test_the_theme_is_switched(opened):
    page = opened("three", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    button = page.locator("#theme button")
    button.focus()
    page.keyboard.press("Space")
    assert page.evaluate(paper) != light
    assert button.inner_text() == "Light theme"
    assert harm(page) == []
    page.keyboard.press("Space")
    assert page.evaluate(paper) == light


def test_the_curve_is_read_and_zoomed(opened):
    page = opened("three")
    slider = page.get_by_label("Read the curve at")
    slider.focus()
    page.keyboard.press("Home")
    group = page.get_by_role("group", name="Tickets by then")
    read = lambda: " ".join(group.inner_text().split())
    assert "sequential: 0.0" in read()
    page.keyboard.press("End")
    assert "sequential: 30.0" in read() and "unsafe-parallel: 30.0" in read()
    whole = page.locator("#curve-plot").screenshot()
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator("#curve-plot").screenshot() != whole
    page.get_by_role("button", name="Whole curve").click()
    # The pointer is elsewhere than it was at first.
    page.mouse.move(0, 0)
    box = page.locator("#curve-plot").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    at = page.locator("#curve-view strong").first.inner_text()
    page.mouse.move(box["x"] + 600, box["y"] + 100)
    assert page.locator("#curve-view strong").first.inner_text() != at


def test_a_measure_is_explained_on_hover_and_on_focus(opened):
    page = opened("three")
    term = page.locator("#comparison .term").first
    tip = term.get_by_role("tooltip", include_hidden=True)
    assert not tip.is_visible()
    term.hover()
    assert tip.is_visible()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    term.get_by_role("button").focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_kinds_of_ticket_are_shown_one_at_a_time(opened):
    page = opened("hostile")
    rows = page.locator("#segments tbody tr")
    assert rows.count() == 3 * len(HOSTILE)
    page.locator("#segments-view select").select_option(index=1)
    assert len([row for row in rows.all() if row.is_visible()]) == 3


def test_hostile_names_are_text(opened):
    page = opened("hostile")
    page.locator("#tickets .arm-switch select").select_option(index=1)
    page.locator("#tickets-view tbody button").first.click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("h1").inner_text() == f"{HOSTILE[0]}: {HOSTILE[1]}"
    assert page.locator("img").count() == 0 and page.locator("b").count() == 0
    assert set(cells(page, "technician")) <= set(HOSTILE)
    assert set(cells(page, "company")) <= set(HOSTILE)


def test_a_large_burst_is_sampled_and_says_so(opened, reports):
    page = opened("large")
    assert reports["large"].stat().st_size < 3_000_000
    assert re.search(r"This page has [\d,]+ of the [\d,]+ tickets", page.locator("#tickets").inner_text())
    page.locator("#day .arm-switch select").select_option(label="unsafe-parallel")
    assert "double bookings are shown first" in page.locator("#day").inner_text()


def test_thirty_tickets_take_less_than_a_megabyte(reports):
    for name in ("three", "eight", "hostile"):
        assert reports[name].stat().st_size < 1_000_000, name


def test_paper_has_no_controls(opened):
    page = opened("three")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator("#theme").is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert len(page.pdf()) > 50_000
