//! Hostile text: every string, through every source, to every sink.

use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use stampede::experiment::{Experiment, Options};
use stampede::keys::text::{cell, shown};
use stampede::prelude::Engine;
use stampede::report::export::csv::{table as csv_table, tables as csv_tables};
use stampede::report::export::{Csv, Exporter, Github, Json, Markdown, Text, text::Style};
use stampede::report::tables::Table;
use stampede::report::{files, story};
use stampede::results::Comparison;
use stampede::results::folder::{self, Bundle};
use stampede::scenario;

/// Strings with control characters, which no name may have.
const CONTROLS: [&str; 10] = [
    "Ann\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "bell\u{7}",
    "null\0",
    "\u{9b}2J",
    "a\n::error::b",
    "a\r::warning::b",
    "tab\tin",
    "delete\u{7f}",
    "next\u{85}line",
];

/// Strings that names may be, and that some reader would act upon.
const NAMES: [&str; 23] = [
    "::error title=x::boo",
    "##[error]boo",
    "##vso[task.complete]boo",
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-2+3",
    "@SUM(A1)",
    "'=quoted",
    "a|b",
    "`code`",
    "<script>alert(1)</script>",
    "a & b &amp;",
    "[link](http://example.org)",
    "www.example.org",
    "no\u{ffff}character",
    "\u{202e}gnp.exe",
    "\u{2066}isolated\u{200b}",
    "line\u{2028}separator",
    "e\u{301}\u{302} 日本 👩\u{200d}💻",
    "comma, \"quote\"",
    "50 % off, a:b",
    "title\\",
    "<r><t>bold</t></r>",
];

/// Checks a workbook: its cells are values, each text is one, and nothing points elsewhere.
fn calculates_nothing(workbook: Vec<u8>) {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("it can be read");
        let (name, mut text) = (file.name().expect("it has one").into_owned(), String::new());
        file.read_to_string(&mut text).expect("XML is text");
        is_harmless(&text.replace("\r\n", "\n"), &name);
        for outward in ["<f>", "<f ", "<hyperlink", "TargetMode", "<ddeLink"] {
            assert!(!text.contains(outward), "{outward} in {name}");
        }
        if name == "xl/sharedStrings.xml" {
            for item in text.split("<si>").skip(1) {
                let item = item.split_once('>').and_then(|(_, item)| item.split_once("</t></si>"));
                assert!(item.is_some_and(|(name, _)| !name.contains(['<', '>'])), "{item:?}");
            }
        }
    }
}

/// A character that must not leave the program raw.
fn is_raw(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Checks text that goes to people.
fn is_harmless(text: &str, what: &str) {
    assert!(!text.contains(is_raw), "{what}: {text:?}");
}

/// Checks what a program has printed, where no command is expected.
fn is_no_command(bytes: &[u8], what: &str) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    is_harmless(text, what);
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: {text}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{what}: {text}");
    }
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A scenario with `name` wherever a name can be.
fn everywhere(name: &str) -> String {
    r#"
name = NAME
summary = NAME
[burst]
tickets = 6
arrivals = { uniform = { over = "1min" } }
categories = { NAME = 1, other = 1 }
companies = { NAME = 1, other = 1 }
boards = { NAME = 1, other = 1 }
statuses = { NAME = 1, other = 1 }
[dispatch]
status_after = NAME
[[agent]]
name = "first"
companies = [NAME]
[[agent]]
name = "second"
excluded_companies = [NAME]
[[agent.sop]]
categories = [NAME]
never_assign_to = [NAME]
[[desk.team]]
name = NAME
boards = [NAME, "other"]
[[desk.technician]]
name = NAME
teams = [NAME]
history = { NAME = 0.5 }
open = { NAME = 2 }
[[desk.technician]]
name = "Ben"
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "parallel"
[[discipline]]
kind = "subagents"
split = "company"
[thresholds]
makespan = ["mean < 1s"]
[experiment]
replications = 2
records = 1
"#
    .replace("NAME", &quoted(name))
}

/// Files beside each other: a recording, technicians and pods, with `name` wherever a name can be.
fn tables(folder: &Path, name: &str) -> &'static str {
    let write = |file: &str, rows: &[&[&str]]| {
        let mut writer = csv::Writer::from_path(folder.join(file)).expect("writable");
        for row in rows {
            writer.write_record(*row).expect("writable");
        }
        writer.flush().expect("writable");
    };
    let head = ["ticket", "arrived_at", "board", "assigned_to", "category", "company", "status", name];
    let first = [name, "2026-11-23T08:05", name, name, name, name, name, name];
    let second = ["T-2", "2026-11-23T08:06", name, name, name, name, name, name];
    write("burst.csv", &[&head, &first, &second]);
    write("staff.csv", &[&["technician", name], &[name, ""], &["Ben", ""]]);
    write(
        "pods.csv",
        &[&["pod", "technician", "customer", name], &[name, name, name, ""], &["p", "Bo", "c", ""]],
    );
    r#"
name = "tables"
start = "2026-11-23T08:00"
burst = { arrivals = { recorded = { file = "burst.csv" } } }
[desk]
technicians_file = "staff.csv"
pods = "pods.csv"
[[desk.team]]
name = "all"
boards = [BOARD]
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "pods"
[experiment]
replications = 2
records = 1
"#
}

fn comparison(text: &str, folder: &Path) -> Result<Comparison, String> {
    let scenario = scenario::parse(text, "hostile.toml", folder, &[]).map_err(|error| {
        is_harmless(&error.to_string(), "problems");
        is_no_command(error.render(false, 80).as_bytes(), "problems as they are drawn");
        error.to_string()
    })?;
    let experiment = Experiment::prepare(scenario).map_err(|error| error.to_string())?;
    let options = Options { engine: Engine::Direct, threads: 1 };
    experiment.run(&options, &mut |_| {}).map_err(|error| error.to_string())
}

/// Checks every sink that a comparison has; `charts`, which take their time, only where that is asked for.
fn every_sink(c: &Comparison, name: &str, charts: bool) {
    let style = Style { color: false, width: 100 };
    let of = |exporter: &dyn Exporter| String::from_utf8(exporter.export(c)).expect("reports are text");
    for single in [false, true] {
        is_harmless(&of(&Text { style, single }), name);
    }
    let markdown = of(&Markdown);
    is_harmless(&markdown, name);
    let unescaped = |what: &str| markdown.match_indices(what).any(|(at, _)| !markdown[..at].ends_with('\\'));
    assert!(!unescaped("<script") && !unescaped("`") && !unescaped("&") && !unescaped("[link"), "{markdown}");
    assert!(!markdown.contains("http://") && !markdown.contains("www.example"), "{markdown}");
    for line in of(&Github::default()).lines() {
        is_harmless(line, name);
        let start = ["::error title=", "::warning title=", "::notice title="];
        assert!(start.iter().any(|start| line.starts_with(start)), "{name}: {line}");
    }
    let json = of(&Json);
    is_harmless(&json, name);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["scenario"]["name"].as_str(), Some(c.setup.name.as_str()));
    is_harmless(&of(&Csv), name);
    let mut made: Vec<(String, Vec<u8>)> = Vec::new();
    for table in csv_tables(c).expect("it can be read") {
        let text = csv_table(table, c).expect("it can be read");
        made.push((format!("{}.csv", table.name), text.into_bytes()));
    }
    if charts {
        for (file, content) in files(c).expect("files can be made") {
            let mut bytes = Vec::new();
            content.write(&mut bytes).expect("memory takes it");
            made.push((file, bytes));
        }
    }
    for (file, bytes) in made {
        let extension = file.rsplit('.').next();
        if extension == Some("png") {
            continue;
        }
        if extension == Some("xlsx") {
            calculates_nothing(bytes);
            continue;
        }
        let text = String::from_utf8(bytes).expect("all but pictures is text");
        is_harmless(&text, &file);
        if extension == Some("csv") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for record in reader.records() {
                for field in &record.expect("CSV") {
                    let acts = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    assert!(!acts || field.parse::<f64>().is_ok(), "{file}: {field}");
                }
            }
        }
        if extension == Some("html") {
            // Its data, and two scripts of its own that no name is in.
            let (markup, scripts) = text.split_at(text.find("<script").expect("it has scripts"));
            assert_eq!(scripts.matches("<script").count(), 3, "{name}");
            assert_eq!(scripts.matches("</script").count(), 3, "{name}");
            assert!(!markup.contains("</script") && !markup.contains("<!--"), "{name}");
            assert!(!markup.contains(" href=\"http") && !markup.contains("<img"), "{name}");
            let data = scripts.split(['>', '<']).nth(2).expect("the data");
            serde_json::from_str::<serde_json::Value>(data).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        if extension == Some("svg") {
            assert!(!text.contains("<script") && !text.contains("</script"), "{text}");
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"];
            for (at, _) in text.match_indices('&') {
                assert!(
                    entities.iter().any(|entity| text[at..].starts_with(entity)),
                    "{file}: {}",
                    &text[at..]
                );
            }
        }
    }
    let place = tempfile::tempdir().expect("a temporary folder");
    folder::write(place.path(), &Bundle::of(c, Vec::new())).expect("writable");
    for file in [
        "scenario.toml",
        "manifest.json",
        "data/comparison.json",
        "data/events.jsonl",
        "data/replications.csv",
    ] {
        is_harmless(&fs::read_to_string(place.path().join(file)).expect("it was written"), file);
    }
    assert_eq!(folder::read(place.path()).expect("it was written whole").setup, c.setup);
    let burst = c.arms[0].recorded[0].burst().expect("it can be read");
    let ticket = burst.name(stampede::domain::TicketId(0));
    is_harmless(&story::explain(c, &ticket, None, 100).expect("the ticket is there"), name);
    is_harmless(&story::explain(c, name, Some(name), 100).expect_err("no such discipline").to_string(), name);
    is_harmless(
        &story::explain(c, &format!("{name}?"), None, 100).expect_err("no such ticket").to_string(),
        name,
    );
}

#[test]
fn names_that_are_allowed_reach_every_sink_harmless() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let long = "long ".repeat(500);
    for name in NAMES.into_iter().chain([long.trim_end()]) {
        let made =
            comparison(&everywhere(name), place.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(made.setup.name, name);
        every_sink(
            &made,
            name,
            ["<script>alert(1)</script>", "a & b &amp;", "no\u{ffff}character"].contains(&name),
        );
        let text = tables(place.path(), name).replace("BOARD", &quoted(name));
        let recorded = comparison(&text, place.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(recorded.setup.desk.technicians[0].name, name);
        assert_eq!(recorded.setup.desk.pods[0].name, name);
        every_sink(&recorded, name, false);
        let tickets = Table::named("tickets").expect("there is such a table");
        let tickets = csv_table(tickets, &recorded).expect("it can be read");
        let mut reader = csv::Reader::from_reader(tickets.as_bytes());
        let first = reader.records().next().expect("it has rows").expect("CSV");
        assert!(first.iter().any(|field| field == cell(name)), "{name}: {first:?}");
    }
}

#[test]
fn control_characters_are_refused_at_every_source_with_their_place() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let good = everywhere("fine");
    for name in CONTROLS {
        let escape = shown(name);
        // One source at a time.
        for (at, _) in good.match_indices("\"fine\"") {
            let bad = format!("{}{}{}", &good[..at], quoted(name), &good[at + "\"fine\"".len()..]);
            let is_summary = good[..at].ends_with("summary = ");
            if is_summary && name.split_whitespace().all(|word| !word.contains(is_raw)) {
                assert!(
                    comparison(&bad, place.path()).is_ok(),
                    "line breaks and tabs of a summary are blanks"
                );
                continue;
            }
            let error = comparison(&bad, place.path()).expect_err(name);
            let line = good[..at].matches('\n').count() + 1;
            assert!(error.contains(&format!("hostile.toml:{line}:")), "{escape}, line {line}: {error}");
            assert!(error.contains("control character"), "{escape}, line {line}: {error}");
        }
        for key in ["name", "burst.categories", "desk.technicians_file"] {
            let value =
                if key == "burst.categories" { format!("{{ {} = 1 }}", quoted(name)) } else { quoted(name) };
            let setting = scenario::Override { key: key.to_owned(), value, origin: "--set".to_owned() };
            let error =
                scenario::parse(&good, "good.toml", place.path(), &[setting]).expect_err("it is refused");
            is_harmless(&error.to_string(), key);
            is_no_command(error.render(false, 80).as_bytes(), key);
            assert!(error.to_string().contains("control character"), "{error}");
        }
        let text = tables(place.path(), "fine").replace("BOARD", "\"fine\"");
        assert!(comparison(&text, place.path()).is_ok());
        for (file, head) in [("burst.csv", "ticket"), ("staff.csv", "technician"), ("pods.csv", "pod")] {
            tables(place.path(), "fine");
            // A column that is nearly the one that is looked for is suggested.
            fs::write(place.path().join(file), format!("\"{head}{name}\",\"{head}\u{7}\"\nx,y\n"))
                .expect("writable");
            let error = comparison(&text, place.path()).expect_err(name);
            is_harmless(&error, file);
            let reason =
                if name.contains('\0') { "not text".to_owned() } else { format!("no column {head}, but \"") };
            assert!(error.contains(&reason), "{error}");
            tables(place.path(), "fine");
            let table = fs::read_to_string(place.path().join(file)).expect("it was written");
            let (head, rows) = table.split_once('\n').expect("it has a header");
            for (at, _) in rows.match_indices("fine").filter(|(at, _)| !rows[*at..].starts_with("fine\n")) {
                let bad = format!("{head}\n{}\"x{name}y\"{}", &rows[..at], &rows[at + "fine".len()..]);
                fs::write(place.path().join(file), bad).expect("writable");
                let error = comparison(&text, place.path()).expect_err(name);
                let line = rows[..at].matches('\n').count() + 2;
                is_harmless(&error, file);
                assert!(error.contains(file) && error.contains(&format!("line {line}, ")), "{error}");
                assert!(error.contains("text without control characters"), "{error}");
            }
        }
    }
}

fn stampede(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("stampede").expect("the program is built");
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

#[test]
fn nothing_that_the_program_prints_drives_a_terminal_or_a_runner() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let write = |file: &str, text: &str| fs::write(place.path().join(file), text).expect("writable");
    write("good.toml", &everywhere("fine"));
    let output = stampede(place.path(), &["compare", "good.toml", "--out", "good"]);
    assert_eq!(output.status.code(), Some(99), "{output:?}");
    let acts = |name: &&str| name.contains(is_raw) || name.starts_with("::") || name.starts_with("##");
    for name in CONTROLS.into_iter().chain(NAMES.into_iter().filter(acts)) {
        // A comment, a key and a value, as they stand: the lines are quoted in what is wrong with them.
        write(
            "raw.toml",
            &format!("# {name}\n\"{name}\" = 3 # {name}\nname = 3 # {name}\nseed = \"{name}\"\n"),
        );
        write("all.toml", &everywhere(name));
        let text = tables(place.path(), name).replace("BOARD", "\"other\"");
        write("tables.toml", &text);
        write("file.toml", &text.replace("\"burst.csv\"", &quoted(&format!("{name}.csv"))));
        let set = format!("{name}={name}");
        let path = format!("{name}.toml");
        let cases: [&[&str]; 6] = [
            &["validate", "raw.toml", "all.toml", "tables.toml", "file.toml"],
            &["validate", &path],
            &["explain", "good", name],
            &["compare", "good.toml", "--set", &set, "--discipline", name],
            &["report", name],
            &["validate", "--flag", name],
        ];
        // No argument has a zero byte.
        for arguments in cases.into_iter().filter(|all| all.iter().all(|one| !one.contains('\0'))) {
            let output = stampede(place.path(), arguments);
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 2)), "{arguments:?}: {output:?}");
            is_no_command(&output.stdout, &format!("{arguments:?}"));
            is_no_command(&output.stderr, &format!("{arguments:?}"));
        }
    }
    // A file name has what the system allows; a recording's notes have its columns.
    for name in ["::error::\u{202e}boo", "##[error]boo"] {
        write("all.toml", &everywhere(name));
        let output = stampede(place.path(), &["compare", "all.toml"]);
        assert_eq!(output.status.code(), Some(99), "{output:?}");
        is_no_command(&output.stdout, name);
        is_no_command(&output.stderr, name);
        let output =
            stampede(place.path(), &["compare", "all.toml", "--format", "github", "--color", "always"]);
        let text = String::from_utf8(output.stdout).expect("text");
        let commands =
            ["::error file=all.toml,line=", "::error title=", "::warning title=", "::notice title="];
        assert!(text.lines().all(|line| commands.iter().any(|start| line.starts_with(start))), "{text}");
    }
}

#[test]
fn saved_results_with_control_characters_in_names_are_refused() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let c = comparison(&everywhere("fine"), place.path()).expect("it is good");
    for change in [
        (|c: &mut Comparison| c.setup.summary.push('\u{1b}')) as fn(&mut Comparison),
        |c| c.setup.agents[0].push('\u{9b}'),
        |c| c.warnings.push("a\n::error::b".to_owned()),
    ] {
        let mut bad = c.clone();
        change(&mut bad);
        folder::write(place.path().join("bad").as_path(), &Bundle::of(&bad, Vec::new())).expect("writable");
        let error = folder::read(&place.path().join("bad")).expect_err("it is refused");
        assert!(error.to_string().ends_with("it has control characters in a name"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn only_regular_files_in_the_scenarios_folder_are_read() {
    use std::os::unix::fs::symlink;
    let place = tempfile::tempdir().expect("a temporary folder");
    let desk = place.path().join("desk");
    fs::create_dir(&desk).expect("writable");
    fs::write(place.path().join("staff.csv"), "technician\nAnn\n").expect("writable");
    fs::write(desk.join("staff.csv"), "technician\nBen\n").expect("writable");
    symlink("../staff.csv", desk.join("link.csv")).expect("writable");
    fs::create_dir(desk.join("folder.csv")).expect("writable");
    let made = std::process::Command::new("mkfifo").arg(desk.join("pipe.csv")).status().expect("it runs");
    assert!(made.success());
    let scenario = |head: &str, file: &str| {
        format!(
            "{head}\nname = \"files\"\nburst = {{ tickets = 2, arrivals = {{ backlog = {{}} }} }}\n\
             desk = {{ technicians_file = {} }}\n[[discipline]]\nkind = \"parallel\"\n",
            quoted(file)
        )
    };
    let validate = |text: &str, flags: &[&str]| {
        fs::write(desk.join("scenario.toml"), text).expect("writable");
        let output = stampede(&desk, &[&["validate", "scenario.toml"], flags].concat());
        (output.status.code(), String::from_utf8(output.stderr).expect("text").replace("\n  ", " "))
    };
    assert_eq!(validate(&scenario("", "staff.csv"), &[]).0, Some(0));
    let absolute = place.path().join("staff.csv");
    let absolute = absolute.to_str().expect("it is text");
    for outside in ["../staff.csv", "../desk/staff.csv", "link.csv", absolute] {
        let (code, told) = validate(&scenario("", outside), &[]);
        assert_eq!(code, Some(2), "{outside}: {told}");
        assert!(told.contains("outside") && told.contains("allow_outside = true"), "{told}");
        assert_eq!(validate(&scenario("allow_outside = true", outside), &[]).0, Some(0), "{outside}");
        assert_eq!(validate(&scenario("", outside), &["--allow-outside"]).0, Some(0), "{outside}");
    }
    for (file, reason) in
        [("pipe.csv", "pipe or a device"), ("folder.csv", "folder"), ("none.csv", "no file")]
    {
        let (code, told) = validate(&scenario("", file), &[]);
        assert_eq!(code, Some(2), "{file}: {told}");
        assert!(told.contains(reason), "{file}: {told}");
    }
    let work = "burst = { tickets = 2, work = { empirical = \"pipe.csv\" },";
    let (code, told) = validate(&scenario("", "staff.csv").replace("burst = { tickets = 2,", work), &[]);
    assert_eq!(code, Some(2));
    assert!(told.contains("pipe or a device"), "{told}");
    // A scenario and results likewise.
    for arguments in [&["validate", "pipe.csv"] as &[&str], &["compare", "/dev/zero"]] {
        let output = stampede(&desk, arguments);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8_lossy(&output.stderr).replace("\n  ", " ");
        assert!(told.contains("pipe or a device"), "{told}");
    }
    fs::create_dir(desk.join("results")).expect("writable");
    fs::rename(desk.join("pipe.csv"), desk.join("results/manifest.json")).expect("writable");
    for arguments in [
        &["report", "results"] as &[&str],
        &["explain", "results", "T-001"],
        &["compare", "scenario.toml", "--out", "results"],
    ] {
        fs::write(desk.join("scenario.toml"), scenario("", "staff.csv")).expect("writable");
        assert_eq!(stampede(&desk, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn where_files_may_lie_is_no_part_of_what_is_simulated() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let desk = place.path().join("desk");
    fs::create_dir(&desk).expect("writable");
    fs::write(place.path().join("staff.csv"), "technician\nAnn\n").expect("writable");
    let text = "name = \"files\"\nburst = { tickets = 2, arrivals = { backlog = {} } }\n\
                desk = { technicians_file = \"../staff.csv\" }\n[[discipline]]\nkind = \"parallel\"\n";
    fs::write(desk.join("scenario.toml"), text).expect("writable");
    let output = stampede(&desk, &["compare", "scenario.toml", "--allow-outside", "--out", "first"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let effective = fs::read_to_string(desk.join("first/scenario.toml")).expect("it was written");
    assert!(!effective.contains("allow_outside") && effective.contains("inputs/staff.csv"), "{effective}");
    let output = stampede(&desk, &["compare", "first/scenario.toml", "--out", "second"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let saved =
        |folder: &str| fs::read(desk.join(folder).join("data/comparison.json")).expect("it was written");
    assert_eq!(saved("first"), saved("second"));
}
