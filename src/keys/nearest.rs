//! The known name that a misspelt one was probably meant to be.

/// The name of `known` closest to `typed`, if it is close enough to be a slip of the pen. Case is ignored.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes time in proportion to the product of the lengths.
    if typed.len() > 100 {
        return None;
    }
    let typed = typed.to_lowercase();
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            // A prefix, as in `tech` for `technicians`, is close, though many letters are missing.
            let is_beginning = typed.len() >= 4 && lower.starts_with(&typed);
            let distance = strsim::damerau_levenshtein(&typed, &lower);
            (if is_beginning { distance.min(allowed) } else { distance }, name)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
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
}
