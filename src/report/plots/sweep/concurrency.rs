//! What concurrency gains: throughput, and how many times as fast the queue is cleared, beside the ideal line.

use super::super::super::figures::quantity;
use super::super::canvas::{Area, Drawing, Point, Text};
use super::super::frame::framed;
use super::super::labels::Labels;
use super::super::style::{LABEL, Look, MUTED, SMALL, coloured, looks_of};
use super::super::words::name;
use super::scale::{Across, Up, exp2, log2};
use super::slice::Slice;
use crate::metrics::catalog::Unit;
use crate::results::sweep::Sweep;

/// What a key is called that says how many dispatches may be under way.
const CONCURRENCY: &str = "concurrency";
/// The ideal line may lead this many times as high as anything else; beyond that it leaves the picture.
const HEADROOM: f64 = 1.25;

/// A line of one discipline: the place of a point in the slice, and the value there.
type Line = Vec<(usize, f64)>;

/// The chart; `None` where the key is no concurrency, or nothing is cleared.
pub(super) fn compose(s: &Sweep, slice: &Slice<'_>) -> Option<Drawing> {
    let is_concurrency = s.keys[slice.key].rsplit('.').next() == Some(CONCURRENCY);
    if !is_concurrency || !slice.is_line || !slice.is_measured || slice.points.len() < 2 {
        return None;
    }
    let mean = |arm: usize, key: &str, place: usize| -> Option<f64> {
        let found = slice.points[place].arms[arm].numbers.get(key)?.mean?.mean;
        found.is_finite().then_some(found)
    };
    let throughput = |arm: usize| -> Line {
        (0..slice.points.len()).filter_map(|place| Some((place, mean(arm, "throughput", place)?))).collect()
    };
    let speed = |arm: usize| -> Line {
        let Some(first) = mean(arm, "makespan", 0).filter(|first| *first > 0.0) else { return Vec::new() };
        let gain =
            |place| mean(arm, "makespan", place).filter(|time| *time > 0.0).map(|time| (place, first / time));
        (0..slice.points.len()).filter_map(gain).collect()
    };
    let arms = 0..s.arms.len();
    let (throughputs, speeds): (Vec<Line>, Vec<Line>) =
        (arms.clone().map(throughput).collect(), arms.map(speed).collect());
    if speeds.iter().all(Vec::is_empty) {
        return None;
    }
    let mut notes = vec![format!(
        "speed-up: the mean time to clear the queue at {} = {}, over that at each point",
        slice.name,
        slice.value(0)
    )];
    if !slice.others.is_empty() {
        notes.push(slice.others.clone());
    }
    notes.extend(coloured(s.arms.len()));
    let (mut drawing, area) = framed(&s.setup, finding(s, slice, &speeds), &super::shown(s), &notes);
    let gap = 56.0;
    let half = (area.width() - gap) / 2.0;
    let looks = looks_of(&s.arms.iter().map(String::as_str).collect::<Vec<_>>());
    let panel = |drawing: &mut Drawing, left: f64, heading: &str, unit: Unit, lines: &[Line], ideal: bool| {
        let area = Area { left, right: left + half, ..area };
        let heading = Text::new(heading, (area.left, area.top + 8.0)).size(LABEL).bold();
        drawing.text(heading.within(area.width()));
        Panel { s, slice, looks: &looks, unit, lines, ideal }.draw(drawing, area);
    };
    let what = s.setup.gain().noun();
    panel(
        &mut drawing,
        area.left,
        &format!("Tickets with their {what}, per hour"),
        Unit::PerHour,
        &throughputs,
        false,
    );
    panel(&mut drawing, area.left + half + gap, "Speed-up", Unit::Ratio, &speeds, true);
    Some(drawing)
}

/// One of the two pictures.
struct Panel<'a> {
    s: &'a Sweep,
    slice: &'a Slice<'a>,
    looks: &'a [Look],
    unit: Unit,
    lines: &'a [Line],
    ideal: bool,
}

impl Panel<'_> {
    fn draw(&self, drawing: &mut Drawing, area: Area) {
        let Self { slice, looks, lines, .. } = self;
        let most = lines.iter().flatten().map(|&(_, value)| value).fold(0.0, f64::max) * HEADROOM;
        let room = Area { top: area.top + 34.0, bottom: area.bottom - 44.0, ..area };
        let up = Up::new(self.unit, (0.0, most), room);
        let across =
            Across::new(slice, Area { left: up.plot.left + 12.0, right: up.plot.right - 12.0, ..up.plot });
        up.draw(drawing);
        across.draw(drawing, slice);
        let mut kept: Vec<Vec<Point>> = Vec::new();
        let top = up.plot.top;
        if self.ideal {
            // Sampled, as it is a curve where equal ratios are equally far apart; cut off where it leaves the picture.
            let (first, last) = (slice.at[0], slice.at[slice.at.len() - 1]);
            let ratio = log2(last / first);
            let sample = |step: u32| first * exp2(ratio * f64::from(step) / 200.0);
            let inside = (0..=200)
                .map(sample)
                .map(|at| (across.x(at), up.y(at / first)))
                .take_while(|point| point.1 > top);
            let line: Vec<Point> = inside.collect();
            drawing.dashed(line.clone(), &[3.0, 4.0], MUTED, 2.0);
            kept.push(line);
        }
        let mut ends = Vec::new();
        for (arm, (line, look)) in lines.iter().zip(*looks).enumerate() {
            let points: Vec<Point> =
                line.iter().map(|&(place, value)| (across.x(slice.at[place]), up.y(value))).collect();
            drawing.dashed(points.clone(), look.dashes, look.colour, 3.0);
            for &point in &points {
                drawing.marker(look.marker, point, 5.0, look.colour);
            }
            if let (Some(&end), Some(&(_, value))) = (points.last(), line.last()) {
                ends.push((arm, value, end));
            }
            kept.push(points);
        }
        let ideal_end = kept.first().filter(|_| self.ideal).and_then(|line| line.last().copied());
        let taken = ends
            .iter()
            .map(|&(.., (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(7.0))
            .collect();
        let mut labels = Labels { plot: up.plot, right: area.right, lines: kept, taken };
        for (arm, value, end) in ends {
            let called = Text::new(self.s.arms[arm].clone(), (0.0, 0.0)).size(SMALL).bold().within(180.0);
            let value = Text::new(quantity(self.unit, value), (0.0, 0.0)).size(SMALL);
            labels.place(drawing, end, called, value, looks[arm].colour);
        }
        if let Some(end) = ideal_end {
            let called = Text::new("ideal", (0.0, 0.0)).size(SMALL).muted();
            labels.place(drawing, end, called, Text::new("", (0.0, 0.0)), MUTED);
        }
    }
}

/// The finding: what the discipline gains that gains most, and what would be ideal.
fn finding(s: &Sweep, slice: &Slice<'_>, speeds: &[Line]) -> String {
    let last = slice.points.len() - 1;
    let gains = speeds.iter().enumerate().filter_map(|(arm, line)| {
        line.last().filter(|(place, _)| *place == last).map(|&(_, gain)| (arm, gain))
    });
    let ideal = slice.at[last] / slice.at[0];
    let (first, end) = (slice.value(0), slice.value(last));
    let at = format!("At {} instead of {first}", super::set(&slice.name, end));
    match gains.max_by(|one, other| one.1.total_cmp(&other.1)) {
        None => format!("No ticket {} at {}", s.setup.gain().verb(), super::set(&slice.name, end)),
        Some((arm, gain)) => {
            let who = if s.arms.len() == 1 {
                name(&s.arms[arm])
            } else {
                format!("{}, which gains most,", name(&s.arms[arm]))
            };
            let but = super::fault(s, &slice.points[last].arms[arm])
                .map_or_else(String::new, |fault| format!(", but {fault}"));
            let times = format!("{gain:.1}");
            format!(
                "{at}, {who} is {times} times as fast, where {} would be ideal{but}",
                quantity(Unit::Ratio, ideal)
            )
        }
    }
}
