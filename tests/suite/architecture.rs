//! Who may import whom, and where dependencies are fenced in, read off the `use` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::project;

/// Each room with the rooms it may use.
const ROOMS: [(&str, &[&str]); 15] = [
    ("keys", &[]),
    ("domain", &["keys"]),
    ("kernel", &["domain"]),
    ("facts", &["keys::text", "domain", "kernel::log"]),
    ("ranker", &["keys", "domain", "kernel"]),
    ("discipline", &["keys", "domain", "kernel", "facts", "ranker"]),
    ("protocol", &["domain", "kernel", "facts", "discipline", "ranker"]),
    ("engine", &["domain", "kernel", "facts", "protocol"]),
    ("metrics", &["domain", "kernel::log", "facts"]),
    ("results", &["keys::files", "keys::text", "domain", "kernel::log", "facts", "metrics"]),
    ("scenario", &["keys", "domain", "kernel::sampler", "discipline", "ranker", "metrics"]),
    ("workload", &["keys::files", "keys::text", "domain", "kernel::sampler", "kernel::stream"]),
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
    ("report", &["keys::prose", "keys::text", "domain", "facts", "metrics", "results"]),
    (
        "cli",
        &[
            "keys::prose",
            "keys::text",
            "domain",
            "engine",
            "experiment",
            "metrics",
            "report",
            "results",
            "scenario",
        ],
    ),
];

/// What defines keys and names, which is the crate's, not a room's.
const EVERYBODYS: [&str; 4] = ["section", "choice", "named", "keys::Named"];

/// What tells names to people, which is everybody's too.
const TOLD: [&str; 2] = ["keys::nearest", "keys::wording"];

/// Each fenced dependency with the places that may name it.
const FENCES: [(&str, &[&str]); 22] = [
    ("actix", &["engine/"]),
    ("tokio", &["engine/actix.rs"]),
    ("plotters", &["report/plots/"]),
    ("ab_glyph", &["report/plots/"]),
    ("png", &["report/plots/"]),
    ("base64", &["report/html/"]),
    ("maud", &["report/html/"]),
    ("rustix", &["results/folder/", "cli/memory.rs"]),
    ("signal_hook", &["cli/signals.rs"]),
    ("clap", &["cli/"]),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/man.rs"]),
    ("indicatif", &["cli/"]),
    ("lopdf", &["workload/pods/pdf.rs"]),
    ("quick_junit", &["report/export/junit.rs"]),
    ("rust_xlsxwriter", &["report/xlsx/"]),
    ("statrs", &["metrics/"]),
    ("postcard", &["results/entry.rs", "results/shard.rs", "results/spool.rs"]),
    ("crc32fast", &["results/frames.rs"]),
    ("tempfile", &["results/shard.rs", "results/single.rs", "results/spool.rs"]),
    ("textwrap", &["keys/"]),
    ("libm", &["kernel/sampler.rs", "metrics/statistics/", "report/plots/sweep/scale.rs"]),
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
                && !path.components().any(|part| part.as_os_str() == "tests")
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
    let is_told = |path: &str| TOLD.iter().any(|told| path.starts_with(told));
    found.retain(|path| !path.is_empty() && !EVERYBODYS.contains(&path.as_str()) && !is_told(path));
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
            let path = format!("{name}::");
            let named = code.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
                line.match_indices(&path).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                })
            });
            assert!(
                !named || places.iter().any(|place| file.starts_with(place)),
                "{file} must not name {name}"
            );
        }
    }
}

/// A file's module path: `a/b.rs` and `a/b/mod.rs` are both `a::b`.
fn module(file: &str) -> String {
    let stem = file.trim_end_matches(".rs").trim_end_matches("/mod");
    stem.replace('/', "::")
}

/// The paths of a `use` tree: `a::{b, c::{self, D as E}}` is `a::b`, `a::c` and `a::c::D`.
fn expand(tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        return vec![path.trim_end_matches("::self").to_owned()];
    };
    let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.flat_map(|part| expand(&format!("{}{part}", head.trim()))).collect()
}

/// What the `use` declarations of a module name, as paths from the crate's root; with `public`, what it hands on.
fn used(code: &str, module: &str, public: bool) -> Vec<String> {
    let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let statements = code.split(';').filter_map(|statement| {
        let at = statement.rfind("use ")?;
        let before = statement[..at].rsplit('\n').next().unwrap_or_default().trim();
        let handed_on = before.starts_with("pub");
        (before.is_empty() || handed_on).then_some((handed_on, statement[at + 4..].replace('\n', " ")))
    });
    let mut found = Vec::new();
    for (_, tree) in statements.filter(|(handed_on, _)| *handed_on == public) {
        for path in expand(&tree) {
            let mut base: Vec<&str> = module.split("::").collect();
            let mut rest = path.as_str();
            if let Some(absolute) = rest.strip_prefix("crate::") {
                found.push(absolute.to_owned());
                continue;
            }
            while let Some(up) = rest.strip_prefix("super::") {
                base.pop();
                rest = up;
            }
            // Without a prefix it may be a child, or a dependency, which leads to no file.
            base.push(rest.trim_start_matches("self::"));
            found.push(base.join("::"));
        }
    }
    found
}

/// Imports never run in a circle, followed through what modules hand on to the file that defines it.
#[test]
fn files_do_not_import_each_other_in_circles() {
    let sources = sources();
    let files: BTreeMap<String, &str> =
        sources.iter().map(|(file, code)| (module(file), code.as_str())).collect();
    let handed_on: BTreeMap<&String, Vec<String>> =
        files.iter().map(|(module, code)| (module, used(code, module, true))).collect();
    // The file that a path leads to: the longest module that it begins with, or the one that this hands the next name
    // on from.
    let home = |path: &str| {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let mut module = path.clone();
            while !files.contains_key(&module) {
                module = module.rsplit_once("::")?.0.to_owned();
            }
            let name = path[module.len()..].trim_start_matches("::").split("::").next().unwrap_or_default();
            let next = handed_on[&module].iter().find(|to| {
                let last = to.rsplit("::").next().unwrap_or_default();
                !name.is_empty() && (last == name || last == "*") && **to != path
            });
            match next {
                Some(next) => path.clone_from(next),
                None => return Some(module),
            }
        }
        None
    };
    let arrows: BTreeMap<&String, BTreeSet<String>> = files
        .iter()
        .map(|(module, code)| {
            let homes = used(code, module, false).into_iter().filter_map(|path| home(&path));
            (module, homes.filter(|home| home != module).collect())
        })
        .collect();
    let count: usize = arrows.values().map(BTreeSet::len).sum();
    assert!(count > 200, "only {count} arrows found: the reader of `use` is broken");
    // Take out whatever imports nothing that is left; what stays is in a circle, or imports one.
    let mut left: BTreeSet<&String> = arrows.keys().copied().collect();
    loop {
        let free: Vec<&String> =
            left.iter().filter(|file| !arrows[**file].iter().any(|to| left.contains(to))).copied().collect();
        if free.is_empty() {
            break;
        }
        left.retain(|file| !free.contains(file));
    }
    // Likewise whatever nothing imports.
    loop {
        let imported: BTreeSet<&String> = left.iter().flat_map(|file| &arrows[*file]).collect();
        let before = left.len();
        left.retain(|file| imported.contains(file));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these files import each other in a circle: {left:?}");
}
