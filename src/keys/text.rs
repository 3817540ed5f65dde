//! The gate for text that goes out: one function for each kind of reader, which makes text harmless for it.
//!
//! Names come from exports and from scenarios that strangers wrote. A character that does something where others show
//! something ([`is_hidden`]) is written as an escape, `\u{1b}`, whoever reads; what else a reader would act upon is
//! taken care of by its function. What a program prints passes [`printed`] last, whatever became of it before.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character does not show: control characters, directional and other invisible format characters, separators of
/// lines and paragraphs, and code points that are no characters.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
        || c as u32 & 0xfffe == 0xfffe
}

/// The first control character of a text. Names have none, wherever they come from: each source refuses them in its place.
/// Other hidden characters are parts of names in some scripts; they are shown as escapes.
pub fn control(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control())
}

/// Text within a line, for people: everything hidden is escaped, line breaks included.
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false, |out, c| out.extend(c.escape_default()))
}

/// What may pass [`printed`] besides plain lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Nothing.
    Nothing,
    /// Sequences that set colours.
    Colour,
    /// Workflow commands, which an exporter has made on purpose.
    Commands,
}

/// Lines for a terminal or the log of a CI job. A line that the job's runner would take for a command (`::error::`,
/// `##[error]`, `##vso[task]`) gets a backslash where the command would begin or its bracket opens.
pub fn printed(text: &str, allowed: Allowed) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = escaped(
            line,
            |rest| rest.starts_with('\n') || is_colour(rest, allowed),
            |out, c| {
                out.extend(c.escape_default());
            },
        );
        if allowed == Allowed::Commands {
            out += &line;
            continue;
        }
        let body = line.trim_start();
        out += &line[..line.len() - body.len()];
        if body.starts_with("::") {
            out.push('\\');
        }
        without_brackets(&mut out, body, "\\[");
    }
    out
}

/// Whether the text begins with a sequence that sets colours, and that is allowed.
fn is_colour(rest: &str, allowed: Allowed) -> bool {
    allowed == Allowed::Colour
        && rest.strip_prefix("\u{1b}[").is_some_and(|rest| {
            rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
        })
}

/// Appends the text, the opening bracket of each `##word[` written as `bracket`.
fn without_brackets(out: &mut String, text: &str, bracket: &str) {
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let word = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let end = rest.len() - word.len();
        if word.starts_with('[') {
            out.extend([&rest[..end], bracket]);
            rest = &rest[end + 1..];
        } else {
            // The second of the two signs may be the first of the next two.
            *out += &rest[..=at];
            rest = &rest[at + 1..];
        }
    }
    *out += rest;
}

/// The message of a workflow command; line breaks and percent signs as GitHub's runner decodes them.
pub fn command_data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    shown(&text).into_owned()
}

/// A property of a workflow command: as its message, and without what ends a property.
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text that Markdown shows as it stands, on one line: no markup, no HTML, no link, no mathematics.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = shown(text);
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let acts = match c {
            '\\' | '|' | '`' | '*' | '_' | '<' | '[' | ']' | '#' | '~' | '&' | '$' => true,
            // Would begin a list or underline a heading.
            '-' | '+' | '=' => at == 0,
            // Addresses are links without any markup.
            ':' => rest.starts_with("://"),
            '.' => at >= 3 && text.as_bytes()[at - 3..at].eq_ignore_ascii_case(b"www"),
            _ => false,
        };
        if acts {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text as the cell of a table that a spreadsheet may open. One that the spreadsheet would calculate, as it begins with
/// `=`, `+`, `-` or `@` and is no number, gets an apostrophe in front; so does one that begins with apostrophes and then
/// such a character, so that taking one apostrophe away gives the text again.
pub fn cell(text: &str) -> Cow<'_, str> {
    let text = shown(text);
    let acts = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if acts && !is_number(&text) { Cow::Owned(format!("'{text}")) } else { text }
}

/// Whether a spreadsheet takes the text for a number, which calculates nothing.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && text.parse::<f64>().is_ok()
}

/// A text as the cell of a workbook, which has a type: nothing in it is calculated. What is longer than a cell may be is cut,
/// and one that what writes workbooks takes for markup of its own gets a blank behind it.
pub fn typed_cell(text: &str) -> Cow<'_, str> {
    /// What Excel takes, in units of UTF-16.
    const LONGEST: usize = 32_767;
    let mut text = shown(text);
    if text.len() > LONGEST && text.encode_utf16().count() > LONGEST {
        let mut units = 0;
        let fits = text.char_indices().find(|(_, c)| {
            units += c.len_utf16();
            units >= LONGEST
        });
        let end = fits.map_or(text.len(), |(at, _)| at);
        text = Cow::Owned(format!("{}…", &text[..end]));
    }
    if text.starts_with("<r>") && text.ends_with("</r>") { Cow::Owned(format!("{text} ")) } else { text }
}

/// Text as the content of an XML element. What XML forbids is hidden and so escaped.
pub fn xml(text: &str) -> String {
    shown(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A JSON document with everything hidden, and the bracket of each `##word[`, in the escapes of JSON: it means the same.
pub fn json(document: &str) -> String {
    let document = escaped(
        document,
        |rest| rest.starts_with('\n'),
        |out, c| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    );
    let mut out = String::with_capacity(document.len());
    without_brackets(&mut out, &document, "\\u005b");
    out
}

/// A quoted TOML string with everything hidden in the escapes of TOML: it means the same.
pub fn toml(quoted: &str) -> Cow<'_, str> {
    escaped(
        quoted,
        |_| false,
        |out, c| {
            let _ = write!(out, "\\U{:08x}", c as u32);
        },
    )
}

/// The text, each hidden character as `write` has it, but for one with which a part begins that `keeps`.
fn escaped(text: &str, keeps: impl Fn(&str) -> bool, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    let acts = |at: usize, c: char| is_hidden(c) && !joins(text, at) && !keeps(&text[at..]);
    let Some((first, _)) = text.char_indices().find(|&(at, c)| acts(at, c)) else {
        return Cow::Borrowed(text);
    };
    let mut out = text[..first].to_owned();
    for (at, c) in text[first..].char_indices() {
        if acts(first + at, c) { write(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Whether the character at `at` is a joiner or its opposite between letters or emoji that may need it.
fn joins(text: &str, at: usize) -> bool {
    let takes = |c: char| !c.is_ascii() && !is_hidden(c);
    let mut rest = text[at..].chars();
    matches!(rest.next(), Some('\u{200c}' | '\u{200d}'))
        && rest.next().is_some_and(takes)
        && text[..at].chars().next_back().is_some_and(takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_escaped_and_what_shows_stays() {
        for (text, expected) in [
            ("Ann\u{1b}[31m", "Ann\\u{1b}[31m"),
            ("\u{7}\0\u{9b}2J", "\\u{7}\\u{0}\\u{9b}2J"),
            ("\u{202e}exe.\u{2066}\u{200b}", "\\u{202e}exe.\\u{2066}\\u{200b}"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{ffff}\u{fdd0}\u{1fffe}\u{e0041}\u{feff}", "\\u{ffff}\\u{fdd0}\\u{1fffe}\\u{e0041}\\u{feff}"),
            ("Zoë 日本 e\u{301} ✓ \u{fffd}", "Zoë 日本 e\u{301} ✓ \u{fffd}"),
            ("👩\u{200d}💻 می\u{200c}خواهم", "👩\u{200d}💻 می\u{200c}خواهم"),
            ("a\u{200d}b\u{200c}", "a\\u{200d}b\\u{200c}"),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(control("Ann\u{85}"), Some('\u{85}'));
        assert_eq!(control("\u{202e}"), None);
    }

    #[test]
    fn no_line_is_a_command_and_only_colours_pass_that_are_asked_for() {
        let text = "a ::x::\n  ::error::b\n##[group]c ##vso[task.x]##\n\u{1b}[31m✗\u{1b}[0m\u{1b}[2J\u{7}";
        let plain = printed(text, Allowed::Nothing);
        assert_eq!(
            plain,
            "a ::x::\n  \\::error::b\n##\\[group]c ##vso\\[task.x]##\n\\u{1b}[31m✗\\u{1b}[0m\\u{1b}[2J\\u{7}"
        );
        assert_eq!(printed(&plain, Allowed::Nothing), plain);
        let coloured = printed(text, Allowed::Colour);
        assert!(coloured.ends_with("\u{1b}[31m✗\u{1b}[0m\\u{1b}[2J\\u{7}"), "{coloured:?}");
        assert_eq!(printed("::error::b\u{1b}\n", Allowed::Commands), "::error::b\\u{1b}\n");
    }

    #[test]
    fn annotations_are_of_one_line_and_their_properties_of_one_part() {
        assert_eq!(command_data("50 %\r\n::error::\u{1b}"), "50 %25%0D%0A::error::\\u{1b}");
        assert_eq!(command_property("a:b,c%"), "a%3Ab%2Cc%25");
    }

    #[test]
    fn markdown_shows_text_as_it_stands() {
        assert_eq!(markdown("a|b\n*c*"), "a\\|b\\\\n\\*c\\*");
        assert_eq!(markdown("- <b>&amp; $x$ [l](u)"), "\\- \\<b>\\&amp; \\$x\\$ \\[l\\](u)");
        assert_eq!(markdown("see http://a.b or WWW.c.d, a - b"), "see http\\://a.b or WWW\\.c.d, a - b");
    }

    #[test]
    fn a_spreadsheet_calculates_no_text_and_the_text_can_be_had_again() {
        for (text, expected) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+49 30 1", "'+49 30 1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("-inf", "'-inf"),
            ("-2.5e3", "-2.5e3"),
            ("\t=x", "\\t=x"),
            ("＝x", "'＝x"),
            ("'=x", "''=x"),
            ("'tis", "'tis"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
            if let Some(rest) = expected.strip_prefix('\'').filter(|_| expected != "'tis") {
                assert_eq!(rest, text);
            }
        }
    }

    #[test]
    fn a_cell_of_a_workbook_has_the_text_as_far_as_it_may_be_long_and_no_markup() {
        for (text, expected) in [
            ("=1+1", "=1+1"),
            ("<r><t>x</t></r>", "<r><t>x</t></r> "),
            ("<r>", "<r>"),
            ("a\u{1b}\nb", "a\\u{1b}\\nb"),
        ] {
            assert_eq!(typed_cell(text), expected);
        }
        for (unit, most) in [("a", 32_767), ("日", 32_767), ("𝄞", 16_383)] {
            assert_eq!(typed_cell(&unit.repeat(most)), unit.repeat(most));
            let cut = typed_cell(&unit.repeat(most + 1)).into_owned();
            let units = cut.encode_utf16().count();
            assert!(cut.ends_with('…') && (32_766..=32_767).contains(&units), "{units}");
        }
    }

    #[test]
    fn documents_mean_the_same_with_everything_hidden_escaped() {
        let text = "\u{7f}\u{9b}\u{202e}\u{e0041}\u{1fffe} ##[x] ##vso[y]\n";
        let document = serde_json::to_string_pretty(&vec![text]).expect("a list of text");
        let escaped = json(&document);
        assert!(!escaped.chars().any(|c| is_hidden(c) && c != '\n') && !escaped.contains("##["), "{escaped}");
        assert_eq!(printed(&escaped, Allowed::Nothing), escaped);
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).expect("JSON"), [text]);
        let quoted = serde_json::Value::from(text).to_string();
        let document = format!("a = {}", toml(&quoted));
        assert!(!document.chars().any(is_hidden));
        let read: ::toml::Table = document.parse().expect("TOML");
        assert_eq!(read["a"].as_str(), Some(text));
        assert_eq!(xml("a\u{ffff}<&>\u{1b}"), "a\\u{ffff}&lt;&amp;&gt;\\u{1b}");
    }
}
