//! Mutations of a file: of its bytes, of its words, of its lines.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Words that something may not expect: ends of ranges, other types, and text that drives what shows it.
const WORDS: [&str; 54] = [
    "0",
    "1",
    "-1",
    "0.5",
    "1e308",
    "-0.0",
    "nan",
    "inf",
    "255",
    "4294967296",
    "9223372036854775807",
    "100000000",
    "true",
    "[]",
    "{}",
    "[[",
    "]]",
    "=",
    "\"\"",
    "\"0s\"",
    "\"1us\"",
    "\"365250d\"",
    "\"always\"",
    "\"00:00-24:00\"",
    "\"2026-11-23T08:00\"",
    "\"9999-12-31T23:59\"",
    "\"America/New_York\"",
    "\"p(95) < 10min\"",
    "{ exponential = { mean = \"25min\" } }",
    "[discipline]",
    "[[agent]]",
    "\"team-only\"",
    "\"owner-only\"",
    "\"batched\"",
    "\"subagents\"",
    "allow_outside = true",
    "\"../plain.toml\"",
    "\"/dev/zero\"",
    "\"minutes.csv\"",
    "\"\\u001b[2J\"",
    "\"\\u202e\"",
    "\"\\n::error::x\"",
    "\u{1b}]0;t\u{7}",
    "\u{9b}2J",
    "\u{202e}",
    "\0",
    "\n::error::x\n",
    "##[error]x",
    "=1+1",
    "@x",
    "<script>&",
    "`|`",
    "\u{ffff}",
    "e\u{301}日👩\u{200d}💻",
];

/// Changes a file in one place, or in two to four; `other` is a file to take lines from.
pub fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut ChaCha8Rng) {
    let places = if random.random() { 1 } else { random.random_range(2..=4) };
    for _ in 0..places {
        match random.random_range(0..10) {
            0 | 1 => change_bytes(bytes, random),
            2..=6 => replace_word(bytes, random),
            _ => change_lines(bytes, other, random),
        }
    }
}

fn change_bytes(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let start = random.random_range(0..=bytes.len());
    let end = (start + random.random_range(0..12)).min(bytes.len());
    match random.random_range(0..4) {
        0 => drop(bytes.drain(start..end)),
        1 => {
            let part = bytes[start..end].to_vec();
            drop(bytes.splice(start..start, part));
        }
        2 => bytes.insert(start, random.random()),
        _ => {
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
    }
}

/// Puts a word, from the list or from elsewhere in the file, in the place of another; mostly text in the place of text and
/// a number in that of a number.
fn replace_word(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let place = word_at(bytes, random);
    let is_quoted = bytes[place.clone()].starts_with(b"\"");
    let mut word = Vec::new();
    for _ in 0..random.random_range(1..8) {
        word = if random.random_range(0..4) == 0 {
            bytes[word_at(bytes, random)].to_vec()
        } else {
            WORDS[random.random_range(0..WORDS.len())].as_bytes().to_vec()
        };
        if word.starts_with(b"\"") == is_quoted {
            break;
        }
    }
    // Sometimes behind the word, which may be inside a string.
    let place = if random.random_range(0..4) == 0 { place.end..place.end } else { place };
    drop(bytes.splice(place, word));
}

/// Where some word is: a number, a name, a string in quotes.
fn word_at(bytes: &[u8], random: &mut ChaCha8Rng) -> std::ops::Range<usize> {
    let at = random.random_range(0..=bytes.len());
    let is_end = |byte: &u8| b" ,=[]{}\"\n".contains(byte);
    let start = bytes[..at].iter().rposition(is_end).map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(is_end).map_or(bytes.len(), |length| at + length);
    let is_quoted = start > 0 && bytes[start - 1] == b'"' && bytes.get(end) == Some(&b'"');
    if is_quoted { start - 1..end + 1 } else { start..end }
}

fn change_lines(bytes: &mut Vec<u8>, other: &[u8], random: &mut ChaCha8Rng) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (one, another) = (random.random_range(0..lines.len()), random.random_range(0..lines.len()));
    match random.random_range(0..4) {
        0 => drop(lines.remove(one)),
        1 => lines.swap(one, another),
        2 => lines.insert(another, lines[one].clone()),
        _ => {
            let lent: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
            if !lent.is_empty() {
                lines.insert(one, lent[random.random_range(0..lent.len())].to_vec());
            }
        }
    }
    *bytes = lines.concat();
}
