//! Quantiles of Student's t and of the binomial's confidence limits, rounded so that the same numbers come out on every machine.

use std::cell::RefCell;
use std::collections::BTreeMap;

use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;

/// The number of standard errors on either side of a mean that a two-sided interval with this `confidence` takes.
///
/// Rounded to six decimals, as printed tables have it: the algorithm uses the host's logarithms, whose last bits
/// differ between machines, and the rounding keeps them out of the results.
pub(super) fn t_quantile(freedom: f64, confidence: f64) -> f64 {
    thread_local! {
        /// A comparison asks for the same few quantiles for each of its measures.
        static KNOWN: RefCell<BTreeMap<(u64, u64), f64>> = const { RefCell::new(BTreeMap::new()) };
    }
    /// Quantiles remembered at most; degrees of freedom need not be whole, so there is no end of them.
    const ENOUGH: usize = 1024;
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= ENOUGH {
            known.clear();
        }
        *known.entry((freedom.to_bits(), confidence.to_bits())).or_insert_with(|| {
            let p = 0.5 + confidence / 2.0;
            let quantile =
                if freedom < MANY { exact_t_quantile(freedom, p) } else { expanded_t_quantile(freedom, p) };
            (quantile * 1e6).round() / 1e6
        })
    })
}

/// Degrees of freedom from which on the expansion is the better of the two: the exact algorithm loses digits as they
/// grow, a whole 10⁻⁵ at 100,000.
const MANY: f64 = 300.0;

/// The `p`-quantile of Student's t by inversion.
fn exact_t_quantile(freedom: f64, p: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).expect("degrees of freedom are positive").inverse_cdf(p)
}

/// The `p`-quantile of Student's t by expansion around that of the normal distribution.
///
/// Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
fn expanded_t_quantile(freedom: f64, p: f64) -> f64 {
    let x = Normal::standard().inverse_cdf(p);
    let square = x * x;
    let first = (square + 1.0) * x / 4.0;
    let second = ((5.0 * square + 16.0) * square + 3.0) * x / 96.0;
    let third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) * x / 384.0;
    x + (first + (second + third / freedom) / freedom) / freedom
}

/// How likely Student's t is farther from zero than `t`, on either side.
///
/// To nine decimals, as quantiles of the beta distribution are and for the same reason, and never less than the last of them.
pub(super) fn t_tails(freedom: f64, t: f64) -> f64 {
    let tail = if t == f64::INFINITY {
        0.0
    } else if freedom < MANY {
        StudentsT::new(0.0, 1.0, freedom).expect("degrees of freedom are positive").sf(t)
    } else {
        Normal::standard().sf(as_normal(freedom, t))
    };
    LEAST_P.max((2.0 * tail * 1e9).round() / 1e9)
}

/// What is less likely is not told apart.
pub(super) const LEAST_P: f64 = 1e-9;

/// The quantile of the normal distribution that is as far out as `t`, for many degrees of freedom.
///
/// Source: D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Ann. Math.
/// Statist. 30 (1959) 1121–1130.
fn as_normal(freedom: f64, t: f64) -> f64 {
    let square = t * t / freedom;
    let scale = (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0);
    scale * (freedom * libm::log1p(square)).sqrt()
}

/// At least this share would differ in the long run where `events` of `n` do: the lower end of a two-sided interval.
///
/// Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial", Biometrika 26 (1934) 404–413.
pub(super) fn binomial_lower(events: u32, n: u32, confidence: f64) -> f64 {
    if events == 0 {
        return 0.0;
    }
    beta_quantile(f64::from(events), f64::from(n - events) + 1.0, 0.5 - confidence / 2.0)
}

/// At most this share would differ in the long run where `events` of `n` do: the upper end of that interval.
pub(super) fn binomial_upper(events: u32, n: u32, confidence: f64) -> f64 {
    if events == n {
        return 1.0;
    }
    beta_quantile(f64::from(events) + 1.0, f64::from(n - events), 0.5 + confidence / 2.0)
}

/// Where a share lies in the long run of which `events` of `n` have been seen: both ends of that interval.
pub fn share_interval(events: u32, n: u32, confidence: f64) -> (f64, f64) {
    (binomial_lower(events, n, confidence), binomial_upper(events, n, confidence))
}

/// The least number of which all have to be seen for the lower end of that interval to come up to `share`, which is below
/// one.
pub fn enough_to_show(share: f64, confidence: f64) -> u32 {
    let shows = |n: u32| binomial_lower(n, n, confidence) >= share;
    let (mut too_few, mut enough) = (0, 1);
    while !shows(enough) {
        (too_few, enough) = (enough, enough.saturating_mul(2));
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if shows(middle) { enough = middle } else { too_few = middle }
    }
    enough
}

/// Which of `n` values in their order are the ends of an interval of the quantile that this share of all is not above: the
/// largest rank and the smallest beyond which it lies with half of what the confidence leaves, each. `None` where there are
/// too few values for one of them.
pub fn order_ranks(n: u32, share: f64, confidence: f64) -> Option<(u32, u32)> {
    // How likely fewer than `rank` of the values are below the quantile.
    let fewer = |rank: u32| {
        let likely = beta_reg(f64::from(n - rank + 1), f64::from(rank), 1.0 - share);
        (likely * 1e9).round() / 1e9
    };
    let rest = 0.5 - confidence / 2.0;
    // Of these ranks the first comes up to it; one more than there are where none does.
    let first = |likely: f64| {
        let (mut low, mut high) = (1, n + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if fewer(middle) >= likely { high = middle } else { low = middle + 1 }
        }
        low
    };
    let above = first(rest + 0.5e-9);
    let upper = first(1.0 - rest);
    (above > 1 && upper <= n).then_some((above - 1, upper))
}

/// The `p`-quantile of the beta distribution, to nine decimals for the same reason as those of t.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let quantile = Beta::new(a, b).expect("shapes are positive").inverse_cdf(p);
    (quantile * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_quantiles_are_those_of_the_tables() {
        for (freedom, confidence, expected) in [
            (1.0, 0.95, 12.706_205),
            (2.0, 0.95, 4.302_653),
            (4.0, 0.99, 4.604_095),
            (9.0, 0.90, 1.833_113),
            (9.0, 0.95, 2.262_157),
            (29.0, 0.95, 2.045_230),
            (99.0, 0.95, 1.984_217),
            (999.0, 0.95, 1.962_341),
            (1000.0, 0.999, 3.300_283),
            (99_999.0, 0.95, 1.959_988),
        ] {
            let found = t_quantile(freedom, confidence);
            assert!((found - expected).abs() < 1.5e-6, "t({freedom}, {confidence}) = {found}");
        }
    }

    #[test]
    fn tails_are_what_quantiles_leave_out() {
        for freedom in [1.0, 2.0, 9.0, 29.0, 299.0, 300.0, 999.0, 99_999.0] {
            for confidence in [0.0, 0.5, 0.9, 0.95, 0.99, 0.9999] {
                let tails = t_tails(freedom, t_quantile(freedom, confidence));
                assert!((tails - (1.0 - confidence)).abs() < 1e-6, "{freedom} {confidence}: {tails}");
            }
            assert_eq!((t_tails(freedom, 0.0), t_tails(freedom, f64::INFINITY)), (1.0, LEAST_P));
        }
        let apart = t_tails(MANY, 2.0) - t_tails(MANY - 1e-9, 2.0);
        assert!(apart.abs() < 1e-7, "{apart}");
    }

    #[test]
    fn the_two_ways_to_a_quantile_meet() {
        for p in [0.9, 0.95, 0.975, 0.995, 0.9995] {
            let apart = exact_t_quantile(MANY, p) - expanded_t_quantile(MANY, p);
            assert!(apart.abs() < 1e-6, "{apart} at {p}");
        }
    }

    #[test]
    fn remembered_quantiles_are_kept_apart() {
        for _ in 0..2 {
            assert_eq!(t_quantile(9.0, 0.95), 2.262_157);
            assert_eq!(t_quantile(9.0, 0.90), 1.833_113);
            assert_eq!(t_quantile(10.0, 0.95), 2.228_139);
        }
    }

    #[test]
    fn ranks_are_those_of_the_binomial_distribution() {
        for (n, share, confidence, ranks) in [
            (100, 0.5, 0.95, Some((40, 61))),
            (1000, 0.5, 0.95, Some((469, 532))),
            (1000, 0.9, 0.95, Some((881, 919))),
            (1000, 0.95, 0.95, Some((936, 964))),
            (200, 0.95, 0.99, Some((181, 198))),
            (72, 0.95, 0.95, Some((64, 72))),
            (71, 0.95, 0.95, None),
            (6, 0.5, 0.95, Some((1, 6))),
            (5, 0.5, 0.95, None),
            (1, 0.5, 0.95, None),
            (0, 0.5, 0.95, None),
        ] {
            assert_eq!(order_ranks(n, share, confidence), ranks, "{n}, {share}, {confidence}");
        }
        let (lower, upper) = order_ranks(1_000_000, 0.95, 0.95).expect("a million values tell");
        assert!(
            (949_560..949_590).contains(&lower) && (950_410..950_440).contains(&upper),
            "{lower}, {upper}"
        );
    }

    #[test]
    fn enough_is_the_first_number_that_shows_the_share() {
        // The least n with 0.025^(1/n) at or above the share: ln 0.025 over its logarithm, rounded up.
        for (share, confidence, n) in
            [(0.95, 0.95, 72), (0.9, 0.95, 36), (0.5, 0.95, 6), (0.99, 0.99, 528), (0.9999, 0.95, 36_887)]
        {
            assert_eq!(enough_to_show(share, confidence), n, "{share} at {confidence}");
        }
        assert_eq!(enough_to_show(0.0001, 0.95), 1);
        assert_eq!(enough_to_show(0.9999, 0.9999), 99_030);
    }

    #[test]
    fn limits_of_shares_are_those_of_the_tables() {
        for (events, n, lower, upper) in [
            (0, 20, 0.0, 0.168_433),
            (1, 20, 0.001_265, 0.248_733),
            (10, 20, 0.271_958, 0.728_042),
            (20, 20, 0.831_567, 1.0),
            (0, 1000, 0.0, 0.003_682),
            (7, 100_000, 0.000_028, 0.000_144),
            (400, 1000, 0.369_469, 0.431_122),
        ] {
            let found = (binomial_lower(events, n, 0.95), binomial_upper(events, n, 0.95));
            assert!(
                (found.0 - lower).abs() < 1e-6 && (found.1 - upper).abs() < 1e-6,
                "{events} of {n}: {found:?}"
            );
        }
    }
}
