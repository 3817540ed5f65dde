//! Workflow commands that GitHub shows as annotations: an error for each crossed threshold, a notice with the summary.

use std::fmt::Write as _;

use super::super::content;
use super::super::reading::reading;
use super::Exporter;
use crate::keys::text::{command_data as data, command_property as property};
use crate::results::Comparison;

/// Annotations, one per line.
#[derive(Clone, Copy, Debug)]
pub struct Github;

impl Exporter for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        annotations(c).into_bytes()
    }
}

/// The annotations, one per line.
fn annotations(c: &Comparison) -> String {
    let mut out = String::new();
    for verdict in c.verdicts.iter().filter(|verdict| !verdict.holds) {
        let title = property(&format!("Threshold crossed: {}", content::demand(verdict)));
        let _ = writeln!(out, "::error title={title}::{}", data(&content::finding(verdict)));
    }
    for warning in &c.warnings {
        let _ = writeln!(out, "::warning title={}::{}", property(&c.setup.name), data(warning));
    }
    let held = c.verdicts.iter().filter(|verdict| verdict.holds).count();
    let mut summary = reading(c);
    if !c.verdicts.is_empty() {
        summary.insert(0, format!("{held} of {} thresholds hold.", c.verdicts.len()));
    }
    let _ = writeln!(out, "::notice title={}::{}", property(&c.setup.name), data(&summary.join(" ")));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

    #[test]
    fn a_crossed_threshold_is_an_error_and_a_kept_one_is_not() {
        let mut c = comparison();
        c.setup.name = "mon,day\n::error::no".to_owned();
        let text = annotations(&c);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(
            lines[0],
            "::error title=Threshold crossed%3A parallel%3A conflict_rate mean < 0.35::40 %25 (upper 95 %25 bound of \
             the mean: 46 %25)"
        );
        assert_eq!(lines[1], "::warning title=mon%2Cday%0A%3A%3Aerror%3A%3Ano::Two replications say little.");
        assert!(
            lines[2].starts_with("::notice title=mon%2Cday%0A%3A%3Aerror%3A%3Ano::1 of 2 thresholds hold. ")
        );
    }
}
