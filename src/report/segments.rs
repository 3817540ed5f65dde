//! Tables of numbers by segment, in the words of the reports for people.

use std::collections::BTreeMap;

use super::content::Row;
use super::figures::{clean, estimate, quantity};
use crate::domain::Segment;
use crate::keys::Named;
use crate::metrics::catalog::{self, Unit};
use crate::metrics::statistics::{Basis, Estimate};
use crate::results::{Arm, Comparison};

/// The table of one dimension.
pub(super) struct Segments {
    /// What stands above it.
    pub heading: String,
    /// What the columns are.
    pub columns: Vec<String>,
    /// Each segment with a row per arm.
    pub groups: Vec<(String, Vec<Row>)>,
}

impl Segments {
    /// Each row by itself: `printer: parallel`.
    pub fn rows(self) -> Vec<Row> {
        let of = |(value, rows): (String, Vec<Row>)| {
            rows.into_iter().map(move |row| Row { label: format!("{value}: {}", row.label).into(), ..row })
        };
        self.groups.into_iter().flat_map(of).collect()
    }

    /// The rows below their segment, so that long names of both fit; of one arm each by itself.
    pub fn outline(self) -> Vec<Row> {
        if self.groups.iter().all(|(_, rows)| rows.len() < 2) {
            return self.rows();
        }
        let nothing = vec![String::new(); self.columns.len()];
        let of = |(value, rows): (String, Vec<Row>)| {
            let head = Row { label: value.into(), cells: nothing.clone() };
            let below = rows.into_iter().map(|row| Row { label: format!("  {}", row.label).into(), ..row });
            [head].into_iter().chain(below)
        };
        self.groups.into_iter().flat_map(of).collect()
    }
}

/// A table for each dimension that tables are asked for of, with the intervals of the means unless it is to be `narrow`.
/// Columns in which nothing was measured are left out, and so are those of zeros that are no news.
pub(super) fn segments(c: &Comparison, narrow: bool) -> Vec<Segments> {
    let (noun, lacked) = (c.setup.gain().noun(), c.setup.gain().lacked());
    let columns = [
        ("tickets", "tickets".to_owned()),
        ("dispatch_delay.mean", format!("to {noun}, mean")),
        ("dispatch_delay.p95", format!("to {noun}, 95 %")),
        ("dispatch_delay.max", format!("to {noun}, longest")),
        ("time_to_start.mean", "to start of work, mean".to_owned()),
        ("unassigned", format!("without {lacked}")),
        ("double_booked_tickets", "double-booked".to_owned()),
    ];
    let (first, numbers) = (c.setup.numbers.first_segmented(), c.setup.numbers.segmented());
    let places: BTreeMap<String, usize> =
        numbers.iter().enumerate().map(|(place, number)| (number.key(), first + place)).collect();
    let mean = |segment: &Segment, arm: &Arm, key: &str| {
        let place = places.get(&format!("{key}{segment}"))?;
        arm.summaries.get(*place)?.mean
    };
    let table = |name: &String| {
        let mut all: Vec<&Segment> = numbers.iter().filter_map(|number| number.segment.as_ref()).collect();
        all.retain(|segment| segment.dimension.name() == name);
        all.dedup();
        let pairs: Vec<(&Segment, &Arm)> =
            all.iter().flat_map(|segment| c.arms.iter().map(move |arm| (*segment, arm))).collect();
        let is_told = |key: &str| {
            let tells_zero = catalog::measure(key).is_some_and(|measure| measure.tells_zero);
            let mut means = pairs.iter().filter_map(|(segment, arm)| mean(segment, arm, key));
            means.any(|mean| tells_zero || mean.mean != 0.0)
        };
        let told: Vec<&(&str, String)> = columns.iter().filter(|(key, _)| is_told(key)).collect();
        // A zero needs what is behind it in any case.
        let told_as = |unit: Unit, mean: &Estimate| {
            if narrow && mean.mean != 0.0 { quantity(unit, mean.mean) } else { bounded(unit, mean) }
        };
        let cell = |key: &str, segment: &Segment, arm: &Arm| {
            let number = catalog::position(key).and_then(|place| catalog::all().nth(place));
            number
                .zip(mean(segment, arm, key))
                .map_or_else(|| "–".to_owned(), |(number, mean)| told_as(number.measure.unit, &mean))
        };
        let row = |segment: &Segment, arm: &Arm| Row {
            label: clean(&arm.name).into_owned().into(),
            cells: told.iter().map(|(key, _)| cell(key, segment, arm)).collect(),
        };
        let group = |segment: &&Segment| {
            (clean(&segment.value).into_owned(), c.arms.iter().map(|arm| row(segment, arm)).collect())
        };
        let mut heading = format!("By {name}");
        if c.setup.replications > 1 {
            heading += ", means over the bursts that had such tickets";
            heading += if narrow { " (segments.csv has their intervals)" } else { "" };
            heading += "; behind a 0 stands the largest share of bursts in which there may be some";
        }
        (!told.is_empty()).then(|| Segments {
            heading: heading + ":",
            columns: told.iter().map(|(_, title)| title.clone()).collect(),
            groups: all.iter().map(group).collect(),
        })
    };
    c.setup.by.iter().filter_map(table).collect()
}

/// A mean; where there was none in any burst, with the largest share of bursts in which there may be some.
fn bounded(unit: Unit, mean: &Estimate) -> String {
    match mean.basis {
        Basis::Few { events: 0, at_most, .. } if mean.mean == 0.0 => {
            format!("0 (≤ {})", quantity(Unit::Share, at_most))
        }
        _ => estimate(unit, mean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Dimension;
    use crate::metrics::numbers::Numbers;
    use crate::metrics::summary::Summary;
    use crate::report::export::{self, Text, csv, text::Style};
    use crate::report::tables::Table;
    use crate::report::tests::comparison;

    /// Three arms with numbers of two priorities, of which the second has a hostile name.
    fn sample() -> Comparison {
        let mut c = comparison();
        let segments = ["1", "a|b\u{1b}[31m"].map(|value| Segment::new(Dimension::Priority, value));
        c.setup.numbers = Numbers::default().of_segments(segments);
        c.setup.by = vec!["priority".to_owned()];
        for arm in &mut c.arms {
            let nothing = Summary {
                n: 0,
                mean: None,
                min: None,
                max: None,
                total: 0.0,
                above_zero: 0,
                over_bursts: None,
            };
            for number in c.setup.numbers.segmented() {
                let basis = Basis::Few { events: 0, of: 20, at_most: 0.168_433 };
                let mean = match (&*number.key_of_all(), arm.name.as_str()) {
                    ("tickets", _) => Some(Estimate::around(12.0, 1.5)),
                    ("dispatch_delay.p95", "parallel") => Some(Estimate::around(300.0, 20.0)),
                    ("unassigned", "parallel") => Some(Estimate { mean: 0.0, interval: None, basis }),
                    _ => None,
                };
                arm.summaries.push(Summary { n: 20, mean, ..nothing });
            }
        }
        c
    }

    #[test]
    fn a_table_has_a_row_per_segment_and_arm_and_no_column_in_which_nothing_was_measured() {
        let c = sample();
        let mut tables = segments(&c, false);
        let table = tables.pop().unwrap();
        assert!(tables.is_empty(), "one dimension is asked for");
        assert!(table.heading.starts_with("By priority, means over the bursts"), "{}", table.heading);
        assert_eq!(table.columns, ["tickets", "to owner, 95 %", "without an owner"]);
        let rows = table.rows();
        let told: Vec<_> = rows.iter().map(|row| (&*row.label, row.cells.join(" | "))).collect();
        assert_eq!(told.len(), 6);
        assert_eq!(told[0], ("1: sequential", "12.0 ± 1.5 | – | –".to_owned()));
        assert_eq!(told[2], ("1: parallel", "12.0 ± 1.5 | 5 min ± 20 s | 0 (≤ 16.8 %)".to_owned()));
        assert_eq!(told[3].0, "a|b\\u{1b}[31m: sequential");
    }

    #[test]
    fn in_an_outline_the_arms_stand_below_their_segment() {
        let mut c = sample();
        let table = segments(&c, true).pop().unwrap();
        assert!(table.heading.contains("such tickets (segments.csv has their intervals); behind"));
        let rows = table.outline();
        let told: Vec<_> = rows.iter().map(|row| (&*row.label, row.cells.join(" | "))).collect();
        assert_eq!(told.len(), 8);
        assert_eq!(told[0], ("1", " |  | ".to_owned()));
        assert_eq!(told[3], ("  parallel", "12 | 5 min | 0 (≤ 16.8 %)".to_owned()));
        assert_eq!(told[4].0, "a|b\\u{1b}[31m");
        c.arms.truncate(1);
        assert_eq!(segments(&c, false).pop().unwrap().outline()[0].label, "1: sequential");
    }

    #[test]
    fn reports_have_the_tables_that_were_asked_for_and_no_others() {
        let mut c = sample();
        let text = Text { style: Style { color: false, width: 100 }, single: false };
        let export = |c: &Comparison, format: &str| {
            let exporter = export::named(format, text, &export::Github::default()).expect("there is one");
            String::from_utf8(exporter.export(c)).expect("a text")
        };
        assert!(export(&c, "text").contains("By priority"));
        let markdown = export(&c, "markdown");
        assert!(
            markdown.contains("| | tickets | to owner, 95 % | without an owner |\n|---|---:|---:|---:|\n")
        );
        assert!(markdown.contains("| a\\|b"), "{markdown}");
        c.setup.by.clear();
        assert!(
            !export(&c, "text").contains("By priority") && !export(&c, "markdown").contains("By priority")
        );
    }

    #[test]
    fn the_file_has_a_row_per_discipline_segment_and_number_and_the_summary_none_of_them() {
        let c = sample();
        let table = |name: &str| csv::table(Table::named(name).expect("a table"), &c).expect("in memory");
        let segments = table("segments");
        let mut lines = segments.lines();
        assert!(
            lines.next().is_some_and(|line| line.starts_with("discipline,dimension,value,metric,unit,mean,"))
        );
        assert_eq!(lines.clone().count(), 3 * 2 * 9);
        assert!(
            lines.any(
                |line| line.starts_with("parallel,priority,1,dispatch_delay.p95,seconds,300,280,320,20,")
            )
        );
        assert!(!table("summary").contains('{'));
        assert!(
            csv::table(Table::named("segments").expect("a table"), &comparison())
                .expect("in memory")
                .lines()
                .count()
                == 1
        );
        let names: Vec<_> =
            csv::tables(&comparison()).expect("in memory").iter().map(|table| table.name).collect();
        assert!(!names.contains(&"segments"), "there is no file without segments");
    }
}
