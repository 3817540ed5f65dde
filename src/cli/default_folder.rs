//! Where results go if nobody says: a folder named after the scenario and what was set on the command line, so that two
//! experiments do not share one.

use sha2::{Digest, Sha256};

use crate::domain::hex::hex;
use crate::keys::text::is_hidden;

/// What is told of overrides, in bytes; what is longer ends in a digest.
const MOST: usize = 80;
/// A value that is longer is not told.
const LONGEST_VALUE: usize = 24;

/// The name of a folder for the results of a scenario called `name`, in which these overrides are set, each as
/// `--set KEY=VALUE`, `--flag VALUE` or `--flag`: `monday-30+desk.technicians=25+seed=7`.
///
/// Each override counts once, by the last value of its key, whatever their order. Characters other than letters, digits
/// and `.-_,` are not told; where they, or what is too long, are left out, a digest of the overrides stands at the end.
pub fn name(name: &str, overrides: &[String]) -> String {
    let mut set: Vec<(&str, &str)> = Vec::new();
    for given in overrides {
        let (key, value) = match given.strip_prefix("--set ") {
            Some(setting) => setting.split_once('=').unwrap_or((setting, "")),
            // Each demands something more.
            None if given.starts_with("--threshold ") => (given.as_str(), ""),
            None => {
                given.trim_start_matches('-').split_once(' ').unwrap_or((given.trim_start_matches('-'), ""))
            }
        };
        set.retain(|(earlier, _)| *earlier != key);
        set.push((key, value));
    }
    set.sort_unstable();
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_,".contains(&byte));
    let (mut told, mut is_whole) = (String::new(), true);
    for (key, value) in &set {
        let shows = value.len() <= LONGEST_VALUE && is_plain(value);
        let part = match (is_plain(key), shows, value.is_empty()) {
            (false, ..) => String::new(),
            (true, true, false) => format!("+{key}={value}"),
            (true, ..) => format!("+{key}"),
        };
        is_whole &= is_plain(key) && shows;
        if told.len() + part.len() > MOST {
            is_whole = false;
            break;
        }
        told += &part;
    }
    if !is_whole {
        told = format!("{told}+{}", &hex(&Sha256::digest(format!("{set:?}")))[..8]);
    }
    below(name) + &told
}

/// A folder of that name that is below whatever it is joined to: without slashes, without dots in front, and without
/// characters that do not show.
pub fn below(name: &str) -> String {
    let visible = name.trim_start_matches('.');
    let dots = "-".repeat(name.len() - visible.len());
    dots + &visible.replace(|c| matches!(c, '/' | '\\') || is_hidden(c), "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(overrides: &[&str]) -> String {
        let overrides: Vec<String> = overrides.iter().map(|&given| given.to_owned()).collect();
        name("monday", &overrides)
    }

    #[test]
    fn the_folder_is_called_after_what_was_set() {
        for (overrides, folder) in [
            (&[][..], "monday"),
            (&["--seed 7"], "monday+seed=7"),
            (&["--set seed=3", "--seed 7"], "monday+seed=7"),
            (&["--skip-bad-rows"], "monday+skip-bad-rows"),
            (&["--discipline parallel,batched"], "monday+discipline=parallel,batched"),
            (
                &["--set ranker.latency=15min", "--set desk.technicians=25"],
                "monday+desk.technicians=25+ranker.latency=15min",
            ),
            (
                &["--set desk.technicians=25", "--set ranker.latency=15min"],
                "monday+desk.technicians=25+ranker.latency=15min",
            ),
        ] {
            assert_eq!(of(overrides), folder);
        }
    }

    #[test]
    fn what_makes_no_name_is_told_apart_by_a_digest() {
        let digested = [
            of(&["--set thresholds={}"]),
            of(&["--set thresholds={ makespan = [\"mean < 1h\"] }"]),
            of(&["--set desk.technician.\"Ann/../B\".hours=always"]),
            of(&["--set burst.arrivals.recorded.file=../../etc/passwd"]),
            of(&["--threshold makespan: mean < 1h"]),
            of(&["--threshold makespan: mean < 1h", "--threshold makespan: max < 2h"]),
            of(&["--set summary=\u{1b}[31m"]),
            of(&["--set summary=\u{1b}[32m"]),
            of(&[&format!("--set summary={}", "x".repeat(500))]),
            of(&[&format!("--set {}=1", "k".repeat(500))]),
            of(&(0..40)
                .map(|n| format!("--set discipline.{n}.alternatives=1"))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()),
        ];
        for (place, folder) in digested.iter().enumerate() {
            assert!(folder.starts_with("monday+") && folder.len() <= 6 + MOST + 9, "{folder}");
            assert!(
                folder.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=.-_,".contains(&byte)),
                "{folder}"
            );
            assert!(!digested[..place].contains(folder), "{folder}");
        }
        // docs/command-line.md shows it.
        assert_eq!(digested[0], "monday+thresholds+9186ed18");
    }

    #[test]
    fn whatever_a_scenario_is_called_its_results_stay_below_the_folder() {
        for (scenario, folder) in [
            ("monday-30", "monday-30"),
            ("Q3/2026, plan B", "Q3-2026, plan B"),
            ("/tmp/x", "-tmp-x"),
            ("../x", "---x"),
            ("..", "--"),
            ("a\\..\\b", "a-..-b"),
            ("\u{202e}gnp.exe", "-gnp.exe"),
        ] {
            assert_eq!(name(scenario, &[]), folder);
        }
    }
}
