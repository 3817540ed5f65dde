//! What charts show, and how large they are.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::json;

use crate::keys::{At, Book, Form, Shape, SomeOf};
use crate::section;

/// The charts of a comparison, in the order in which reports place them.
pub const OF_COMPARISONS: [&str; 10] = [
    "throughput",
    "delay",
    "where-the-time-goes",
    "in-flight",
    "collisions",
    "refusals",
    "gantt",
    "utilisation",
    "slices",
    "cost",
];

/// The charts of sweeps and plans. A sweep has one for each of its numbers besides, by the number's key.
pub const OF_EXPLORATIONS: [&str; 3] = ["concurrency", "cost-delay", "plan"];

section! {
    /// Which charts are made, what they show, and how large they are.
    pub struct ChartSettings: Eq, Serialize, Deserialize {
        /// Only these charts, by the names of their files. Those of comparisons are throughput, delay,
        /// where-the-time-goes, in-flight, collisions, refusals, gantt, utilisation, slices and cost; those of sweeps are concurrency, cost-delay, and for each number that is charted its key, such as
        /// "dispatch_delay.p95"; that of plans is plan.
        charts: SomeOf<String> = empty "all that have something to show",
        /// How large a chart is, text and all, in pixels: width and height, from 640x360 to 3840x2160. One that has little to
        /// show is less tall, and one with more rows than fit is taller.
        chart_size: ChartSize = "1200x675",
        /// Only these disciplines are in charts, by name; tables and reports have all. Where none of them is run, all that are
        /// run are shown. Charts of sweeps and plans show all.
        chart_disciplines: SomeOf<String> = empty "all",
    }
}

impl ChartSettings {
    /// Whether nothing is asked for.
    pub fn are_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the chart of this name is to be made. The charts that a sweep has of one number are asked for together.
    pub fn shows(&self, chart: &str) -> bool {
        let number = chart.split("-by-").next().unwrap_or(chart);
        let is_meant = |name: &String| {
            let name = file_name(name);
            name == chart || name == number
        };
        self.charts.is_empty() || self.charts.iter().any(is_meant)
    }
}

/// The key of a number as the name of a file.
pub fn file_name(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect()
}

/// Width and height of a chart, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSize {
    /// Pixels across, from 640 to 3840.
    pub width: u32,
    /// Pixels down, from 360 to 2160.
    pub height: u32,
}

impl FromStr for ChartSize {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (width, height) = text.split_once('x').ok_or(())?;
        let number = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten().ok_or(())
        };
        let (width, height) = (number(width)?, number(height)?);
        let fits = (640..=3840).contains(&width) && (360..=2160).contains(&height);
        fits.then_some(Self { width, height }).ok_or(())
    }
}

impl fmt::Display for ChartSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl Serialize for ChartSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChartSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| Error::custom("a size of charts is not one from 640x360 to 3840x2160"))
    }
}

impl Form for ChartSize {
    type Value = Self;

    fn read(at: &mut At<'_, '_>) -> Option<Self> {
        match at.text().and_then(|text| text.parse().ok()) {
            Some(size) => Some(size),
            None => at.refuse("width and height in pixels, from \"640x360\" to \"3840x2160\"", None),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(
            json!({ "type": "string", "pattern": "^[0-9]{3,4}x[0-9]{3,4}$" }),
            "width and height in pixels, such as \"1600x900\"".to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_two_numbers_of_pixels_within_bounds() {
        for size in ["640x360", "1200x675", "3840x2160"] {
            let read: ChartSize = size.parse().unwrap();
            assert_eq!(read.to_string(), size);
            assert_eq!(serde_json::from_value::<ChartSize>(json!(size)).unwrap(), read);
        }
        for bad in [
            "",
            "x",
            "639x360",
            "640x359",
            "3841x2160",
            "3840x2161",
            "+800x600",
            "800 x 600",
            "800X600",
            "1e3x900",
        ] {
            assert!(bad.parse::<ChartSize>().is_err(), "{bad}");
            assert!(serde_json::from_value::<ChartSize>(json!(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_chart_is_shown_if_it_is_asked_for_or_nothing_is() {
        let usual = ChartSettings::default();
        assert!(usual.are_usual() && usual.shows("throughput"));
        let some = |charts: &[&str]| ChartSettings {
            charts: charts.iter().map(|name| (*name).to_owned()).collect(),
            ..ChartSettings::default()
        };
        assert!(!some(&["gantt"]).are_usual());
        assert!(some(&["gantt", "plan"]).shows("gantt") && !some(&["gantt", "plan"]).shows("throughput"));
        let of_a_number = some(&["dispatch_delay{priority:1}.p95"]);
        assert!(of_a_number.shows("dispatch_delay-priority-1-.p95"));
        assert!(of_a_number.shows("dispatch_delay-priority-1-.p95-by-technicians"));
        assert!(!of_a_number.shows("dispatch_delay.p95"));
    }
}
