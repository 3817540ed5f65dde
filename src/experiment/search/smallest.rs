//! The smallest of many values that holds, found by trying as few as can be: bisection, a look beyond, and a scan where what
//! was found does not fit a response that changes only once.

use std::collections::BTreeMap;

/// Values that are tried besides those of the bisection where none holds, or a smaller one than one that does not.
const SPREAD: usize = 32;

/// What trying came to. Values are called by their places, from 0 to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smallest {
    /// The smallest that is known to hold; `None` where none of those that were tried does.
    pub answer: Option<usize>,
    /// Whether each that was tried holds.
    pub tried: BTreeMap<usize, bool>,
}

impl Smallest {
    /// Whether one that does not hold is larger than the answer.
    pub fn fails_above(&self) -> bool {
        self.answer.is_some_and(|answer| self.tried.range(answer..).any(|(_, holds)| !holds))
    }

    /// Whether everything below the answer, or everything where there is none, was tried, of this many values.
    pub fn is_exhaustive(&self, values: usize) -> bool {
        let below = self.answer.unwrap_or(values);
        self.tried.range(..below).count() == below
    }
}

/// How many of so many values are tried at most.
pub fn most_tries(values: usize) -> usize {
    // Both ends, two bisections, three looks beyond, and the scan.
    values.min(2 + 2 * halvings(values) + 3 + SPREAD)
}

/// How often so many values can be halved.
fn halvings(values: usize) -> usize {
    values.max(1).ilog2() as usize + 1
}

/// The smallest of `values` values for which `holds`, which is asked about each at most once.
///
/// Where what holds once holds for every larger value, that is the smallest of all, and it and the value just below it have
/// been tried. Where it is seen that this is not so, or that none of the values on the way holds, up to 32 more are tried,
/// evenly spread below the answer: all of them where there are no more.
///
/// # Errors
/// Those of `holds`.
pub fn smallest<E>(values: usize, holds: &mut dyn FnMut(usize) -> Result<bool, E>) -> Result<Smallest, E> {
    let mut search = Search { tried: BTreeMap::new(), holds };
    let Some(last) = values.checked_sub(1) else {
        return Ok(Smallest { answer: None, tried: search.tried });
    };
    if search.holds(0)? {
        search.holds(last)?;
        search.holds(last / 2)?;
    } else if search.holds(last)? {
        let answer = search.bisect(0, last)?;
        search.holds((answer - 1) / 2)?;
        search.holds(answer + (last - answer) / 2)?;
    } else {
        for quarter in 1..4 {
            search.holds(quarter * last / 4)?;
        }
    }
    let mut found = Smallest { answer: search.first(), tried: BTreeMap::new() };
    found.tried.clone_from(&search.tried);
    if found.answer.is_none() || found.fails_above() {
        search.scan(found.answer.unwrap_or(values))?;
    }
    Ok(Smallest { answer: search.first(), tried: search.tried })
}

/// What has been tried, and how to try more.
struct Search<'a, E> {
    tried: BTreeMap<usize, bool>,
    holds: &'a mut dyn FnMut(usize) -> Result<bool, E>,
}

impl<E> Search<'_, E> {
    fn holds(&mut self, place: usize) -> Result<bool, E> {
        if let Some(&known) = self.tried.get(&place) {
            return Ok(known);
        }
        let holds = (self.holds)(place)?;
        self.tried.insert(place, holds);
        Ok(holds)
    }

    /// The smallest that was tried and holds.
    fn first(&self) -> Option<usize> {
        self.tried.iter().find(|(_, holds)| **holds).map(|(&place, _)| place)
    }

    /// One that holds just above one that does not, between one that does not and one that does.
    fn bisect(&mut self, mut fails: usize, mut holds: usize) -> Result<usize, E> {
        while holds - fails > 1 {
            let middle = usize::midpoint(fails, holds);
            if self.holds(middle)? { holds = middle } else { fails = middle }
        }
        Ok(holds)
    }

    /// Tries what has not been tried below `end`, from the smallest on, until one holds: all of it, or as much as
    /// [`SPREAD`] says.
    fn scan(&mut self, end: usize) -> Result<(), E> {
        let open: Vec<usize> = (0..end).filter(|place| !self.tried.contains_key(place)).collect();
        let count = open.len().min(SPREAD);
        for number in 0..count {
            if self.holds(open[number * open.len() / count])? {
                break;
            }
        }
        let Some(first) = self.first() else { return Ok(()) };
        match self.tried.range(..first).next_back() {
            Some((&below, _)) => self.bisect(below, first).map(drop),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The search over values of which these hold; none is asked about twice, and no more than is said.
    fn found(values: usize, holds: impl Fn(usize) -> bool) -> Smallest {
        let mut asked = Vec::new();
        let smallest = smallest::<()>(values, &mut |place| {
            assert!(place < values && !asked.contains(&place), "{place} of {values}");
            asked.push(place);
            Ok(holds(place))
        });
        let smallest = smallest.expect("nothing fails");
        assert!(asked.len() <= most_tries(values), "{} of {values}", asked.len());
        assert_eq!(smallest.tried.len(), asked.len());
        smallest
    }

    #[test]
    fn where_the_response_changes_once_the_answer_is_exact_and_its_neighbour_was_tried() {
        for values in (1..70).chain([1000, 4096, 1_000_000]) {
            for answer in (0..values.min(70)).chain([values / 3, values - 1]) {
                let smallest = found(values, |place| place >= answer);
                assert_eq!(smallest.answer, Some(answer), "of {values}");
                assert!(answer == 0 || !smallest.tried[&(answer - 1)], "{answer} of {values}");
                assert!(!smallest.fails_above());
                // A look at both ends, the bisection, and the looks beyond.
                assert!(smallest.tried.len() <= 2 + halvings(values) + 2, "{answer} of {values}");
            }
        }
    }

    #[test]
    fn where_small_values_hold_the_smallest_is_the_first_and_the_end_is_known() {
        let smallest = found(500, |place| place <= 40);
        assert_eq!(smallest.answer, Some(0));
        assert!(smallest.fails_above() && !smallest.tried[&499]);
        assert!(!found(500, |_| true).fails_above());
    }

    #[test]
    fn where_nothing_holds_all_of_a_small_range_is_tried_and_of_a_large_one_a_part() {
        let smallest = found(30, |_| false);
        assert_eq!((smallest.answer, smallest.tried.len()), (None, 30));
        assert!(smallest.is_exhaustive(30));
        let smallest = found(10_000, |_| false);
        assert!(smallest.answer.is_none() && !smallest.is_exhaustive(10_000));
        assert_eq!(found(0, |_| true).answer, None);
    }

    #[test]
    fn a_valley_is_found_and_its_near_side_is_the_answer() {
        for (values, from, to) in
            [(30, 3, 4), (30, 17, 17), (37, 20, 36), (1000, 400, 460), (5000, 1230, 1900)]
        {
            let smallest = found(values, |place| (from..=to).contains(&place));
            assert_eq!(smallest.answer, Some(from), "{from} to {to} of {values}");
            assert!(!smallest.tried[&(from - 1)]);
            assert_eq!(smallest.fails_above(), to + 1 < values);
        }
    }

    #[test]
    fn an_error_ends_the_search() {
        let mut asked = 0;
        let result = smallest(100, &mut |place| {
            asked += 1;
            if place == 99 { Err("stop") } else { Ok(false) }
        });
        assert_eq!((result, asked), (Err("stop"), 2));
    }
}
