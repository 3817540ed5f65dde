//! Agents, standing rules and triage: what their keys mean, and what is refused.

use super::bad::{minimal, problems};
use super::*;
use crate::domain::settings::{
    AgentSettings, OwnerRules, ReadOnlyRules, SlotRules, SopAction, SopRule, Stage, StageSettings,
};
use crate::keys::Named;

/// Every key of agents and triage that goes together.
pub(super) const AGENTS: &str = r#"name = "agents"
[burst]
tickets = 12
arrivals = { backlog = {} }
categories = { password = 0.5, network = 0.5 }
companies = { "Zeta Ltd" = 2, "Alpha Ltd" = 1 }
[desk]
[[desk.technician]]
name = "Ann"
[[desk.technician]]
name = "Bob"
[dispatch]
mode = "owner-only"
statuses = ["New", "Open"]
status_after = "Assigned"
max_active = 8
excluded_statuses = ["Waiting", "New"]
[[dispatch.sop]]
companies = ["Zeta Ltd"]
categories = ["network"]
priorities = [1, 2]
hours = "18:00-24:00"
weekdays = ["sat", "sun"]
assign_to = ["Bob"]
[[dispatch.sop]]
never_assign_to = ["Ann"]
[[agent]]
name = "day"
statuses = ["Reopened"]
[[agent]]
name = "night-2"
mode = "owner-and-slot"
slot = "1h"
status_after = "Scheduled"
[[agent.sop]]
hours = "00:00-06:00"
leave_to_people = true
[triage]
company = { latency = "5s", error_rate = 0.1 }
priority = {}
board = { latency = { exponential = { mean = "20s" } } }
contact = { error_rate = 0.2 }
agreement = { latency = "2s" }
summary = { latency = "7s" }
[[discipline]]
kind = "parallel"
[burst.statuses]
New = 2
Open = 1
Reopened = 1
"#;

/// The agents of [`MINIMAL`] with `keys` before its discipline.
fn agents(keys: &str) -> Vec<AgentSettings> {
    read(&with(keys)).unwrap_or_else(|error| panic!("{keys}: {error}")).agents
}

/// [`MINIMAL`] with `keys` before its discipline.
fn with(keys: &str) -> String {
    MINIMAL.replace("[[discipline]]", &format!("{keys}\n[[discipline]]"))
}

/// Asserts that [`MINIMAL`] with `keys` before its discipline has exactly these problems, in order.
#[track_caller]
fn refused(keys: &str, parts: &[&str]) {
    minimal("[[discipline]]", &format!("{keys}\n[[discipline]]"), parts);
}

#[test]
fn an_agent_that_is_not_stated_books_slots_for_every_ticket() {
    let scenario = read(MINIMAL).expect("right");
    let [agent] = scenario.agents.as_slice() else { panic!("one agent") };
    assert_eq!((agent.name.as_str(), agent.status_after.as_deref(), agent.sop.len()), ("dispatch", None, 0));
    assert!(matches!(agent.mode, ModeRules::OwnerAndSlot(_)));
    assert!(agent.trigger.statuses.is_empty() && scenario.desk.statuses.is_empty());
    assert_eq!(scenario.triage, None);
    let owner = agents("[dispatch]\nmode = \"owner-only\"");
    assert_eq!(owner[0].mode, ModeRules::OwnerOnly(OwnerRules::default()));
    assert_eq!(agents("[dispatch]\nmode = \"team-only\"")[0].mode, ModeRules::TeamOnly);
    let answers = |keys| agents(keys)[0].mode.clone();
    let plain = ModeRules::ReadOnly(ReadOnlyRules { rework: 0.0 });
    assert_eq!(answers("[dispatch]\nmode = \"read-only\""), plain);
    let fitted = ModeRules::ReadOnly(ReadOnlyRules { rework: 0.25 });
    assert_eq!(answers("[dispatch]\nmode = \"read-only\"\nrework = 0.25"), fitted);
}

#[test]
fn agents_have_what_dispatch_says_unless_they_say_otherwise() {
    let scenario = read(AGENTS).expect("right");
    let [day, night] = scenario.agents.as_slice() else { panic!("two agents") };
    assert_eq!((day.name.as_str(), night.name.as_str()), ("day", "night-2"));
    let ModeRules::OwnerOnly(rules) = &day.mode else { panic!("as [dispatch] says") };
    assert_eq!(rules.max_active, Some(8));
    assert_eq!(rules.excluded_statuses, ["Waiting", "New"]);
    let ModeRules::OwnerAndSlot(SlotRules { slot, .. }) = night.mode else { panic!("as the agent says") };
    assert_eq!(slot, SimDuration::from_hours(1));
    // Lists replace each other.
    assert_eq!(day.trigger.statuses, ["Reopened"]);
    assert_eq!(night.trigger.statuses, ["New", "Open"]);
    assert_eq!(day.status_after.as_deref(), Some("Assigned"));
    assert_eq!(night.status_after.as_deref(), Some("Scheduled"));
    assert_eq!((day.sop.len(), night.sop.len()), (2, 1));
    assert_eq!(night.sop[0].action, SopAction::LeaveToPeople);
    // What agents name but in their triggers, in order, each once; the excluded ones only where they are used.
    assert_eq!(scenario.desk.statuses, ["Assigned", "Waiting", "New", "Scheduled"].map(str::to_owned));
}

#[test]
fn standing_rules_have_conditions_and_one_action() {
    let scenario = read(AGENTS).expect("right");
    let sop = &scenario.agents[0].sop;
    assert_eq!(
        sop[0],
        SopRule {
            companies: vec!["Zeta Ltd".to_owned()],
            categories: vec!["network".to_owned()],
            priorities: vec![1, 2],
            hours: Some(1),
            action: SopAction::AssignTo(vec!["Bob".to_owned()]),
        }
    );
    assert_eq!(
        sop[1],
        SopRule {
            companies: vec![],
            categories: vec![],
            priorities: vec![],
            hours: None,
            action: SopAction::NeverAssignTo(vec!["Ann".to_owned()]),
        }
    );
    let daily = |from_minute, to_minute, weekdays| HoursPlan::Daily {
        from_minute,
        to_minute,
        weekdays,
        time_zone: None,
    };
    assert_eq!(scenario.desk.hours.len(), 3);
    assert_eq!(scenario.desk.hours[1], daily(1080, 1440, [false, false, false, false, false, true, true]));
    assert_eq!(scenario.desk.hours[2], daily(0, 360, [true; 7]));
    assert_eq!(scenario.agents[1].sop[0].hours, Some(2));
}

#[test]
fn hours_of_rules_are_shared_and_do_not_widen_the_working_day() {
    let rule = |keys: &str| format!("[[dispatch.sop]]\nleave_to_people = true\n{keys}\n");
    let desk = |keys: &str| read(&with(keys)).unwrap_or_else(|error| panic!("{keys}: {error}")).desk.hours;
    let work = "hours = \"08:00-17:00\"\nweekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]";
    assert_eq!(desk(&rule(work)).len(), 1, "the desk's own");
    let weekend = rule("weekdays = [\"sat\", \"sun\"]");
    let weekend_too = rule("hours = \"always\"\nweekdays = [\"sun\", \"sat\"]");
    let hours = desk(&format!("{weekend}{weekend_too}{}", rule("hours = \"always\"")));
    let weekdays = [false, false, false, false, false, true, true];
    let all_day = HoursPlan::Daily { from_minute: 0, to_minute: 1440, weekdays, time_zone: None };
    assert_eq!(hours[1..], [all_day, HoursPlan::Always]);
    // A slot of two hours still fits into no working day of one hour, and there is a second day.
    let text = with(&format!("[dispatch]\nslot = \"2h\"\n{}", rule("hours = \"always\"")));
    let found = problems(&text.replace("technicians = 2", "technicians = 2\nhours = \"08:00-09:00\""));
    assert!(found.len() == 1 && found[0].contains("a slot of 2 h fits into no working day"), "{found:#?}");
    agents(&format!("[dispatch]\nsecond_day = true\n{}", rule("hours = \"always\"")));
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let rule = |keys: &str| format!("[[dispatch.sop]]\n{keys}");
    refused(&rule("priorities = [1]"), &["7:1: `dispatch.sop[0]` demands nothing (add assign_to"]);
    refused(
        &rule("assign_to = [\"Technician 1\"]\nleave_to_people = true"),
        &["`dispatch.sop[0]` has both assign_to and leave_to_people: expected exactly one of"],
    );
    refused(
        &rule("leave_to_people = false"),
        &["8:19: `dispatch.sop[0].leave_to_people` is false: expected"],
    );
    refused(&rule("assign_to = []"), &["`dispatch.sop[0].assign_to` is empty: expected at least one"]);
    refused(
        &rule("never_assign_to = [\"Technician 2\", \"Tecnician 1\"]"),
        &["8:36: there is no technician \"Tecnician 1\" (did you mean \"Technician 1\"?)"],
    );
    refused(&rule("leave_to_people = true\npriorities = [0]"), &["9:15: `dispatch.sop[0].priorities[0]` is"]);
    refused(&rule("leave_to_people = true\nweekdays = []"), &["`dispatch.sop[0].weekdays` is empty"]);
    refused(
        &rule("leave_to_people = true\nhours = \"22:00-06:00\""),
        &[
            "9:9: `dispatch.sop[0].hours` is the string \"22:00-06:00\": expected hours that end after they start, on \
           the same day (for hours past midnight write two rules, one that ends at \"24:00\" and one that starts at \
           \"00:00\")",
        ],
    );
    refused(&rule("leave_to_people = true\nhours = 8"), &["expected working hours such as \"08:00-17:00\""]);
    refused(&rule("asign_to = [\"Technician 1\"]"), &["unknown key `asign_to`"]);
    let hours = rule("leave_to_people = true\nhours = \"08:00-12:00\"\n");
    minimal(
        "technicians = 2\n",
        &format!("technicians = 2\njoined_days = 2\n{hours}"),
        &["`dispatch.sop[0].hours` does not go with `desk.joined_days`"],
    );
    // Names of companies and categories; a burst that lists none has one of each.
    let found = problems(&AGENTS.replace("[\"Zeta Ltd\"]", "[\"Zeta\"]").replace("[\"netw", "[\"netv"));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("19:14: there is no company \"Zeta\" in the burst (did you"), "{found:#?}");
    assert!(found[1].contains("20:15: there is no category \"netvork\" in the burst (did"), "{found:#?}");
    agents(&rule("leave_to_people = true\ncompanies = [\"company\"]\ncategories = [\"general\"]"));
    refused(
        &rule("leave_to_people = true\ncompanies = [\"Any\"]\ncategories = [\"any\"]"),
        &[
            "9:14: there is no company \"Any\" in the burst",
            "10:15: there is no category \"any\" in the burst",
        ],
    );
}

#[test]
fn nobody_knows_who_is_in_a_recording() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("r.csv"), "ticket,arrived_at\n").expect("the folder is writable");
    let rule = "[[dispatch.sop]]\ncompanies = [\"Any\"]\nassign_to = [\"Zoe\"]";
    let text = with(rule)
        .replace("tickets = 30", "companies = { a = 1 }")
        .replace("uniform = { over = \"2min\" }", "recorded = { file = \"r.csv\" }")
        .replace("technicians = 2", "from_recording = true");
    let scenario = parse(&text, "test.toml", folder.path(), &[]).expect("the recording says who works");
    assert_eq!(scenario.agents[0].sop[0].action, SopAction::AssignTo(vec!["Zoe".to_owned()]));
}

#[test]
fn keys_of_another_mode_are_refused_where_they_are_stated() {
    refused(
        "[dispatch]\nmax_active = 3\nexcluded_statuses = [\"Closed\"]",
        &[
            "8:1: `dispatch.max_active` does not go with mode \"owner-and-slot\" (leave it out: it goes with mode \
             \"owner-only\")",
            "9:1: `dispatch.excluded_statuses` does not go with mode \"owner-and-slot\"",
        ],
    );
    refused(
        "[dispatch]\nmode = \"owner-only\"\nslot = \"1h\"\nbuffer = \"1h\"\nlead = \"1h\"\ngrid = \"1h\"\nhorizon = \
         \"1h\"\nsecond_day = true",
        &[
            "dispatch.slot`",
            "dispatch.buffer`",
            "dispatch.lead`",
            "dispatch.grid`",
            "dispatch.horizon`",
            "second",
        ],
    );
    // What agents have in common need not suit all of them.
    agents(
        "[dispatch]\nslot = \"1h\"\n[[agent]]\nname = \"a\"\n[[agent]]\nname = \"b\"\nmode = \"team-only\"",
    );
    refused(
        "[[agent]]\nname = \"a\"\nmode = \"team-only\"\nlead = \"1h\"",
        &["10:1: `agent[0].lead` does not go with mode \"team-only\""],
    );
    // … but somebody has to use it.
    refused(
        "[dispatch]\nmode = \"owner-only\"\nslot = \"45min\"\nmax_active = 3\n[[agent]]\nname = \"x\"\n[[agent]]\nname \
         = \"y\"\nmode = \"team-only\"",
        &["9:1: `dispatch.slot` goes with the mode of no agent (leave it out, or give an agent mode \
             \"owner-and-slot\")"],
    );
    let misspelt = "[dispatch]\nmax_active = 3\n[[agent]]\nname = \"x\"\nmode = \"owner-onyl\"";
    refused(misspelt, &["did you mean \"owner-only\"?"]);
    refused("[dispatch]\nmode = \"owner-onyl\"\nmax_active = 3", &["did you mean \"owner-only\"?"]);
    refused("[dispatch]\nmode = \"owner-only\"\nmax_active = 0", &["`dispatch.max_active` is the number 0"]);
    refused("[dispatch]\nstatus_after = \"\"", &["8:16: `dispatch.status_after` is empty"]);
    refused("[dispatch]\nstatuses = [\"New\", \" \"]", &["8:20: `dispatch.statuses[1]` is empty"]);
}

#[test]
fn a_trigger_needs_a_status_in_which_tickets_arrive() {
    refused(
        "[dispatch]\nstatuses = [\"New\", \"Assigned\"]\nstatus_after = \"Assigned\"",
        &["8:20: no ticket arrives in status \"Assigned\" (known names: New)"],
    );
    refused(
        "[[agent]]\nname = \"a\"\nstatus_after = \"Done\"\n[[agent]]\nname = \"b\"\nstatuses = [\"Done\"]",
        &["12:13: no ticket arrives in status \"Done\""],
    );
    let arriving = |trigger: &str| {
        let statuses = "technicians = 2\n[burst.statuses]\nOpen = 1\nAssigned = 1\n";
        let dispatch = format!("[dispatch]\nstatuses = [{trigger:?}]\nstatus_after = \"Assigned\"");
        problems(&with(&dispatch).replace("technicians = 2\n", statuses))
    };
    assert_eq!((arriving("Open"), arriving("Assigned")), (vec![], vec![]));
    assert!(arriving("New")[0].contains("no ticket arrives in status \"New\" (known names: Open, Assigned)"));
}

#[test]
fn agents_are_checked_one_by_one() {
    refused("[[agent]]\nmode = \"team-only\"", &["7:1: `agent[0].name` is missing"]);
    refused("[[agent]]\nname = \"Day shift\"", &["8:8: \"Day shift\" cannot name an agent: expected small"]);
    refused("[[agent]]\nname = \"a\"\n[[agent]]\nname = \"a\"", &["10:8: there are two agents named \"a\""]);
    refused(
        "[[agent]]\nname = \"a\"\nslott = \"1h\"",
        &["unknown key `slott` in `agent[0]` (did you mean `slot`?)"],
    );
    // Common to both and wrong for both: said once.
    refused(
        "[dispatch]\nlead = \"49h\"\n[[agent]]\nname = \"a\"\n[[agent]]\nname = \"b\"",
        &["8:8: no slot can start: the lead is longer than the horizon"],
    );
    refused("[[agent]]\nname = \"a\"\nhorizon = \"5min\"", &["9:11: no slot can start"]);
    refused(
        "[[agent]]\nname = \"a\"\n[[agent.sop]]\nassign_to = [\"X\"]",
        &["10:14: there is no technician \"X\""],
    );
}

#[test]
fn flags_address_agents_by_name() {
    let sets = ["agent.night-2.slot=2h", "agent.day.max_active=3", "dispatch.sop.0.priorities=[9]"];
    let scenario = read_with(AGENTS, &sets).expect("right");
    assert!(
        matches!(&scenario.agents[1].mode, ModeRules::OwnerAndSlot(rules) if rules.slot == SimDuration::from_hours(2))
    );
    assert!(matches!(&scenario.agents[0].mode, ModeRules::OwnerOnly(rules) if rules.max_active == Some(3)));
    assert_eq!(scenario.agents[0].sop[0].priorities, [9]);
    let all = read_with(AGENTS, &["agent.status_after=Done"]).expect("right");
    assert!(all.agents.iter().all(|agent| agent.status_after.as_deref() == Some("Done")));
    let error = |set: &str| read_with(AGENTS, &[set]).expect_err("refused").to_string();
    assert!(error("agent.nigth-2.slot=2h").contains("did you mean `agent.night-2`?"));
    assert!(error("agent.day.sop.0.hours=always").contains("the scenario has no [[agent[0].sop]]"));
    let none = |set: &str| read_with(MINIMAL, &[set]).expect_err("refused").to_string();
    assert!(none("agent.a.slot=2h").contains("the scenario has no [[agent]]"));
    assert!(none("dispatch.sop.0.hours=always").contains("the scenario has no [[dispatch.sop]]"));
}

#[test]
fn triage_has_stages_in_order() {
    let stages = read(AGENTS).expect("right").triage.expect("there is triage").stages;
    let stage = |stage: Stage| {
        let position = Stage::ALL.iter().position(|other| *other == stage).expect("it is one of them");
        let settings = stages[position].clone().expect("all are there");
        (settings.latency, settings.error_rate)
    };
    let seconds = |value| Distribution::Constant { value };
    assert_eq!(stage(Stage::Company), (seconds(5.0), 0.1));
    assert_eq!(stage(Stage::Priority), (Distribution::ZERO, 0.0));
    assert_eq!(stage(Stage::Board), (Distribution::Exponential { mean: 20.0 }, 0.0));
    assert_eq!(stage(Stage::Contact), (Distribution::ZERO, 0.2));
    assert_eq!(stage(Stage::Agreement), (seconds(2.0), 0.0));
    assert_eq!(stage(Stage::Summary), (seconds(7.0), 0.0));
    let some = read(&with("[triage]\nboard = {}")).expect("right").triage.expect("there is triage").stages;
    assert_eq!(some.map(|stage| stage.is_some()), [false, false, true, false, false, false, false, false]);
    let judged = "[triage]\nimpact = { error_rate = 0.1 }\nmatrix = [[1, 1, 2], [1, 2, 3], [2, 3, 9]]";
    let judged = read(&with(judged)).expect("right").triage.expect("there is triage");
    assert_eq!(judged.matrix, [[1, 1, 2], [1, 2, 3], [2, 3, 9]]);
    assert_eq!(judged.stage(Stage::Priority), Some(&StageSettings::default()), "it follows");
    assert_eq!(judged.stage(Stage::Urgency), None);
}

#[test]
fn triage_that_makes_no_sense_is_refused() {
    refused("[triage]", &["7:2: `triage` has no stage: expected at least one (write for example board ="]);
    refused("[triage]\nbord = {}", &["8:1: unknown key `bord` in `triage` (did you mean `board`?)"]);
    refused(
        "[triage]\nsummary = { error_rate = 0.1 }",
        &[
            "8:13: `triage.summary.error_rate` would have no effect (leave it out: nothing depends on a summary",
        ],
    );
    refused("[triage]\ncompany = { error_rate = 2 }", &["8:26: `triage.company.error_rate` is the number 2"]);
    refused(
        "[triage]\ncompany = { latency = {} }",
        &["`triage.company.latency` has none of the keys that it needs one of"],
    );
    let matrix = |text: &str| format!("[triage]\nurgency = {{}}\nmatrix = {text}");
    let expected = "9:10: `triage.matrix` is a list: expected three rows of three priorities, as in [[1, 2, 3], [2, 3, 4], [3, 4, 5]]";
    for wrong in ["[[1, 2, 3], [2, 3, 4]]", "[[1, 2], [2, 3], [3, 4]]", "[[], [], []]"] {
        refused(&matrix(wrong), &[expected]);
    }
    refused(
        &matrix("[[1, 2, 3], [2, 3, 4], [3, 4, 10]]"),
        &["9:40: `triage.matrix[2][2]` is the number 10: expected a whole number from 1 to 9"],
    );
    refused(
        "[triage]\nboard = {}\nmatrix = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]",
        &["9:1: `triage.matrix` would have no effect (leave it out, or make a stage of urgency or impact)"],
    );
}
