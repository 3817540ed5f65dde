//! Who may import whom, and where dependencies are fenced in, read off the `use` lines.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::project;

/// Each room with the rooms it may use.
const ROOMS: [(&str, &[&str]); 15] = [
    ("keys", &[]),
    ("domain", &["keys"]),
    ("kernel", &["domain"]),
    ("facts", &["domain", "kernel::log"]),
    ("ranker", &["keys", "domain", "kernel"]),
    ("discipline", &["keys", "domain", "kernel", "facts", "ranker"]),
    ("protocol", &["domain", "kernel", "facts", "discipline", "ranker"]),
    ("engine", &["domain", "kernel", "facts", "protocol"]),
    ("metrics", &["domain", "kernel::log", "facts"]),
    ("results", &["domain", "kernel::log", "facts", "metrics"]),
    ("scenario", &["keys", "domain", "kernel::sampler", "discipline", "ranker", "metrics"]),
    ("workload", &["domain", "kernel::sampler", "kernel::stream"]),
    (
        "experiment",
        &[
            "domain",
            "kernel",
            "facts",
            "discipline",
            "protocol",
            "engine",
            "metrics",
            "scenario",
            "workload",
            "results",
        ],
    ),
    ("report", &["domain", "kernel::log", "facts", "metrics", "results"]),
    ("cli", &["domain", "engine", "experiment", "report", "results", "scenario"]),
];

/// The macros that define keys, which are the crate's, not a room's.
const MACROS: [&str; 2] = ["section", "choice"];

/// Each fenced dependency with the places that may name it.
const FENCES: [(&str, &[&str]); 10] = [
    ("actix", &["engine/", "experiment/"]),
    ("tokio", &["engine/actix.rs"]),
    ("plotters", &["report/plots/"]),
    ("ab_glyph", &["report/plots/"]),
    ("png", &["report/plots/"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("statrs", &["metrics/"]),
    ("libm", &["kernel/sampler.rs"]),
    ("pathfinding", &["discipline/batched.rs"]),
];

/// Every source file with its path below `src/`. Test modules in files of their own may use more.
fn sources() -> Vec<(String, String)> {
    let root = project("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("sources can be read") {
            let path = entry.expect("sources can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
            {
                let name = path.strip_prefix(&root).unwrap_or(Path::new("")).display().to_string();
                let text = fs::read_to_string(&path).expect("sources are text");
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
                found.push((name, code));
            }
        }
    }
    found.sort();
    assert!(found.len() > 40, "{}", found.len());
    found
}

/// The paths that a file takes from this crate: `domain::calendar::Offer` for `crate::domain::calendar::Offer`.
fn imports(code: &str) -> Vec<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in lines {
        for rest in line.split("crate::").skip(1) {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
            found.push(rest[..end].trim_end_matches(':').to_owned());
            // A group of modules, as in `use crate::{domain, report};`.
            if let Some(group) = rest.strip_prefix('{') {
                let names = group.split('}').next().unwrap_or_default().split(',');
                found.extend(names.map(|name| name.trim().to_owned()));
            }
        }
    }
    found.retain(|path| !path.is_empty() && !MACROS.contains(&path.as_str()));
    found
}

#[test]
fn rooms_import_only_what_they_may() {
    let mut checked = 0;
    for (file, code) in sources() {
        let Some((room, allowed)) = ROOMS.iter().find(|(room, _)| file.split('/').next() == Some(room))
        else {
            assert!(matches!(file.as_str(), "lib.rs" | "main.rs"), "{file} is in no room");
            continue;
        };
        for path in imports(&code) {
            let fits = |prefix: &&str| path == **prefix || path.starts_with(&format!("{prefix}::"));
            assert!(
                path.split("::").next() == Some(room) || allowed.iter().any(fits),
                "{file} must not use {path}"
            );
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} imports found: the reader of `use` lines is broken");
}

#[test]
fn dependencies_stay_behind_their_fences() {
    for (file, code) in sources() {
        for (name, places) in FENCES {
            let named = code.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
                let path = format!("{name}::");
                line.match_indices(&path).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                }) && !line.contains(&format!("engine::{path}"))
            });
            let own_module = file == "engine/mod.rs" || name == "actix" && file == "experiment/worker.rs";
            assert!(
                !named || own_module || places.iter().any(|place| file.starts_with(place)),
                "{file} must not name {name}"
            );
        }
    }
}
