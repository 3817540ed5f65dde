//! How names and numbers are told in a sentence: lists that end after ten, things with their number.

use std::borrow::Cow;

use super::text::shown;

/// How many names a sentence lists.
const LISTED: usize = 10;

/// What is all meant: `a`, `a and b`, `a, b and c`. Of more than ten it lists ten and says how many more there are.
pub fn list<S: AsRef<str>>(names: &[S]) -> String {
    join(names, " and ", |more| format!(" and {more} more"))
}

/// Of which one is meant, listed likewise: `a`, `a or b`, `a, b or c`.
pub fn either<S: AsRef<str>>(names: &[S]) -> String {
    join(names, " or ", |more| format!(" or one of {more} more"))
}

/// What follows a colon, listed likewise: `a, b, c`.
pub fn row<S: AsRef<str>>(names: &[S]) -> String {
    join(names, ", ", |more| format!(" and {more} more"))
}

/// Each name in quotation marks, as it is shown.
pub fn quoted<S: AsRef<str>>(names: &[S]) -> Vec<String> {
    names.iter().map(|name| format!("\"{}\"", shown(name.as_ref()))).collect()
}

/// A name in a list, as one: in quotation marks where it would read as several or as none, or begins or ends with a blank.
pub fn whole(name: &str) -> Cow<'_, str> {
    let several = name.contains([',', ';']) || name.contains(" and ");
    if several || name.trim() != name || name.is_empty() {
        return Cow::Owned(format!("\"{name}\""));
    }
    Cow::Borrowed(name)
}

/// The text with its first letter in upper case.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A number of things: `1 claim`, `1,200 tokens`.
pub fn counted(number: u64, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {thing}{ending}", grouped(&number.to_string()))
}

/// A share as `1 in 271`, rounded so that it is not less; `None` where that is one in one, or in no end.
pub fn one_in(share: f64) -> Option<String> {
    let number = (1.0 / share).floor();
    (2.0..1e15).contains(&number).then(|| format!("1 in {}", grouped(&format!("{number:.0}"))))
}

/// Commas between groups of three digits.
pub fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The names with commas between them, `last` before the last one, or after ten of them what `rest` says of the others.
fn join<S: AsRef<str>>(names: &[S], last: &str, rest: impl Fn(String) -> String) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    match (names.len().saturating_sub(LISTED), shown.as_slice()) {
        (0, [first @ .., other]) if !first.is_empty() => first.join(", ") + last + other,
        (0, few) => few.concat(),
        (more, shown) => shown.join(", ") + &rest(grouped(&more.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_end_after_ten_names_and_say_how_many_are_left() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(either(&["a", "b", "c"]), "a, b or c");
        assert_eq!(row(&["a", "b", "c"]), "a, b, c");
        let many: Vec<String> = (1..=1210).map(|number| number.to_string()).collect();
        assert_eq!(list(&many[..10]), "1, 2, 3, 4, 5, 6, 7, 8, 9 and 10");
        assert_eq!(list(&many), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1,200 more");
        assert_eq!(either(&many[..11]), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 or one of 1 more");
        assert_eq!(row(&many[..11]), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more");
    }

    #[test]
    fn a_name_with_a_comma_stays_one() {
        assert_eq!(
            ["Birch, Elm & Co", "Acme", "", " x"].map(whole),
            ["\"Birch, Elm & Co\"", "Acme", "\"\"", "\" x\""]
        );
        assert_eq!(list(&quoted(&["Birch, Elm & Co", "Acme"])), "\"Birch, Elm & Co\" and \"Acme\"");
    }

    #[test]
    fn things_are_counted() {
        assert_eq!(counted(1, "claim"), "1 claim");
        assert_eq!(counted(0, "claim"), "0 claims");
        assert_eq!(counted(1200, "token"), "1,200 tokens");
    }
}
