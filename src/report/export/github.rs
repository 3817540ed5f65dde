//! Workflow commands that GitHub shows as annotations: an error for each crossed threshold, at the line that states it, and a
//! notice with the summary.

use std::fmt::Write as _;

use super::super::content;
use super::super::reading::reading;
use super::Exporter;
use crate::keys::text::{command_data as data, command_property as property};
use crate::metrics::thresholds::Threshold;
use crate::results::Comparison;

/// Annotations, one per line.
#[derive(Clone, Debug, Default)]
pub struct Github {
    /// Where thresholds are stated, as far as that is in a file.
    pub stated: Vec<(Threshold, Line)>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file, as the user names it.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Exporter for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        self.annotations(c).into_bytes()
    }
}

/// An error that GitHub shows at a line of a file, or without a place: a line that ends with a line break.
pub fn error(line: Option<&Line>, title: &str, message: &str) -> String {
    let place = line.map_or_else(String::new, |Line { file, line, column }| {
        let file = file.strip_prefix("./").unwrap_or(file);
        format!("file={},line={line},col={column},", property(file))
    });
    format!("::error {place}title={}::{}\n", property(title), data(message))
}

/// A notice: a line that ends with a line break.
pub(in crate::report) fn notice(title: &str, message: &str) -> String {
    format!("::notice title={}::{}\n", property(title), data(message))
}

impl Github {
    /// The annotations, one per line.
    fn annotations(&self, c: &Comparison) -> String {
        let mut out = String::new();
        for verdict in c.verdicts.iter().filter(|verdict| !verdict.holds) {
            let stated = self.stated.iter().find(|(threshold, _)| *threshold == verdict.threshold);
            let title = format!("Threshold crossed: {}", content::demand(verdict));
            out += &error(stated.map(|(_, line)| line), &title, &content::finding(verdict));
        }
        for warning in &c.warnings {
            let _ = writeln!(out, "::warning title={}::{}", property(&c.setup.name), data(warning));
        }
        let held = c.verdicts.iter().filter(|verdict| verdict.holds).count();
        let mut summary = reading(c);
        if !c.verdicts.is_empty() {
            summary.insert(0, format!("{held} of {} thresholds hold.", c.verdicts.len()));
        }
        out + &notice(&c.setup.name, &summary.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

    #[test]
    fn a_crossed_threshold_is_an_error_and_a_kept_one_is_not() {
        let mut c = comparison();
        c.setup.name = "mon,day\n::error::no".to_owned();
        let text = Github::default().annotations(&c);
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

    #[test]
    fn an_annotation_is_at_the_line_that_states_the_threshold() {
        let c = comparison();
        let at = Line { file: "./a,b:c%.toml".to_owned(), line: 12, column: 5 };
        let github = Github { stated: vec![(c.verdicts[0].threshold.clone(), at)] };
        let text = github.annotations(&c);
        assert!(
            text.starts_with(
                "::error file=a%2Cb%3Ac%25.toml,line=12,col=5,title=Threshold crossed%3A parallel"
            ),
            "{text}"
        );
        assert_eq!(error(None, "t", "50 %\r\n::error::no"), "::error title=t::50 %25%0D%0A::error::no\n");
    }
}
