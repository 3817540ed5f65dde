//! The percent of a percentile: a number above 0 and below 100 with up to two decimals.

use std::fmt;

/// Which percentile, in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

/// Hundredths of a percent in a whole.
const WHOLE: u16 = 10_000;

impl Percent {
    /// As many values are below as above.
    pub const MEDIAN: Self = Self::whole(50);

    /// A whole number of percent, from 1 to 99.
    pub const fn whole(percent: u8) -> Self {
        assert!(0 < percent && percent < 100, "a percentile is above 0 and below 100");
        Self(percent as u16 * 100)
    }

    /// Reads `95`, `99.9` or `0.25`; `None`: it is no number above 0 and below 100 with at most two decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || whole.len() > 2 || decimals.len() > 2 {
            return None;
        }
        let hundredths: u16 = format!("{whole}{decimals:0<2}").parse().ok()?;
        (0 < hundredths && hundredths < WHOLE).then_some(Self(hundredths))
    }

    /// What is missing to a hundred.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(WHOLE - self.0)
    }

    /// It as a share, 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    /// The nearest rank among `count` values, of which there is at least one: ⌈p/100 · n⌉, counted from 1.
    pub fn rank(self, count: usize) -> usize {
        (count as u128 * u128::from(self.0)).div_ceil(u128::from(WHOLE)) as usize
    }
}

/// `95`, `99.9`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match (hundredths / 10, hundredths % 10) {
            (0, 0) => write!(f, "{whole}"),
            (tenths, 0) => write!(f, "{whole}.{tenths}"),
            _ => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_read_as_they_are_written() {
        for (text, shown) in
            [("95", "95"), ("95.0", "95"), ("99.9", "99.9"), ("99.90", "99.9"), ("0.01", "0.01"), ("7", "7")]
        {
            assert_eq!(Percent::parse(text).map(|it| it.to_string()).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(Percent::parse("95"), Some(Percent::whole(95)));
        for text in
            ["", "0", "0.00", "100", "100.0", "99.999", "-5", "+5", "5.", ".5", "5e1", "95%", "1.2.3", "٩"]
        {
            assert_eq!(Percent::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn ranks_are_the_nearest_above() {
        let rank = |text: &str, count| Percent::parse(text).expect("a percent").rank(count);
        assert_eq!((rank("50", 1), rank("50", 2), rank("50", 3)), (1, 1, 2));
        assert_eq!((rank("95", 20), rank("95", 21), rank("0.01", 5)), (19, 20, 1));
        assert_eq!((rank("99.9", 1000), rank("99.99", 1000)), (999, 1000));
        assert_eq!(rank("99.99", usize::MAX), (usize::MAX as u128 * 9999).div_ceil(10_000) as usize);
    }
}
