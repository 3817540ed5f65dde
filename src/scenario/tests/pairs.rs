//! Any two mistakes in two places: both are reported, whatever their kinds.

use super::*;

/// A scenario in which much can go wrong.
const GOOD: &str = r#"name = "pairs"
seed = 3
[burst]
tickets = 20
arrivals = { uniform = { over = "4min" } }
companies = { Acorn = 2, Beech = 1 }
categories = { mail = 1, wifi = 1 }
boards = { Desk = 3, Field = 1 }
[desk]
hours = "08:00-16:00"
[[desk.team]]
name = "Desk"
[[desk.team]]
name = "Field"
[[desk.technician]]
name = "Ida"
teams = ["Desk"]
history = { mail = 0.8 }
[[desk.technician]]
name = "Jon"
teams = ["Field"]
[dispatch]
mode = "owner-and-slot"
slot = "45min"
boards = ["Desk"]
statuses = ["New"]
companies = ["Acorn", "Beech"]
excluded_companies = ["Beech"]
[[dispatch.sop]]
companies = ["Acorn"]
categories = ["wifi"]
assign_to = ["Ida"]
[triage]
board = { latency = "5s", error_rate = 0.1 }
[ranker]
temperature = 0.2
[calendar]
lease = "2min"
[[discipline]]
kind = "parallel"
alternatives = 2
[[discipline]]
kind = "sequential"
[experiment]
disciplines = ["parallel", "sequential"]
replications = 20
records = 2
[thresholds]
"parallel.conflict_rate" = ["mean < 0.5"]
dispatch_delay = ["p(95) < 10min"]
makespan = ["mean < 1h"]
"#;

/// Mistakes, each with what it replaces and what is said of it.
const MISTAKES: [(&str, &str, &str); 32] = [
    ("seed = 3", "seed = -3", "`seed` is the number -3"),
    ("seed = 3", "sead = 3", "unknown key `sead`"),
    ("tickets = 20", "tickets = \"many\"", "`burst.tickets` is the string \"many\""),
    (
        "arrivals = { uniform = { over = \"4min\" } }",
        "arrivals = \"uniform\"",
        "`burst.arrivals` is the string",
    ),
    ("over = \"4min\"", "over = 4", "`burst.arrivals.uniform.over` is the number 4"),
    ("Acorn = 2", "Acorn = -2", "`burst.companies.Acorn` is the number -2"),
    ("wifi = 1", "wifi = \"x\"", "`burst.categories.wifi` is the string"),
    ("Field = 1", "Feild = 1", "no team serves a board \"Feild\""),
    ("hours = \"08:00-16:00\"", "hours = \"8-16\"", "`desk.hours` is the string \"8-16\""),
    ("name = \"Jon\"", "name = \"Ida\" # again", "two technicians \"Ida\""),
    ("teams = [\"Desk\"]", "teams = [\"Desk\", \"Dsek\"]", "there is no team \"Dsek\""),
    ("{ mail = 0.8 }", "{ male = 0.8 }", "no category \"male\" in the burst"),
    ("mode = \"owner-and-slot\"", "mode = \"owner\"", "`dispatch.mode` is the string \"owner\""),
    ("slot = \"45min\"", "slot = \"45s\"", "`dispatch.slot` is the string \"45s\""),
    ("boards = [\"Desk\"]", "boards = [\"Dekk\"]", "the desk has no board \"Dekk\""),
    ("statuses = [\"New\"]", "statuses = [\"Neww\"]", "no ticket arrives in status \"Neww\""),
    ("companies = [\"Acorn\", \"Beech\"]", "companies = [\"Acron\", \"Beech\"]", "no company \"Acron\""),
    ("excluded_companies = [\"Beech\"]", "excluded_companies = [\"Beach\"]", "no company \"Beach\""),
    ("companies = [\"Acorn\"]\n", "companies = [\"Acom\"]\n", "no company \"Acom\""),
    ("categories = [\"wifi\"]", "categories = [\"wfii\"]", "no category \"wfii\""),
    ("assign_to = [\"Ida\"]", "assign_to = [\"Idda\"]", "no technician \"Idda\""),
    (
        "assign_to = [\"Ida\"]",
        "assign_to = [\"Ida\"]\nleave_to_people = true",
        "has both assign_to and leave_to_people",
    ),
    ("error_rate = 0.1", "error_rate = 10", "`triage.board.error_rate` is the number 10"),
    ("temperature = 0.2", "temperature = \"warm\"", "`ranker.temperature` is the string"),
    ("lease = \"2min\"", "leese = \"2min\"", "unknown key `leese`"),
    ("kind = \"parallel\"", "kind = \"paralel\"", "`discipline[0].kind` is the string \"paralel\""),
    ("alternatives = 2", "alternatives = -2", "`discipline[0].alternatives` is the number -2"),
    (
        "[\"parallel\", \"sequential\"]",
        "[\"parallel\", \"sequentail\"]",
        "no discipline named \"sequentail\"",
    ),
    ("records = 2", "records = 21", "`experiment.records` is 21"),
    ("\"parallel.conflict_rate\"", "\"parralel.conflict_rate\"", "no discipline named `parralel`"),
    ("dispatch_delay = ", "dispatch_dealy = ", "there is no metric `dispatch_dealy`"),
    ("\"mean < 1h\"", "\"mean < 1\"", "has no unit"),
];

#[test]
fn any_two_mistakes_are_reported_together() {
    assert!(read(GOOD).is_ok(), "{:?}", read(GOOD).err().map(|error| error.to_string()));
    let mut checked = 0;
    for (index, one) in MISTAKES.iter().enumerate() {
        let single = made(&[one]);
        assert_eq!(single.len(), 1, "{}: {single:#?}", one.1);
        for other in &MISTAKES[index + 1..] {
            // Two mistakes in one place are one, and so is one inside the other.
            if !GOOD.replacen(one.0, one.1, 1).contains(other.0)
                || !GOOD.replacen(other.0, other.1, 1).contains(one.0)
            {
                continue;
            }
            let found = made(&[one, other]);
            for (_, bad, part) in [one, other] {
                assert!(found.iter().any(|line| line.contains(part)), "{bad}: no {part} in {found:#?}");
            }
            assert_eq!(found.len(), 2, "{} and {}: {found:#?}", one.1, other.1);
            checked += 1;
        }
    }
    assert!(checked > 450, "{checked}");
}

/// The problems of [`GOOD`] with these mistakes, one line each.
fn made(mistakes: &[&(&str, &str, &str)]) -> Vec<String> {
    let mut text = GOOD.to_owned();
    for (good, bad, _) in mistakes {
        assert!(text.contains(good), "{good}");
        text = text.replacen(good, bad, 1);
    }
    bad::problems(&text)
}
