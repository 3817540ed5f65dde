//! Means with their confidence intervals, and what they are made from.

mod critical;
mod erlang;
mod estimate;
mod interval;
mod moments;
mod selection;
mod significance;

pub use critical::{enough_to_show, order_ranks, share_interval};
pub use erlang::ErlangC;
pub use estimate::{Basis, Estimate};
pub use interval::Support;
pub use moments::{Moments, welch_half_width};
pub use selection::{Selection, Taken, Zone};
pub use significance::{holm, welch_p_value};

/// The Gini coefficient of amounts that are not negative: 0 where all have the same, towards 1 where one has it all.
/// `None` where there is nothing to share. Sorts the amounts.
///
/// The mean absolute difference over twice the mean, which for sorted amounts is Σ (2i − n − 1) xᵢ / (n Σ xᵢ).
pub fn gini(amounts: &mut [i64]) -> Option<f64> {
    amounts.sort_unstable();
    let n = amounts.len() as i128;
    let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
    let weighted: i128 =
        (1..).zip(amounts.iter()).map(|(rank, &amount)| (2 * rank - n - 1) * i128::from(amount)).sum();
    (total > 0).then(|| weighted as f64 / (n * total) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_of_known_shares() {
        assert_eq!(gini(&mut [7, 7, 7, 7]), Some(0.0));
        assert_eq!(gini(&mut [0, 0, 9, 0]), Some(0.75));
        assert_eq!(gini(&mut [3, 1, 2]), Some(4.0 / 18.0));
        assert_eq!(gini(&mut [0, 0]), None);
        assert_eq!(gini(&mut []), None);
    }
}
