//! How a demand stands while more replications may follow: decided either way, or open.

use super::{Comparison, OverReplications, Threshold, Verdict};
use crate::metrics::percent::Percent;
use crate::named;

named! {
    /// How a demand stands.
    pub enum Standing {
        /// It holds.
        Holds = "holds",
        /// It is crossed.
        Crossed = "crossed",
        /// The replications do not tell.
        Undecided = "undecided",
    }
}

impl Threshold {
    /// Whether it is for the arm of this name.
    pub fn is_for(&self, arm: &str) -> bool {
        self.discipline.as_ref().is_none_or(|discipline| discipline == arm)
    }

    /// The demand that holds where this one is crossed: `p(95) >= 10min` for `p(95) < 10min`, and `p(95) >= 10min in 5%`
    /// for `p(95) < 10min in 95%`.
    #[must_use]
    pub fn opposite(&self) -> Self {
        let comparison = self.comparison.opposite();
        let mut text = self.text.replacen(self.comparison.sign(), comparison.sign(), 1);
        let mut over_replications = self.over_replications;
        if let OverReplications::Share(percent) = &mut over_replications {
            *percent = percent.complement();
            // The share is the last that a demand says.
            text.truncate(text.rfind("in").unwrap_or(text.len()));
            text = format!("{text}in {percent}%");
        }
        Self { text, over_replications, comparison, ..self.clone() }
    }

    /// How it stands, given what was found for it and for its opposite; `is_last`: no more replications follow.
    ///
    /// A mean is decided by its bounds. The smallest and the largest value and the total are those of all replications in
    /// the end: before, they are decided only where more replications cannot undo it.
    pub fn standing(&self, found: &Verdict, opposite: &Verdict, is_last: bool) -> Standing {
        let by_bounds = self.is_judged_by_bounds();
        let holds = match (found.holds, opposite.holds) {
            (true, _) if by_bounds || is_last => true,
            (_, true) if by_bounds || is_last => false,
            _ => match found.measured.and_then(|value| self.settled(value)) {
                Some(settled) => settled,
                None => return Standing::Undecided,
            },
        };
        if holds { Standing::Holds } else { Standing::Crossed }
    }

    /// What it comes to whatever the following replications are, where this was the smallest value, the largest or the
    /// total so far.
    fn settled(&self, value: f64) -> Option<bool> {
        let grows = match self.over_replications {
            OverReplications::Mean | OverReplications::Share(_) => return None,
            OverReplications::Smallest => false,
            OverReplications::Largest | OverReplications::Total => true,
        };
        let is_past = if grows { value > self.limit } else { value < self.limit };
        let holds = self.comparison.holds(value, self.limit);
        // What reaches the limit by growing stays there, and what has passed it moves on.
        let stays = match self.comparison {
            Comparison::Less | Comparison::AtLeast if grows => is_past || value == self.limit,
            Comparison::AtMost | Comparison::Greater if !grows => is_past || value == self.limit,
            _ => is_past,
        };
        stays.then_some(holds)
    }

    /// Whether it says of a mean over the replications that it is at most, or less than, the limit.
    pub fn is_upper_limit_of_a_mean(&self) -> bool {
        let is_upper = matches!(self.comparison, Comparison::Less | Comparison::AtMost);
        is_upper && self.over_replications == OverReplications::Mean
    }

    /// Whether it is judged by where a mean or a share of bursts may lie, and not as it is over all replications.
    pub fn is_judged_by_bounds(&self) -> bool {
        matches!(self.over_replications, OverReplications::Mean | OverReplications::Share(_))
    }

    /// The end of an interval that speaks for it, given the number that its opposite is judged by.
    pub fn in_favour(&self, opposite: f64) -> f64 {
        if self.share_of_bursts().is_some() { 1.0 - opposite } else { opposite }
    }

    /// What is measured has to be at least, or at most, this: the limit, or the share of bursts.
    pub fn goal(&self) -> f64 {
        self.share_of_bursts().map_or(self.limit, Percent::share)
    }

    /// How far what was measured is beyond its goal: a share of the goal, or the value where that is 0; infinite where nothing
    /// was measured, or "never" was.
    pub fn excess(&self, measured: Option<f64>) -> f64 {
        let Some(measured) = measured else { return f64::INFINITY };
        let goal = self.goal();
        let apart = (measured - goal).abs();
        if goal == 0.0 { apart } else { apart / goal.abs() }
    }
}

impl Comparison {
    /// How it is written.
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Equal => "==",
            Self::Unequal => "!=",
        }
    }

    /// The comparison that is true where this one is not.
    fn opposite(self) -> Self {
        match self {
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Judged, judge};
    use super::*;
    use crate::metrics::numbers::Numbers;
    use crate::metrics::summary::Summary;

    /// How a demand stands where a measure had these values.
    fn standing(key: &str, text: &str, values: &[f64], is_last: bool) -> Standing {
        let own = Threshold::parse(key, text).expect("a demand");
        let demands = [own.clone(), own.opposite()];
        let numbers = Numbers::default();
        let summaries: Vec<Summary> = (numbers.all())
            .map(|number| {
                let measured = number == own.number();
                Summary::of(values.iter().map(|&value| measured.then_some(value)), own.unit(), 0.95)
            })
            .collect();
        let meeting =
            |demand: &Threshold| values.iter().filter(|&&value| demand.is_met_by(Some(value))).count() as u32;
        let meeting: Vec<u32> = demands.iter().map(meeting).collect();
        let judged = [Judged { name: "arm", summaries: &summaries, meeting: &meeting }];
        let verdicts = judge(&demands, &numbers, &judged, 0.95, values.len() as u32);
        own.standing(&verdicts[0], &verdicts[1], is_last)
    }

    #[test]
    fn the_opposite_of_the_opposite_is_the_demand() {
        for (sign, share) in
            [("<", ""), ("<=", ""), (">", " in 95%"), (">=", ""), ("==", " in 0.5%"), ("!=", "")]
        {
            let text = format!("mean {sign} 10min{share}");
            let demand = Threshold::parse("makespan", &text).expect("a demand");
            let opposite = demand.opposite();
            assert_ne!(opposite.text, text);
            assert_eq!(Threshold::parse("makespan", &opposite.text).as_ref(), Ok(&opposite));
            assert_eq!(opposite.opposite(), demand);
        }
    }

    #[test]
    fn a_mean_is_decided_by_its_bounds_either_way() {
        let values: Vec<f64> = (0..100).map(|n| 100.0 + f64::from(n % 10)).collect();
        let standing = |text| standing("makespan", text, &values, false);
        assert_eq!(standing("mean < 110s"), Standing::Holds);
        assert_eq!(standing("mean < 100s"), Standing::Crossed);
        assert_eq!(standing("mean < 104500ms"), Standing::Undecided);
        assert_eq!(standing("mean > 100s"), Standing::Holds);
        assert_eq!(standing("mean >= 110s"), Standing::Crossed);
    }

    #[test]
    fn a_share_of_bursts_is_decided_by_its_bounds_either_way() {
        // 90 of 100 bursts take less than 190 s: Clopper and Pearson say 82.4 to 95.1 %.
        let values: Vec<f64> = (0..100).map(|n| 100.0 + f64::from(n)).collect();
        let standing = |share| standing("makespan", &format!("mean < 190s in {share}%"), &values, false);
        assert_eq!([80, 90, 96].map(standing), [Standing::Holds, Standing::Undecided, Standing::Crossed]);
        let demand = Threshold::parse("makespan", "mean < 190s in 80%").expect("a demand");
        assert_eq!((demand.goal(), demand.in_favour(0.25)), (0.8, 0.75));
        assert!((demand.excess(Some(0.6)) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn totals_and_extremes_wait_for_all_replications_unless_nothing_can_undo_them() {
        use Standing::{Crossed, Holds, Undecided};
        for (key, text, values, before, after) in [
            ("unassigned", "count == 0", [0.0, 0.0], Undecided, Holds),
            ("unassigned", "count == 0", [0.0, 1.0], Crossed, Crossed),
            ("unassigned", "count != 0", [0.0, 1.0], Holds, Holds),
            ("unassigned", "count < 1", [0.0, 1.0], Crossed, Crossed),
            ("unassigned", "count <= 1", [0.0, 1.0], Undecided, Holds),
            ("unassigned", "count >= 1", [0.0, 1.0], Holds, Holds),
            ("unassigned", "count > 1", [0.0, 1.0], Undecided, Crossed),
            ("makespan", "max < 3s", [1.0, 2.0], Undecided, Holds),
            ("makespan", "max < 2s", [1.0, 2.0], Crossed, Crossed),
            ("makespan", "min > 1s", [1.0, 2.0], Crossed, Crossed),
            ("makespan", "min >= 1s", [1.0, 2.0], Undecided, Holds),
            ("makespan", "min <= 1s", [1.0, 2.0], Holds, Holds),
        ] {
            let found = [false, true].map(|is_last| standing(key, text, &values, is_last));
            assert_eq!(found, [before, after], "{key} {text}");
        }
    }

    #[test]
    fn what_was_not_measured_or_is_never_reached() {
        assert_eq!(standing("makespan", "mean < 3s", &[], true), Standing::Undecided);
        let never = [1.0, f64::INFINITY];
        assert_eq!(standing("dispatch_delay", "p(95) < 3s", &never, false), Standing::Crossed);
        assert_eq!(standing("dispatch_delay", "p(95) > 3s", &never, false), Standing::Holds);
    }

    #[test]
    fn the_excess_is_a_share_of_the_limit_where_there_is_one() {
        let excess =
            |text, measured| Threshold::parse("unassigned", text).expect("a demand").excess(measured);
        assert_eq!(excess("mean < 4", Some(5.0)), 0.25);
        assert_eq!(excess("count == 0", Some(3.0)), 3.0);
        assert_eq!(excess("count == 0", None), f64::INFINITY);
    }
}
