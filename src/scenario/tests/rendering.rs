//! How problems look in a terminal.

use super::*;

/// The problems of a minimal scenario with `old` replaced by `new`, drawn without colour.
fn drawn(old: &str, new: &str) -> String {
    read(&MINIMAL.replace(old, new)).expect_err("the scenario is wrong").render(false, 90)
}

#[test]
fn a_value_is_underlined_in_its_line() {
    assert_eq!(
        drawn("tickets = 30", "tickets = \"thirty\"  # a count"),
        "  × `burst.tickets` is the string \"thirty\"
   ╭─[test.toml:3:11]
 3 │ tickets = \"thirty\"  # a count
   ·           ────┬───
   ·               ╰── expected a whole number from 1 to 100000000
   ╰────
"
    );
}

#[test]
fn a_key_is_underlined_and_the_nearest_suggested() {
    assert_eq!(
        drawn("over =", "ovr ="),
        "  × unknown key `ovr` in `burst.arrivals.uniform`
   ╭─[test.toml:4:26]
 4 │ arrivals = { uniform = { ovr = \"2min\" } }
   ·                          ───
   ╰────
  help: did you mean `over`?
"
    );
}

#[test]
fn what_is_missing_is_shown_where_it_belongs() {
    assert_eq!(
        drawn("kind = \"parallel\"", ""),
        "  × `discipline[0].kind` is missing
   ╭─[test.toml:7:1]
 7 │ [[discipline]]
   · ──────────────
   ╰────
  help: write kind = \"parallel\"
"
    );
    assert_eq!(
        drawn("name = \"minimal\"", ""),
        "  × test.toml: `name` is missing\n  help: write name = \"monday-30\"\n"
    );
}

#[test]
fn problems_stand_apart_and_long_values_are_cut_at_their_first_line() {
    assert_eq!(
        drawn("technicians = 2", "technicians = [\n 2,\n 3]\nhours = \"é\""),
        "  × `desk.technicians` is a list
   ╭─[test.toml:6:15]
 6 │ technicians = [
   ·               ┬
   ·               ╰── expected a whole number from 1 to 1000000
   ╰────

  × `desk.hours` is the string \"é\"
   ╭─[test.toml:9:9]
 9 │ hours = \"é\"
   ·         ─┬─
   ·          ╰── expected working hours such as \"08:00-17:00\", or \"always\"
   ╰────
"
    );
}

#[test]
fn a_place_with_nothing_in_it_is_marked_before() {
    assert_eq!(
        drawn("name = \"minimal\"", "name ="),
        "  × not valid TOML: a value is missing
   ╭─[test.toml:1:7]
 1 │ name =
   ·      ┬
   ·      ╰── expected a value such as \"text\", 3, true or [1, 2]
   ╰────
"
    );
}

#[test]
fn a_flag_is_shown_as_it_was_typed() {
    let error = read_with(MINIMAL, &["desk.technicians=0"]).expect_err("nobody works there");
    assert_eq!(
        error.render(false, 90),
        "  × `desk.technicians` is the number 0
   ╭─[command line:1:24]
 1 │ --set desk.technicians=0
   ·                        ┬
   ·                        ╰── expected a whole number from 1 to 1000000
   ╰────
"
    );
}

#[test]
fn colour_is_used_when_asked_for() {
    let error = read(&MINIMAL.replace("30", "0")).expect_err("no tickets");
    assert!(error.render(true, 90).contains("\u{1b}["));
    assert!(!error.render(false, 90).contains('\u{1b}'));
}
