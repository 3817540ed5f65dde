//! What the report says of the differences to the baseline: how large they are, whether they may be chance, and what it
//! brought that the disciplines saw the same bursts.

use super::content::{Row, labelled};
use super::figures::{clean, estimate, names, quantity};
use super::judgement::{baseline, candidates, is_clear, is_faultless};
use crate::metrics::catalog::{self, Unit};
use crate::metrics::comparison::MAKESPAN;
use crate::metrics::summary::Paired;
use crate::results::{Arm, Comparison};

/// A table of differences with what goes before and after it.
pub(super) struct Differences {
    /// What they are differences of, and to what.
    pub heading: String,
    /// The names of the columns.
    pub columns: [&'static str; 3],
    /// One row per discipline that is compared with the baseline.
    pub rows: Vec<Row>,
    /// Which of them may be chance, and what the columns mean.
    pub notes: String,
}

/// The differences in the time to the last owner; `None` where there are none.
pub(super) fn differences(c: &Comparison) -> Option<Differences> {
    let position = catalog::position(MAKESPAN)?;
    let number = c.setup.numbers.all().nth(position)?;
    let base = baseline(c).filter(|_| c.setup.replications > 1)?;
    let paired = |arm: &Arm| arm.paired.get(position).copied().flatten();
    let arms: Vec<(&Arm, Paired)> = c.arms.iter().filter_map(|arm| Some((arm, paired(arm)?))).collect();
    if arms.is_empty() {
        return None;
    }
    let row = |(arm, paired): &(&Arm, Paired)| Row {
        label: clean(&arm.name).into_owned().into(),
        cells: vec![
            estimate(Unit::Seconds, &paired.difference),
            paired.p_holm.map_or_else(|| "–".to_owned(), probability),
            paired.narrowing.map_or_else(|| "–".to_owned(), |narrowing| quantity(Unit::Ratio, narrowing)),
        ],
    };
    Some(Differences {
        heading: format!(
            "Compared with {} burst by burst, {}:",
            names([&*base.name]),
            labelled(&c.setup, &number)
        ),
        columns: ["difference", "p", "narrowing"],
        rows: arms.iter().map(row).collect(),
        notes: format!(
            "{} Narrowing: how many times as wide the interval would be if each discipline had bursts of its own.",
            significance(c, &arms)
        ),
    })
}

/// Which differences are significant.
fn significance(c: &Comparison, arms: &[(&Arm, Paired)]) -> String {
    let level = quantity(Unit::Share, ((1.0 - c.setup.confidence) * 1e9).round() / 1e9);
    let those = |wanted: bool| arms.iter().filter(move |(_, paired)| is_significant(c, paired) == wanted);
    let called = |wanted| names(those(wanted).map(|(arm, _)| &*arm.name));
    let which = match (those(true).count(), arms.len()) {
        (1, 1) => return format!("At the level of {level} the difference is significant."),
        (0, 1) => return format!("At the level of {level} the difference is not significant."),
        (some, all) if some == all => "all are significant".to_owned(),
        (0, _) => "none is significant".to_owned(),
        _ => format!("the difference is significant for {}, and not for {}", called(true), called(false)),
    };
    format!(
        "At the level of {level} {which}; p is by Holm's correction for these {} differences.",
        arms.len()
    )
}

/// Whether a difference is more than chance makes, by the corrected probability and by its own interval.
pub(super) fn is_significant(c: &Comparison, paired: &Paired) -> bool {
    paired.p_holm.is_some_and(|p| p <= 1.0 - c.setup.confidence) && is_clear(&paired.difference)
}

/// A probability: `0.0312`, or `<0.0001`.
fn probability(p: f64) -> String {
    if p < 0.0001 { "<0.0001".to_owned() } else { format!("{p:.4}") }
}

/// Which of the disciplines without a fault has the shortest time in truth, as far as that can be told; nothing where there
/// are no two of them, or one burst only.
pub(super) fn best(c: &Comparison) -> Option<String> {
    let faultless = c.arms.iter().filter(|arm| is_faultless(arm)).count();
    if faultless < 2 || c.setup.replications < 2 {
        return None;
    }
    let label = c.setup.gain().label(catalog::measure(MAKESPAN)?.label);
    let of = if faultless < c.arms.len() { " of those without a fault" } else { "" };
    let confidence = quantity(Unit::Share, c.setup.confidence);
    let which = match candidates(c).as_slice() {
        [only] => names([&*only.name]),
        all if all.len() == faultless => "any of them: none can be ruled out".to_owned(),
        some => format!("one of: {}", names(some.iter().map(|arm| &*arm.name))),
    };
    Some(format!("With {confidence} confidence the best{of} by {label} is {which}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::statistics::{Basis, Estimate};
    use crate::report::tests::{comparison, generated, set};

    /// The paired difference of the makespan, with its probability.
    fn paired(mean: f64, half: f64, p: Option<f64>) -> Paired {
        Paired { difference: Estimate::around(mean, half), narrowing: Some(3.25), p, p_holm: p }
    }

    fn set_paired(arm: &mut Arm, found: Paired) {
        arm.paired[catalog::position(MAKESPAN).unwrap()] = Some(found);
        arm.behind = vec![Some(found.difference)];
    }

    #[test]
    fn the_table_has_a_row_for_each_discipline_but_the_baseline() {
        let mut c = comparison();
        set_paired(&mut c.arms[1], paired(-400.0, 8.0, Some(1e-9)));
        set_paired(&mut c.arms[2], paired(-310.0, 400.0, Some(0.1234)));
        let told = differences(&c).unwrap();
        assert_eq!(told.heading, "Compared with sequential burst by burst, first arrival to last owner:");
        let rows: Vec<_> = told.rows.iter().map(|row| (&*row.label, row.cells.join(" | "))).collect();
        assert_eq!(
            rows,
            [
                ("unsafe-parallel", "−6 min 40 s ± 8 s | <0.0001 | 3.25".to_owned()),
                ("parallel", "−5 min 10 s ± 6 min 40 s | 0.1234 | 3.25".to_owned())
            ]
        );
        assert_eq!(
            told.notes,
            "At the level of 5 % the difference is significant for unsafe-parallel, and not for parallel; p is by Holm's \
             correction for these 2 differences. Narrowing: how many times as wide the interval would be if each discipline \
             had bursts of its own."
        );
        c.setup.replications = 1;
        assert!(differences(&c).is_none());
    }

    #[test]
    fn what_is_said_of_significance_is_true_of_one_two_and_twelve() {
        let (sure, chance) = (paired(-400.0, 8.0, Some(0.001)), paired(-5.0, 8.0, Some(0.2)));
        let untold = Paired {
            difference: Estimate {
                mean: 1.0,
                interval: None,
                basis: Basis::Few { events: 2, of: 9, at_most: 0.6 },
            },
            narrowing: None,
            p: None,
            p_holm: None,
        };
        let told = |all: &[Paired]| {
            let mut c = comparison();
            let pattern = c.arms[1].clone();
            c.arms.truncate(1);
            for (place, found) in all.iter().enumerate() {
                let mut arm = pattern.clone();
                arm.name = format!("arm {place}");
                set_paired(&mut arm, *found);
                c.arms.push(arm);
            }
            differences(&c).unwrap().notes.split(" Narrowing").next().unwrap().to_owned()
        };
        assert_eq!(told(&[sure]), "At the level of 5 % the difference is significant.");
        assert_eq!(told(&[chance]), "At the level of 5 % the difference is not significant.");
        assert_eq!(told(&[untold]), "At the level of 5 % the difference is not significant.");
        assert!(told(&[sure; 11]).starts_with("At the level of 5 % all are significant; p is by Holm's"));
        assert!(told(&[sure; 11]).ends_with("for these 11 differences."));
        assert!(told(&[chance, untold]).starts_with("At the level of 5 % none is significant; p is"));
        let mut mixed = vec![sure];
        mixed.extend([chance; 11]);
        assert!(
            told(&mixed).contains("is significant for arm 0, and not for arm 1, arm 2"),
            "{}",
            told(&mixed)
        );
        // A probability that is small by itself says nothing where the interval has zero in it.
        assert_eq!(
            told(&[paired(-5.0, 8.0, Some(0.01))]),
            "At the level of 5 % the difference is not significant."
        );
    }

    #[test]
    fn the_best_is_one_of_those_that_are_not_behind_another_for_sure() {
        let mut c = comparison();
        assert_eq!(best(&c), None, "only one is without a fault");
        for arm in &mut c.arms {
            for fault in ["unassigned", "double_booked_tickets"] {
                set(arm, fault, 0.0, 0.0);
            }
        }
        set(&mut c.arms[2], "dispatched", 4.0, 0.0);
        let said = |c: &Comparison| best(c).unwrap();
        assert_eq!(
            said(&c),
            "With 95 % confidence the best by first arrival to last owner is unsafe-parallel."
        );
        c.arms[2].behind = vec![Some(Estimate::around(-310.0, 10.0)), Some(Estimate::around(90.0, 100.0))];
        assert_eq!(
            said(&c),
            "With 95 % confidence the best by first arrival to last owner is one of: unsafe-parallel and parallel."
        );
        // What is behind is out, whoever it is behind, and whichever way round the difference is known.
        c.arms[2].behind = vec![Some(Estimate::around(-310.0, 10.0)), Some(Estimate::around(-90.0, 10.0))];
        assert!(said(&c).ends_with(" is parallel."), "{}", said(&c));
        c.arms[1].behind = vec![Some(Estimate::around(-1.0, 10.0))];
        c.arms[2].behind = vec![Some(Estimate::around(-1.0, 10.0)), Some(Estimate::around(1.0, 10.0))];
        assert!(said(&c).ends_with(" is any of them: none can be ruled out."), "{}", said(&c));
        set(&mut c.arms[0], "unassigned", 1.0, 0.1);
        assert!(
            said(&c).starts_with("With 95 % confidence the best of those without a fault by"),
            "{}",
            said(&c)
        );
        c.setup.replications = 1;
        assert_eq!(best(&c), None);
    }

    #[test]
    fn the_fastest_are_the_candidates_and_who_is_hardly_slower() {
        use crate::report::judgement::{are_close, fastest};
        for c in generated() {
            let (fast, best) = (fastest(&c), candidates(&c));
            let is_in = |arm: &Arm, all: &[&Arm]| all.iter().any(|other| other.name == arm.name);
            assert!(best.iter().all(|arm| is_in(arm, &fast)));
            assert!(fast.iter().all(|arm| is_in(arm, &best) || are_close(&[fast[0], arm])));
            assert_eq!(fast.is_empty(), best.is_empty());
        }
    }
}
