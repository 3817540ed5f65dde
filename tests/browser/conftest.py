"""Results folders to look at, and pages of them."""

import json
import os
import pathlib
import subprocess

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]

HOSTILE = [
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 2</script>",
    "<img src=x onerror='window.hacked = 3'>",
    "<!-- <script>",
    "\" onfocus=\"window.hacked = 4\" x=\"",
    "javascript:window.hacked=5",
    "=cmd|' /C calc'!A0",
    "&lt;b&gt; &amp;",
    "日本語 العربية 👩‍💻",
    "A name that is so long that no column, no chart and no label anywhere has room for all of it",
]


def hostile_scenario():
    """Every name of a desk means harm."""
    technicians = "\n".join(
        f"[[desk.technician]]\nname = {json.dumps(name, ensure_ascii=False)}" for name in HOSTILE
    )
    companies = ", ".join(f"{json.dumps(name, ensure_ascii=False)} = 1" for name in HOSTILE)
    return f"""
name = {json.dumps(HOSTILE[0])}
summary = {json.dumps(HOSTILE[1])}
start = "2026-11-23T08:00"
[burst]
tickets = 30
companies = {{ {companies} }}
arrivals = {{ uniform = {{ over = "1min" }} }}
work = "20min"
[experiment]
replications = 20
by = ["company"]
{technicians}
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "parallel"
"""


# What is run for each sample: the command, and the scenario with what is set in it.
SAMPLES = {
    "three": ["compare", "scenarios/monday-30.toml", "--replications", "50", "--set", "experiment.records=2"],
    "eight": ["compare", "scenarios/disciplines.toml", "--replications", "20"],
    "zones": ["compare", "scenarios/follow-ups.toml", "--replications", "20", "--by", "company"],
    "nobody": ["compare", "scenarios/monday-5.toml", "--replications", "5", "--set", "ranker.provider.failure_rate=1.0"],
    "large": ["compare", "scenarios/monday-30.toml", "--replications", "3", "--set", "burst.tickets=2000", "--set", "desk.technicians=200"],
    "hostile": ["compare", "-"],
    "single": ["run", "scenarios/monday-5.toml"],
    "sweep": ["sweep", "scenarios/concurrency.toml", "--replications", "20"],
    "plan": ["plan", "scenarios/monday-60.toml", "--replications", "200"],
}


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """The page of each sample by its name."""
    made = {}
    for name, arguments in SAMPLES.items():
        folder = tmp_path_factory.mktemp(name) / "results"
        done = subprocess.run(
            [os.environ["STAMPEDE"], *arguments, "--quiet", "--out", str(folder)],
            cwd=ROOT,
            input=hostile_scenario() if name == "hostile" else None,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 99), f"{name}: {done.stderr}"
        made[name] = folder / "report.html"
    return made


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["BROWSER"], args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page, with all that it complained of and asked for."""

    def __init__(self, browser, path, **settings):
        self.context = browser.new_context(offline=True, **settings)
        self.page = self.context.new_page()
        self.complaints = []
        self.requests = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def close(self):
        self.context.close()


@pytest.fixture
def opened(browser, reports):
    """Opens the page of a sample; at the end it has to have been quiet."""
    pages = []

    def open_page(name, **settings):
        settings.setdefault("viewport", {"width": 1440, "height": 900})
        pages.append(Opened(browser, reports[name], **settings))
        return pages[-1].page

    yield open_page
    for page in pages:
        assert page.complaints == []
        assert page.requests == [page.url]
        page.close()
