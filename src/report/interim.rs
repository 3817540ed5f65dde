//! The comparison so far, while replications run: a line per discipline.

use std::borrow::Cow;

use super::content::Row;
use super::export::text::{NARROWEST, lines};
use super::figures::{clean, counted, estimate};
use crate::metrics::catalog;
use crate::metrics::interim::{Interim, WATCHED};
use crate::metrics::statistics::Estimate;

/// The disciplines that are told; of more it is told how many.
const TOLD: usize = 8;

/// From this width on there is room for both numbers.
const WIDE: usize = 60;

/// A mean whose interval reaches equally far to both sides, as far as the longer one: that is short to tell.
fn even(mean: f64, (lower, upper): (f64, f64)) -> Estimate {
    Estimate::around(mean, (upper - mean).max(mean - lower))
}

/// The comparison so far, in lines of this width that end without a line break. The disciplines have these names.
pub fn interim(so_far: &Interim, names: &[String], width: usize) -> String {
    // A number each is what a narrow terminal has room for.
    let columns = &["last dispatch", "double-booked"][..if width < WIDE { 1 } else { WATCHED.len() }];
    let cell = |key: &str, mean: Option<Estimate>| match (catalog::measure(key), mean) {
        (Some(measure), Some(mean)) => {
            estimate(measure.unit, &mean.interval.map_or(mean, |ends| even(mean.mean, ends)))
        }
        _ => "–".to_owned(),
    };
    let row = |(name, means): (&String, [_; WATCHED.len()])| Row {
        label: Cow::Owned(clean(name).into_owned()),
        cells: WATCHED.iter().zip(means).take(columns.len()).map(|(key, mean)| cell(key, mean)).collect(),
    };
    let rows: Vec<Row> = names.iter().zip(so_far.means()).map(row).take(TOLD).collect();
    let mut out = format!("So far, after {}:\n", counted(u64::from(so_far.replications), "replication"));
    lines(&mut out, columns, rows, width.max(NARROWEST));
    let more = names.len().saturating_sub(TOLD);
    out.truncate(out.trim_end().len());
    if more > 0 { format!("{out}\nand {}", counted(more as u64, "more discipline")) } else { out }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::metrics::collector::Values;

    fn replication(makespan: Option<f64>, doubles: f64) -> Values {
        let mut values: Values = vec![None; catalog::NUMBERS];
        values[catalog::position("makespan").unwrap()] = makespan;
        values[catalog::position("double_booked_tickets").unwrap()] = Some(doubles);
        values
    }

    #[test]
    fn a_line_per_discipline_has_the_means_so_far() {
        let mut so_far = Interim::new(3, 0.95);
        let names = ["sequential", "parallel", "nobody\u{1b}[31m"].map(str::to_owned);
        assert_eq!(interim(&so_far, &names, 80).lines().next(), Some("So far, after 0 replications:"));
        for number in 0..40 {
            let off = f64::from(number % 5);
            so_far.add(0, &replication(Some(600.0 + off), 0.0));
            so_far.add(1, &replication(Some(300.0 + off), 1.0 + off));
            so_far.add(2, &replication(None, 0.0));
            so_far.replications += 1;
        }
        assert_eq!(
            interim(&so_far, &names, 80),
            "So far, after 40 replications:\n\
             \u{20}                       last dispatch  double-booked\n\
             sequential        10 min 02 s ± 0.5 s              0\n\
             parallel           5 min 02 s ± 0.5 s    3.00 ± 0.46\n\
             nobody\\u{1b}[31m                    –              0"
        );
    }

    #[test]
    fn of_twelve_disciplines_eight_are_told_in_a_line_each() {
        let so_far = Interim::new(12, 0.95);
        let names: Vec<String> =
            (0..12).map(|number| format!("a-discipline-with-a-very-long-name-{number}")).collect();
        for width in [40, 60, 200] {
            let text = interim(&so_far, &names, width);
            assert_eq!(text.lines().count(), 11, "{text}");
            assert!(text.ends_with("–\nand 4 more disciplines"), "{text}");
            assert!(text.lines().all(|line| line.width() <= width), "{text}");
        }
    }
}
