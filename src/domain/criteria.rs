//! What offers are compared by, one thing after the other.

use crate::choice;
use crate::keys::{At, Book, Form, Shape, SomeOf};

choice! {
    /// What offers can be compared by.
    pub enum Criterion {
        /// The earlier start.
        Start = "start",
        /// The working day of which less is booked.
        Load = "load",
        /// The better success rate in the ticket's category.
        History = "history",
        /// Fewer other dispatches that consider the technician, where the discipline has any `peer_awareness`.
        Peers = "peers",
    }
}

/// Criteria in their order: each decides only where all before it are the same. None is there twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criteria([Option<Criterion>; Criteria::MOST]);

impl Criteria {
    /// The most that there can be.
    pub const MOST: usize = 4;

    /// These criteria, or the first few of them, each where it stands first.
    pub fn new(list: &[Criterion]) -> Self {
        let mut criteria = [None; Self::MOST];
        let first = |(place, criterion): &(usize, &Criterion)| !list[..*place].contains(criterion);
        for (place, (_, &criterion)) in criteria.iter_mut().zip(list.iter().enumerate().filter(first)) {
            *place = Some(criterion);
        }
        Self(criteria)
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = Criterion> {
        self.0.into_iter().flatten()
    }

    /// Whether this one is among them.
    pub fn contains(self, criterion: Criterion) -> bool {
        self.0.contains(&Some(criterion))
    }

    /// The others.
    #[must_use]
    pub fn without(self, criterion: Criterion) -> Self {
        Self::new(&self.iter().filter(|other| *other != criterion).collect::<Vec<_>>())
    }

    /// A number for each of them in their order, and 0 for those that are not there.
    pub fn values(self, value: impl Fn(Criterion) -> f64) -> [f64; Self::MOST] {
        self.0.map(|criterion| criterion.map_or(0.0, &value))
    }
}

impl Form for Criteria {
    type Value = Self;

    fn read(at: &mut At<'_, '_>) -> Option<Self> {
        let list = at.read::<SomeOf<Criterion>>()?;
        if list.is_empty() {
            return at.refuse("at least one criterion, such as \"start\"", None);
        }
        if (1..list.len()).any(|place| list[..place].contains(&list[place])) {
            return at.refuse("each criterion once", None);
        }
        Some(Self::new(&list))
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        SomeOf::<Criterion>::shape(book)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_keep_their_order() {
        use Criterion::{History, Load, Peers, Start};
        let criteria = Criteria::new(&[Load, Start, Peers, Load, History]);
        assert_eq!(criteria.iter().collect::<Vec<_>>(), [Load, Start, Peers, History]);
        assert_eq!(criteria.without(Start), Criteria::new(&[Load, Peers, History]));
        assert!(criteria.contains(Peers) && !criteria.without(Peers).contains(Peers));
        let number = |criterion| if criterion == Load { 2.0 } else { 3.0 };
        assert_eq!(Criteria::new(&[Start, Load]).values(number), [3.0, 2.0, 0.0, 0.0]);
    }
}
