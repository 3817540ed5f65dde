//! The points of a sweep: a grid, or a Latin hypercube.
//!
//! M. D. McKay, R. J. Beckman and W. J. Conover, "A comparison of three methods for selecting values of input variables in
//! the analysis of output from a computer code", Technometrics 21 (1979) 239–245: each key's range is cut into as many
//! strata as there are points, a value is drawn from each, and the strata of the keys are matched at random.

use crate::kernel::stream::{Purpose, Stream, Streams};
use crate::scenario::{Design, Vary};

/// The values of each point, in the order of the keys. Of a grid, the last key changes first.
pub(super) fn points(varied: &[Vary], design: Design, seed: u64) -> Vec<Vec<String>> {
    match design {
        Design::Grid => grid(varied),
        Design::Lhs(points) => hypercube(varied, points, seed),
    }
}

fn grid(varied: &[Vary]) -> Vec<Vec<String>> {
    let mut points = vec![Vec::new()];
    for vary in varied {
        let longer = |point: &Vec<String>| {
            let point = point.clone();
            (0..vary.count()).map(move |place| [point.clone(), vec![vary.value(place)]].concat())
        };
        points = points.iter().flat_map(longer).collect();
    }
    points
}

/// Each key has a stream of its own, so that one more key changes nothing of the others.
fn hypercube(varied: &[Vary], points: u32, seed: u64) -> Vec<Vec<String>> {
    let streams = Streams::new(seed, 0);
    let columns: Vec<Vec<String>> = (0..)
        .zip(varied)
        .map(|(key, vary)| {
            let mut stream = streams.stream(Purpose::Design, key, 0);
            let strata = shuffled(points, &mut stream);
            let value = |stratum| vary.value(place(stratum, points, vary.count(), stream.bits()));
            strata.into_iter().map(value).collect()
        })
        .collect();
    (0..points as usize).map(|point| columns.iter().map(|column| column[point].clone()).collect()).collect()
}

/// The place of a value in a stratum: ⌊(stratum + u) · values / strata⌋, where u in [0, 1) are these bits.
fn place(stratum: u32, strata: u32, values: u64, bits: u64) -> u64 {
    let (bits, values) = (u128::from(bits >> 11), u128::from(values));
    let share = (u128::from(stratum) << 53) + bits;
    ((share * values / u128::from(strata)) >> 53) as u64
}

/// The numbers below `count` in an order of chance: R. Durstenfeld, "Algorithm 235: Random permutation", Comm. ACM 7 (1964)
/// 420.
fn shuffled(count: u32, stream: &mut Stream) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    for last in (1..order.len()).rev() {
        let other = (u128::from(stream.bits()) * (last as u128 + 1)) >> 64;
        order.swap(last, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn varied(texts: &[&str]) -> Vec<Vary> {
        texts.iter().map(|text| Vary::parse(text).expect("a key with its values")).collect()
    }

    #[test]
    fn in_a_grid_the_last_key_changes_first() {
        let points = points(&varied(&["a.x=1,2", "a.y=low,high", "a.z=1min..2min:1min"]), Design::Grid, 1);
        let points: Vec<String> = points.iter().map(|point| point.join(" ")).collect();
        assert_eq!(
            points,
            [
                "1 low 1min",
                "1 low 2min",
                "1 high 1min",
                "1 high 2min",
                "2 low 1min",
                "2 low 2min",
                "2 high 1min",
                "2 high 2min"
            ]
        );
    }

    #[test]
    fn in_a_hypercube_each_stratum_of_each_key_is_hit_once() {
        let keys =
            varied(&["a.whole=1..40", "a.share=0.001..1.0:0.001", "a.length=1s..40min:1s", "a.word=x,y"]);
        for seed in 1..=20 {
            let points = points(&keys, Design::Lhs(40), seed);
            assert_eq!(points.len(), 40);
            let strata = |key: usize, stratum: &dyn Fn(u64) -> u64| -> BTreeSet<u64> {
                let place =
                    |value: &String| (0..keys[key].count()).find(|&place| keys[key].value(place) == *value);
                points.iter().map(|point| stratum(place(&point[key]).expect("one of its values"))).collect()
            };
            // As many values as points: each once. Otherwise the place of the value tells the stratum.
            assert_eq!(strata(0, &|place| place), (0..40).collect());
            assert_eq!(strata(1, &|place| place / 25), (0..40).collect(), "{seed}");
            assert_eq!(strata(2, &|place| place / 60), (0..40).collect(), "{seed}");
            assert_eq!(points.iter().filter(|point| point[3] == "x").count(), 20);
            assert!(points.iter().all(|point| point[0].parse::<u32>().is_ok()));
        }
    }

    #[test]
    fn another_key_leaves_the_others_alone_and_another_seed_does_not() {
        let of = |texts: &[&str], seed| points(&varied(texts), Design::Lhs(9), seed);
        let (one, two) = (of(&["a.x=1..900"], 3), of(&["a.x=1..900", "a.y=1..900"], 3));
        assert_eq!(one, two.iter().map(|point| vec![point[0].clone()]).collect::<Vec<_>>());
        assert_ne!(
            two.iter().map(|point| &point[0]).collect::<Vec<_>>(),
            two.iter().map(|point| &point[1]).collect::<Vec<_>>()
        );
        assert_ne!(one, of(&["a.x=1..900"], 4));
    }

    #[test]
    fn golden_hypercube() {
        let points = points(&varied(&["a.x=1..100", "a.y=0.0..1.0"]), Design::Lhs(4), 7);
        let points: Vec<String> = points.iter().map(|point| point.join(" ")).collect();
        assert_eq!(points.join(", "), "29 0.3052, 85 0.8212, 8 0.0566, 59 0.6158");
    }
}
