//! The report on the terminal: verdicts first, then a table with one column per discipline, then a reading of it.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::content::{self, Row};
use super::super::figures::{clean, counted};
use super::super::overview::{SIDE_BY_SIDE, overview};
use super::super::paired::{Differences, differences};
use super::super::reading::reading;
use super::super::segments::segments;
use super::Exporter;
use crate::keys::prose::wrap;
use crate::metrics::thresholds::Verdict;
use crate::results::Comparison;

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Verdicts in green and red.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// The report on the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// How to print.
    pub style: Style,
    /// Of one replication, as `run` has it, rather than of a comparison.
    pub single: bool,
}

impl Exporter for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        if self.single { run(c, self.style) } else { comparison(c, self.style) }.into_bytes()
    }
}

/// Blanks between two columns.
const GAP: usize = 2;
/// The label column is not squeezed below this.
const NARROWEST_LABEL: usize = 24;
/// The names of an overview are not cut below this.
const SHORTEST_LABEL: usize = 15;
/// Nothing is laid out narrower than this, whatever the terminal says.
pub(in crate::report) const NARROWEST: usize = 40;

/// The report of `compare`.
pub fn comparison(c: &Comparison, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut out = upper_part(c, style, width);
    if let Some(note) = content::unseen(c) {
        out += &wrap(&note, width, "", "");
        out.push('\n');
    }
    for sentence in reading(c) {
        out += &wrap(&sentence, width, "", "");
    }
    out
}

/// The report of `run`: one discipline, one replication, no intervals.
pub fn run(c: &Comparison, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut out = upper_part(c, style, width);
    for arm in &c.arms {
        let count =
            |key: &str| arm.summary(key).and_then(|summary| summary.mean).map(|mean| mean.mean as u64);
        if let (Some(dispatched), Some(left)) = (count("dispatched"), count("unassigned")) {
            let (tickets, owner) = (counted(dispatched, "ticket"), c.setup.gain().lacked());
            out += &wrap(&format!("{tickets} dispatched, {left} left without {owner}."), width, "", "");
        }
        for row in &arm.replications {
            let digest = row.map_or_else(|error| error.to_string(), |row| row.digest.to_string());
            let _ = writeln!(out, "Digest of the event log: {digest}");
        }
    }
    out
}

/// The verdicts that do not hold, and nothing else.
pub fn thresholds(c: &Comparison, style: Style) -> String {
    let crossed: Vec<&Verdict> = c.verdicts.iter().filter(|verdict| !verdict.holds).collect();
    let mut out = String::new();
    verdicts(&mut out, &crossed, style, style.width.max(NARROWEST));
    out
}

/// What both reports begin with: the heading, the verdicts, the table.
fn upper_part(c: &Comparison, style: Style, width: usize) -> String {
    let mut out = String::new();
    let (title, how) = content::heading(c);
    out += &wrap(&title, width, "", "");
    out += &wrap(&how, width, "", "");
    if let Some(precision) = content::precision(c) {
        out += &wrap(&precision, width, "", "");
    }
    out.push('\n');
    if let Some(all) = overview(c) {
        out += &wrap(&all.heading, width, "", "");
        lines(&mut out, &all.columns, all.rows, width);
    }
    if !c.verdicts.is_empty() {
        verdicts(&mut out, &c.verdicts.iter().collect::<Vec<_>>(), style, width);
        out.push('\n');
    }
    let names: Vec<String> = c.arms.iter().map(|arm| clean(&arm.name).into_owned()).collect();
    table(&mut out, &names, &content::rows(c), width);
    if let Some(Differences { heading, columns, rows, notes }) = differences(c) {
        out += &wrap(&heading, width, "", "");
        table(&mut out, &columns.map(str::to_owned), &rows, width);
        out.pop();
        out += &wrap(&notes, width, "", "");
        out.push('\n');
    }
    if let Some((heading, columns, rows)) = content::agents(c) {
        out += &wrap(&heading, width, "", "");
        table(&mut out, &columns.map(str::to_owned), &rows, width);
    }
    for segments in segments(c, c.arms.len() > SIDE_BY_SIDE) {
        out += &wrap(&segments.heading, width, "", "");
        let columns = segments.columns.clone();
        table(&mut out, &columns, &segments.outline(), width);
    }
    out
}

/// One line per verdict: the mark, the demand, what was found.
fn verdicts(out: &mut String, all: &[&Verdict], style: Style, width: usize) {
    let demands: Vec<String> = all.iter().map(|verdict| content::demand(verdict)).collect();
    let column = demands.iter().map(|demand| demand.width()).max().unwrap_or(0);
    for (verdict, demand) in all.iter().zip(&demands) {
        let found = content::finding(verdict);
        let mark = match (verdict.holds, style.color) {
            (true, true) => "\u{1b}[32m✓\u{1b}[0m",
            (false, true) => "\u{1b}[31m✗\u{1b}[0m",
            (true, false) => "✓",
            (false, false) => "✗",
        };
        if 2 + column + GAP + found.width() <= width {
            let _ = writeln!(out, "{mark} {demand}{}{found}", " ".repeat(column - demand.width() + GAP));
        } else {
            *out += &wrap(demand, width, "  ", "  ").replacen(' ', mark, 1);
            *out += &wrap(&found, width, "    ", "    ");
        }
    }
}

/// A table whose labels are cut to what its cells leave of the width, so that each row is a line as long as that is possible.
pub(in crate::report) fn lines(out: &mut String, columns: &[&str], mut rows: Vec<Row>, width: usize) {
    let columns: Vec<String> = columns.iter().map(|&title| title.to_owned()).collect();
    let room = width.saturating_sub(cell_widths(&columns, &rows).iter().map(|cell| GAP + cell).sum());
    for row in &mut rows {
        row.label = Cow::Owned(elided(&row.label, room.max(SHORTEST_LABEL)));
    }
    table(out, &columns, &rows, width);
}

/// A text that is wider than the room without its middle, as names often differ in their ends.
fn elided(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let fitting = |chars: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.width().unwrap_or(0);
            used <= room
        };
        chars.take_while(fits).collect::<Vec<char>>()
    };
    let head = fitting(&mut text.chars(), room / 2);
    let tail = fitting(&mut text.chars().rev(), room - room / 2 - 1);
    head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect()
}

/// How wide the widest cell of each column is, its title included.
fn cell_widths(names: &[String], rows: &[Row]) -> Vec<usize> {
    let widest = |(column, name): (usize, &String)| {
        rows.iter().map(|row| row.cells[column].width()).chain([name.width()]).max().unwrap_or(0)
    };
    names.iter().enumerate().map(widest).collect()
}

/// The table, in as many stacked groups of columns as the width asks for.
pub(in crate::report) fn table(out: &mut String, names: &[String], rows: &[Row], width: usize) {
    if rows.is_empty() {
        return;
    }
    let columns = cell_widths(names, rows);
    let longest = rows.iter().map(|row| row.label.width()).max().unwrap_or(0);
    let narrowest = longest.min(NARROWEST_LABEL);
    let mut first = 0;
    while first < columns.len() {
        let mut last = first;
        let mut used = 0;
        while last < columns.len() && (last == first || narrowest + used + GAP + columns[last] <= width) {
            used += GAP + columns[last];
            last += 1;
        }
        let label = longest.min(width.saturating_sub(used)).max(narrowest);
        let line = |out: &mut String, text: &str, cells: &mut dyn Iterator<Item = &str>| {
            let wrapped = wrap(text, label, "", "  ");
            let mut lines = wrapped.lines();
            let head = lines.next().unwrap_or_default();
            *out += head;
            *out += &" ".repeat(label.saturating_sub(head.width()));
            for (cell, &width) in cells.zip(&columns[first..last]) {
                *out += &" ".repeat(GAP + width - cell.width());
                *out += cell;
            }
            // Cells may be empty.
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            for rest in lines {
                *out += rest;
                out.push('\n');
            }
        };
        line(out, "", &mut names[first..last].iter().map(String::as_str));
        for row in rows {
            line(out, &row.label, &mut row.cells[first..last].iter().map(String::as_str));
        }
        out.push('\n');
        first = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{comparison as sample, set, single};
    use crate::results::Arm;

    const PLAIN: Style = Style { color: false, width: 100 };

    #[test]
    fn a_comparison_reads_like_this() {
        let text = comparison(&sample(), PLAIN);
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "monday-4: Four tickets at once",
                "2 replications, seed 7, 95 % confidence, from Mon 2026-11-23 08:00 America/New_York",
                "",
                "✗ parallel: conflict_rate mean < 0.35       40 % (upper 95 % bound of the mean: 46 %)",
                "✓ sequential: dispatch_delay p(95) < 10min  9 min 40 s (upper 95 % bound of the mean: 9 min 54 s)",
                "",
                "                                                     sequential   unsafe-parallel           parallel",
                "first arrival to last owner                       10 min ± 20 s  3 min 20 s ± 8 s  4 min 50 s ± 10 s",
                "arrival to owner, 95 %                        9 min 40 s ± 14 s  3 min 10 s ± 9 s  4 min 20 s ± 12 s",
                "tickets with an owner or a team                               4                 4        3.00 ± 0.20",
                "tickets left without an owner                                 0                 0        0.50 ± 0.20",
                "share of a burst's claims refused                             –                 –       40.0 ± 6.0 %",
                "share of dispatches that used an alternative                  –                 –       25.0 ± 5.0 %",
                "share of dispatches with more than one                        –                 –       25.0 ± 5.0 %",
                "  attempt",
                "tickets in a double booking                                   0       2.00 ± 0.50                  0",
                "AI calls                                                      4                 4        5.00 ± 0.40",
                "",
                "Compared with sequential burst by burst, first arrival to last owner:",
                "                         difference  p  narrowing",
                "unsafe-parallel   −6 min 40 s ± 8 s  –          –",
                "parallel         −5 min 10 s ± 10 s  –          –",
                "At the level of 5 % none is significant; p is by Holm's correction for these 2 differences.",
                "Narrowing: how many times as wide the interval would be if each discipline had bursts of its own.",
                "",
                "Only sequential gives every ticket an owner and double-books none: the last ticket has its owner",
                "10 min ± 20 s after the first arrival.",
                "unsafe-parallel double-books 2.00 ± 0.50 tickets of a burst, in every one of 2 replications;",
                "sequential and parallel never double-book in these 2 bursts.",
                "parallel leaves 0.50 ± 0.20 of the 3.50 tickets of a burst without an owner.",
            ]
        );
    }

    #[test]
    fn several_agents_have_a_table_of_their_own() {
        use crate::metrics::agents::AgentTotals;
        let mut c = sample();
        c.setup.agents.push("Night".to_owned());
        c.arms.truncate(1);
        let busy = AgentTotals {
            dispatches: 1200,
            claims: 8,
            conflicts: 2,
            ranked: 4,
            fallbacks: 1,
            tried: 4,
            retries: 2,
            unassigned: 3,
        };
        c.arms[0].agents = vec![busy, AgentTotals::default()];
        let text = comparison(&c, PLAIN);
        let table: Vec<&str> =
            text.lines().skip_while(|line| !line.starts_with("By agent")).take(4).collect();
        assert_eq!(
            table,
            [
                "By agent, totals of 2 replications; percentages are shares of these totals:",
                "                        dispatches  conflicts  fallbacks  retries  unassigned",
                "sequential: Front desk       1,200       25 %       25 %     50 %           3",
                "sequential: Night                0          –          –        –           0",
            ]
        );
        assert!(!comparison(&sample(), PLAIN).contains("By agent"));
    }

    #[test]
    fn a_run_reads_like_this() {
        let text = run(&single(), PLAIN);
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "monday-4: Four tickets at once",
                "1 replication, seed 7, from Mon 2026-11-23 08:00 America/New_York",
                "",
                "                                                  parallel",
                "first arrival to last owner                     4 min 50 s",
                "arrival to owner, 95 %                          4 min 20 s",
                "tickets with an owner or a team                          3",
                "tickets left without an owner                            1",
                "share of a burst's claims refused                     40 %",
                "share of dispatches that used an alternative          25 %",
                "share of dispatches with more than one attempt        25 %",
                "tickets in a double booking                              0",
                "AI calls                                                 5",
                "",
                "3 tickets dispatched, 1 left without an owner.",
                "Digest of the event log: 6a09e667f3bcc908bb67ae8584caa73b",
            ]
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_columns_line_up() {
        let mut c = sample();
        for number in 0..6 {
            let mut arm = c.arms[2].clone();
            arm.name = format!("parallel-日本-{number}");
            c.arms.push(arm);
        }
        for width in [60, 80, 120] {
            let text = comparison(&c, Style { color: false, width });
            for line in text.lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
            for name in c.arms.iter().map(|arm| &arm.name) {
                assert!(
                    text.lines().any(|line| line.starts_with("  ") && line.contains(name)),
                    "{name}\n{text}"
                );
            }
        }
        let text = comparison(&c, Style { color: false, width: 400 });
        let table: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with("  "))
            .take_while(|line| !line.is_empty())
            .collect();
        assert!(table.len() > 5);
        assert!(table.iter().all(|line| line.width() == table[0].width()), "{text}");
    }

    #[test]
    fn twelve_disciplines_have_an_overview_of_a_line_each_at_eighty_columns() {
        let mut c = sample();
        let first = c.arms[0].clone();
        let called = |number: usize| format!("parallel-with-a-lane-for-each-priority-日本-{number}");
        c.arms.extend((3..12).map(|number| Arm { name: called(number), ..first.clone() }));
        set(&mut c.arms[1], "total_cost", 1234.5, 20.0);
        let of = |width| {
            let text = comparison(&c, Style { color: false, width });
            let text = text.split("\n\n").nth(1).unwrap().to_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let lines = of(80);
        assert_eq!(
            lines[..6],
            [
                "12 disciplines, means of 2 replications; doubles: tickets in a double booking;",
                "✗: thresholds crossed:",
                "                  last owner  delay, 95 %  doubles  no owner      cost   verdict",
                "sequential            10 min   9 min 40 s        0         0         –         ✓",
                "unsafe-parallel   3 min 20 s   3 min 10 s        2         0  1,234.50         –",
                "parallel          4 min 50 s   4 min 20 s        0      0.50         –  ✗ 1 of 1",
            ]
        );
        assert_eq!(lines.len(), 3 + 12, "{lines:?}");
        assert!(lines[6].starts_with("parallel…-日本-3 ") && lines.iter().all(|line| line.width() <= 80));
        assert!(of(120).iter().any(|line| line.starts_with(&called(11))));
        assert!(of(40).iter().all(|line| line.width() <= 40));
        assert!(!comparison(&sample(), PLAIN).contains("doubles"));
    }

    #[test]
    fn of_the_verdicts_alone_only_the_crossed_are_told() {
        let mut c = sample();
        assert_eq!(
            thresholds(&c, PLAIN),
            "✗ parallel: conflict_rate mean < 0.35  40 % (upper 95 % bound of the mean: 46 %)\n"
        );
        c.verdicts.remove(0);
        assert_eq!(thresholds(&c, PLAIN), "");
    }

    #[test]
    fn colour_marks_the_verdicts_and_nothing_else() {
        let text = comparison(&sample(), Style { color: true, width: 100 });
        assert_eq!(text.matches("\u{1b}[31m✗\u{1b}[0m").count(), 1);
        assert_eq!(text.matches("\u{1b}[32m✓\u{1b}[0m").count(), 1);
        assert_eq!(text.matches('\u{1b}').count(), 4);
        let narrow = comparison(&sample(), Style { color: true, width: 50 });
        assert_eq!(narrow.matches("\u{1b}[31m✗\u{1b}[0m ").count(), 1, "{narrow}");
        assert!(!comparison(&sample(), PLAIN).contains('\u{1b}'));
    }
}
