//! The known name that a misspelt one was probably meant to be.

use super::wording;

/// Longer names are not compared, as that takes time in proportion to the product of the lengths.
const LONGEST: usize = 100;

/// The name of `known` closest to `typed`, if it is close enough to be a slip of the pen. Case is ignored.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = typed.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    let distance = |typed: &str, name: &str| {
        // A prefix, as in `tech` for `technicians`, is close, though many letters are missing.
        let is_beginning = typed.len() >= 4 && name.starts_with(typed);
        let distance = strsim::damerau_levenshtein(typed, name);
        if is_beginning { distance.min(allowed) } else { distance }
    };
    let (distance, name) = ranked(typed, known, distance).into_iter().next()?;
    (distance <= allowed).then_some(name)
}

/// The names of `known` by their likeness to `typed`, the closest first; none if `typed` is longer than any name.
pub fn closest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    ranked(typed, known, strsim::damerau_levenshtein).into_iter().map(|(_, name)| name).collect()
}

/// The name that shares its initial and a word with `typed` and is like it by half: "Andrew Doe" for "Andy Doe".
pub fn kindred<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |typed: &str, name: &str| {
        let is_kin = name.chars().next() == typed.chars().next()
            && name.split_whitespace().any(|word| typed.split_whitespace().any(|other| word == other));
        let distance = strsim::damerau_levenshtein(typed, name);
        let longest = typed.chars().count().max(name.chars().count());
        if is_kin && 2 * distance <= longest { distance } else { usize::MAX }
    };
    let (distance, name) = ranked(typed, known, distance).into_iter().next()?;
    (distance < usize::MAX).then_some(name)
}

/// What helps where `typed` is not among the `known` names: the one that was probably meant, else which there are.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(close) = nearest(typed, known.clone()) {
        return Some(format!("did you mean \"{close}\"?"));
    }
    let names: Vec<_> = known.into_iter().map(wording::whole).collect();
    (!names.is_empty()).then(|| format!("known names: {}", wording::row(&names)))
}

/// The names with their distances to `typed`, in lower case all, the smallest distance first and equals in their order.
fn ranked<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
    distance: impl Fn(&str, &str) -> usize,
) -> Vec<(usize, &'a str)> {
    if typed.len() > LONGEST {
        return Vec::new();
    }
    let typed = typed.to_lowercase();
    let known = known.into_iter();
    let mut ranked: Vec<_> = known.map(|name| (distance(&typed, &name.to_lowercase()), name)).collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let known = ["technicians", "technician", "team", "hours", "mode"];
        for (typed, name) in [
            ("tecnicians", Some("technicians")),
            ("Hours", Some("hours")),
            ("hour", Some("hours")),
            ("mdoe", Some("mode")),
            ("tech", Some("technicians")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known), name, "{typed}");
        }
        assert_eq!(nearest(&"é".repeat(1000), known), None);
    }

    #[test]
    fn names_are_ranked_whatever_their_distance() {
        assert_eq!(closest("T-12", ["T-100", "t-121", "T-112", "X"]), ["t-121", "T-112", "T-100", "X"]);
        assert_eq!(closest(&"x".repeat(1000), ["T-1"]), [""; 0]);
    }

    #[test]
    fn another_form_of_a_first_name_is_kin() {
        assert_eq!(kindred("Andy Doe", ["Bob Doe", "Andrew Doe"]), Some("Andrew Doe"));
        assert_eq!(kindred("Andy Doe", ["Bob Doe", "Andrew Roe"]), None);
    }

    #[test]
    fn where_nothing_is_close_ten_names_and_their_number_are_told() {
        let help = |typed: &str, known: &[&str]| did_you_mean(typed, known.iter().copied());
        assert_eq!(help("Blot", &["Acme", "Bolt"]).as_deref(), Some("did you mean \"Bolt\"?"));
        assert_eq!(help("Cog", &["Acme", "Bolt"]).as_deref(), Some("known names: Acme, Bolt"));
        assert_eq!(help("Cog", &[]), None);
        let many: Vec<String> = (0..300).map(|number| format!("Company {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(help("Cog", &many).is_some_and(|text| text.ends_with(", Company 9 and 290 more")));
    }
}
