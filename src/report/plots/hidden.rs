//! Curves that nobody sees, because another lies exactly on them.

use std::collections::BTreeMap;

use super::canvas::Point;
use super::view::View;
use super::words::name;

/// So many of the curves under another are named.
const NAMED: usize = 3;

/// Which curves lie exactly under which, of curves that are drawn in this order: `not to be told apart: parallel
/// lies under pods`.
pub(super) fn hidden(view: &View<'_>, curves: &[(usize, Vec<Point>)]) -> Option<String> {
    let seen: Vec<Columns> = curves.iter().map(|(_, curve)| columns(curve)).collect();
    // Those below, by the uppermost of those that cover them.
    let mut covered: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, own) in seen.iter().enumerate() {
        let above = (place + 1..seen.len()).rev().find(|&above| are_same(own, &seen[above]));
        if let Some(above) = above {
            covered.entry(above).or_default().push(place);
        }
    }
    let called = |place: usize| name(&view.arms[curves[place].0].name);
    let said: Vec<String> = covered
        .into_iter()
        .map(|(above, mut below)| {
            below.sort_unstable_by_key(|&place| curves[place].0);
            let mut names: Vec<String> = below.iter().take(NAMED).map(|&place| called(place)).collect();
            match below.len().saturating_sub(NAMED) {
                0 => {}
                1 => names.push(called(below[NAMED])),
                more => names.push(format!("{more} others")),
            }
            let last = names.pop().unwrap_or_default();
            let (who, lie) = if names.is_empty() {
                (last, "lies")
            } else {
                (format!("{} and {last}", names.join(", ")), "lie")
            };
            format!("{who} {lie} under {}", called(above))
        })
        .collect();
    (!said.is_empty()).then(|| format!("not to be told apart: {}", said.join("; ")))
}

/// The highest and the lowest point of a curve in each column of pixels.
type Columns = BTreeMap<i64, (f64, f64)>;

fn columns(curve: &[Point]) -> Columns {
    let mut columns = Columns::new();
    for pair in curve.windows(2) {
        let (from, to) = if pair[0].0 <= pair[1].0 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        for column in from.0.floor() as i64..=to.0.floor() as i64 {
            let at = |x: f64| match to.0 - from.0 {
                wide if wide > 0.0 => from.1 + (to.1 - from.1) * ((x - from.0) / wide).clamp(0.0, 1.0),
                _ => to.1,
            };
            let (left, right) = (at(column as f64), at((column + 1) as f64));
            // A line straight up or down is as high as it is in a single column.
            let (left, right) = if to.0 > from.0 { (left, right) } else { (from.1, to.1) };
            let (high, low) = columns.entry(column).or_insert((f64::INFINITY, f64::NEG_INFINITY));
            *high = high.min(left).min(right);
            *low = low.max(left).max(right);
        }
    }
    columns
}

/// Whether two curves are within a pixel of each other all along.
fn are_same(one: &Columns, other: &Columns) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1.0;
    !one.is_empty()
        && one.len() == other.len()
        && one.iter().zip(other).all(|((at, a), (there, b))| at == there && near(a.0, b.0) && near(a.1, b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_the_same_if_no_pixel_tells_them_apart() {
        let stairs = vec![(10.0, 50.0), (20.0, 50.0), (20.0, 30.0), (40.0, 30.0)];
        let same = |other: &[Point]| are_same(&columns(&stairs), &columns(other));
        assert!(same(&stairs));
        // The same with one more point on the way, and half a pixel lower.
        assert!(same(&[(10.0, 50.5), (15.0, 50.5), (20.0, 50.5), (20.0, 30.5), (40.0, 30.5)]));
        assert!(!same(&[(10.0, 50.0), (20.0, 50.0), (20.0, 30.0), (43.0, 30.0)]), "it goes on");
        assert!(!same(&[(10.0, 50.0), (20.0, 50.0), (20.0, 32.0), (40.0, 32.0)]), "it is lower");
        assert!(!same(&[(10.0, 50.0), (23.0, 50.0), (23.0, 30.0), (40.0, 30.0)]), "it rises later");
        assert!(!are_same(&columns(&[]), &columns(&[(1.0, 1.0)])), "a point is no curve");
        let slope = columns(&[(0.0, 0.0), (4.0, 8.0)]);
        assert_eq!(slope[&1], (2.0, 4.0));
    }
}
