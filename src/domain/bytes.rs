//! Amounts of memory, as they are typed and told: `2 GB`, `512 MiB`.

use std::fmt;
use std::str::FromStr;

use serde_json::json;

use crate::keys::{At, Book, Form, Shape};

/// An amount of memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

/// The units, the largest first.
const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl FromStr for Bytes {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let unit = UNITS.iter().find(|(unit, _)| {
            let tail = text.len().checked_sub(unit.len()).and_then(|at| text.get(at..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(unit))
        });
        let (unit, size) = unit.ok_or(())?;
        let number = text[..text.len() - unit.len()].trim();
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().map_err(|_| ())?;
        let bytes = number * *size as f64;
        (is_plain && (1.0..=u64::MAX as f64).contains(&bytes)).then_some(Self(bytes as u64)).ok_or(())
    }
}

/// In decimal units, to three digits: `1.24 GB`.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = UNITS[4..].iter().find(|(_, size)| self.0 >= *size).unwrap_or(&("B", 1));
        let number = self.0 as f64 / *size as f64;
        let digits = if number >= 100.0 || *size == 1 {
            0
        } else if number >= 10.0 {
            1
        } else {
            2
        };
        let text = format!("{number:.digits$}");
        let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        write!(f, "{text} {unit}")
    }
}

/// An amount of memory, with its unit.
impl Form for Bytes {
    type Value = Self;

    fn read(at: &mut At<'_, '_>) -> Option<Self> {
        match at.text().and_then(|text| text.parse().ok()) {
            Some(bytes) => Some(bytes),
            None => at.refuse(
                "an amount of memory, in quotes and with a unit, such as \"2 GB\"",
                Some("units are B, kB, MB, GB and TB, and KiB, MiB, GiB and TiB".to_owned()),
            ),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let pattern = "^\\s*[0-9]+(\\.[0-9]*)?\\s*([kKmMgGtT]i?)?[bB]\\s*$";
        Shape::Leaf(
            json!({ "type": "string", "pattern": pattern }),
            "an amount of memory, such as \"2 GB\"".to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_their_units_and_told_in_three_digits() {
        for (typed, bytes, told) in [
            ("2 GB", 2_000_000_000, "2 GB"),
            ("1.5gb", 1_500_000_000, "1.5 GB"),
            (" 512 MiB ", 536_870_912, "537 MB"),
            ("1KiB", 1024, "1.02 kB"),
            ("12345 MB", 12_345_000_000, "12.3 GB"),
            ("7 B", 7, "7 B"),
            ("3TB", 3_000_000_000_000, "3 TB"),
        ] {
            let read: Bytes = typed.parse().unwrap();
            assert_eq!((read, read.to_string().as_str()), (Bytes(bytes), told), "{typed}");
        }
        for bad in [
            "",
            "2",
            "GB",
            "0 GB",
            "-1 GB",
            "2 XB",
            "1e3 MB",
            "inf GB",
            "NaN B",
            "1e999 B",
            "99999999999 TB",
            "2 Gé",
        ] {
            assert!(bad.parse::<Bytes>().is_err(), "{bad}");
        }
    }
}
