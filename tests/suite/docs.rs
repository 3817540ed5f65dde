//! The pages keep their promises: lengths, links, the tests they name, the scenarios they show.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{parse, project};

/// README is for the first five minutes.
const README_LINES: usize = 250;
/// ARCHITECTURE is for two minutes before a change.
const ARCHITECTURE_LINES: usize = 120;

/// What a snippet in the pages is put into: each of its top-level keys takes the place of this one's.
const AROUND: &str = r#"
name = "snippet"
burst = { tickets = 10, arrivals = { backlog = {} }, companies = { "Acme" = 1, "Birch Legal" = 1 }, priorities = { 1 = 1, 3 = 1 } }
discipline = [{ kind = "parallel" }]
desk = { team = [{ name = "Service Desk" }, { name = "Network" }], technician = [{ name = "Amara" }, { name = "Ben" }] }
"#;

/// Every file below `folder` whose name ends in `ending`.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') && !["target", "results"].contains(&&*name) {
            found.extend(files(&path, ending));
        } else if path.is_file() && name.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages with what they say.
fn pages() -> Vec<(PathBuf, String)> {
    let found: Vec<_> =
        files(&project("."), ".md").into_iter().map(|path| (path.clone(), text(&path))).collect();
    assert!(found.len() >= 10, "{found:?}");
    found
}

/// The names by which links lead to the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let title = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn pages_keep_their_length() {
    for (page, most) in [("README.md", README_LINES), ("ARCHITECTURE.md", ARCHITECTURE_LINES)] {
        let lines = text(&project(page)).lines().count();
        assert!(lines <= most, "{page} has {lines} lines, {most} at most: move what is too much to docs/");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for (page, content) in pages() {
        for link in content.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = page.parent().expect("a page is in a folder").join(file);
            let target = if file.is_empty() { page.clone() } else { target };
            assert!(target.exists(), "{}: {link} leads nowhere", page.display());
            let known = anchor.is_empty() || anchors(&text(&target)).contains(anchor);
            assert!(known, "{}: {link} leads to no heading", page.display());
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} links found: the reader of links is broken");
}

/// Whether this is a test named after a rule: `n4_…`, `z10_…`.
fn names_a_rule(word: &str) -> bool {
    word.split_once('_').is_some_and(|(rule, _)| {
        rule.strip_prefix(['n', 's', 'z']).is_some_and(|number| number.parse::<u8>().is_ok())
    })
}

#[test]
fn the_rules_page_names_the_tests_that_there_are() {
    let page = text(&project("docs/rules.md"));
    let named: BTreeSet<_> = page.split('`').filter(|word| names_a_rule(word)).collect();
    let tests = |folder: &str| -> BTreeSet<String> {
        let sources: Vec<_> = files(&project(folder), ".rs").iter().map(|path| text(path)).collect();
        let functions = sources.iter().flat_map(|code| code.split("fn ").skip(1));
        functions.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())).collect()
    };
    let there: BTreeSet<_> = tests("tests").into_iter().chain(tests("src")).collect();
    for name in &named {
        assert!(there.contains(*name), "docs/rules.md names {name}, which is no test");
    }
    for name in tests("tests/suite/rules").iter().filter(|name| names_a_rule(name)) {
        assert!(named.contains(name.as_str()), "docs/rules.md does not name {name}");
    }
}

#[test]
fn every_scenario_in_the_pages_is_valid() {
    let around: toml::Table = AROUND.parse().expect("it is TOML");
    let mut checked = 0;
    for (page, content) in pages() {
        for block in content.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let snippet: toml::Table =
                block.parse().unwrap_or_else(|error| panic!("{}: {error}\n{block}", page.display()));
            let mut scenario = around.clone();
            scenario.extend(snippet);
            println!("{}:\n{block}", page.display());
            parse(&scenario.to_string(), &[]);
            checked += 1;
        }
    }
    assert!(checked >= 5, "only {checked} scenarios found: the reader of pages is broken");
}
