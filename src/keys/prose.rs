//! Prose in lines: a line ends between two words, and never between a number and what belongs to it.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// A blank at which no line ends.
pub const BOUND: char = '\u{a0}';

/// Units of time, which stay with their number and with the next smaller part of a length: `8 min 13 s`.
const TIMES: [&str; 5] = ["days", "day", "h", "min", "s"];

/// `text` in lines of at most `width` columns, each with its line break: the first begins with `first`, the others with
/// `rest`. A word longer than a line stays whole.
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(separator())
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut lines = String::new();
    for line in textwrap::wrap(&bind(text), options) {
        lines += &unbind(&line);
        lines.push('\n');
    }
    lines
}

/// Where lines may end: at blanks, and not at hyphens or dashes, which are part of names.
pub(super) fn separator() -> WordSeparator {
    WordSeparator::AsciiSpace
}

/// The text with every blank that must not end a line made [`BOUND`].
pub fn bind(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut bound = String::with_capacity(text.len());
    for (index, word) in words.iter().enumerate() {
        bound += word;
        let Some(next) = words.get(index + 1) else { break };
        let after = words.get(index + 2).copied().unwrap_or_default();
        bound.push(if belong(word, next, after) { BOUND } else { ' ' });
    }
    bound
}

/// The text with blanks that are blanks again.
pub fn unbind(text: &str) -> String {
    text.replace(BOUND, " ")
}

/// Whether two words stay on one line: a number with what it counts, an interval with its mean, a relation with its right
/// side, and the parts of one length of time. `after` is the word that follows them.
fn belong(word: &str, next: &str, after: &str) -> bool {
    if word.is_empty() || next.is_empty() {
        return false;
    }
    let relation = ["±", "<", "<=", ">", ">=", "=="].contains(&word);
    is_number(word) || next == "±" || relation || TIMES.contains(&word) && is_number(next) && is_time(after)
}

/// Whether it is a number that its sentence goes on after: `1,000`, `(−0.5`, `<0.1`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['(', '+', '-', '−', '<', '~', '"']);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.')
}

fn is_time(word: &str) -> bool {
    TIMES.contains(&word.trim_end_matches([',', '.', ';', ':', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_is_one_word() {
        for (text, words) in [
            ("at 8 min 13 s ± 4.3 s, then", &["at", "8 min 13 s ± 4.3 s,", "then"][..]),
            ("50.0 ± <0.1 % refused", &["50.0 ± <0.1 %", "refused"]),
            ("in 1 of 1,000 bursts.", &["in", "1 of", "1,000 bursts."]),
            ("2 h and 10 tickets", &["2 h", "and", "10 tickets"]),
            ("mean < 0.35 (upper", &["mean", "< 0.35 (upper"]),
            ("by 12.  Two", &["by", "12.", "", "Two"]),
            ("unsafe-parallel – held", &["unsafe-parallel", "–", "held"]),
        ] {
            assert_eq!(bind(text).split(' ').map(unbind).collect::<Vec<_>>(), words, "{text}");
        }
    }

    #[test]
    fn no_line_is_too_long_and_none_parts_a_number_from_its_unit() {
        let text = "unsafe-parallel is through after 8 min 13 s ± 4.3 s, with 50.0 ± <0.1 % refused";
        for width in 24..80 {
            let lines = wrap(text, width, "> ", "    ");
            assert!(lines.lines().all(|line| line.chars().count() <= width), "{width}: {lines}");
            assert!(lines.starts_with("> unsafe-parallel"), "{lines}");
            assert!(
                lines.contains("8 min 13 s ± 4.3 s,") && lines.contains("50.0 ± <0.1 %"),
                "{width}: {lines}"
            );
        }
    }

    #[test]
    fn a_word_longer_than_a_line_stays_whole() {
        assert_eq!(
            wrap("a quite-unreasonably-long word", 8, "", " "),
            "a\n quite-unreasonably-long\n word\n"
        );
        assert_eq!(wrap("", 8, "", ""), "\n");
    }
}
