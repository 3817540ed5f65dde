//! Presets: what they fill in, what wins over them, and what of them is dropped.

use super::*;
use crate::domain::criteria::{Criteria, Criterion};
use crate::domain::settings::SlotRules;

/// A scenario that leaves as much as it can to its preset.
fn bare(name: &str, keys: &str) -> String {
    let head = MINIMAL.replace("name = \"minimal\"", &format!("name = \"bare\"\npreset = \"{name}\""));
    head.replace("[[discipline]]\nkind = \"parallel\"\n", keys)
}

fn right(name: &str, keys: &str) -> Scenario {
    read(&bare(name, keys)).unwrap_or_else(|error| panic!("{keys}: {error}"))
}

/// The slots of the only agent.
fn slots(scenario: &Scenario) -> SlotRules {
    let ModeRules::OwnerAndSlot(rules) = scenario.agents[0].mode else { panic!("slots are booked") };
    rules
}

fn arms(scenario: &Scenario) -> Vec<&str> {
    scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect()
}

#[test]
fn presets_fill_in_what_the_documents_say() {
    for name in ["neo", "zofiq"] {
        let scenario = right(name, "");
        let rules = slots(&scenario);
        let minutes = SimDuration::from_mins;
        assert_eq!((rules.slot, rules.buffer, rules.lead), (minutes(30), minutes(10), minutes(10)));
        assert_eq!((rules.horizon, rules.second_day), (SimDuration::from_hours(24), false));
    }
    let neo = right("neo", "");
    assert_eq!(arms(&neo), ["sequential", "unsafe-parallel", "parallel"]);
    assert!(neo.disciplines.iter().all(|arm| (arm.alternatives, arm.max_attempts) == (3, 5)));
    let peers: Vec<f64> = neo.disciplines.iter().map(|arm| arm.peer_awareness).collect();
    assert_eq!(peers, [0.0, 0.0, 1.0]);
    let zofiq = right("zofiq", "");
    assert_eq!(arms(&zofiq), ["sequential", "unsafe-parallel"]);
    assert!(zofiq.disciplines.iter().all(|arm| arm.max_attempts == 1));
    let agent = &zofiq.agents[0];
    assert_eq!(
        (agent.trigger.statuses.as_slice(), agent.status_after.as_deref()),
        (&["New".to_owned()][..], Some("Assigned"))
    );
    assert_eq!(zofiq.desk.statuses, ["Assigned"]);
    let ranker = zofiq.ranker;
    let order = Criteria::new(&[Criterion::Start, Criterion::Load, Criterion::History]);
    assert_eq!(ranker.order, Some(order));
}

#[test]
fn what_the_scenario_states_wins() {
    let scenario = right(
        "zofiq",
        "[dispatch]\nslot = \"1h\"\nstatuses = [\"Open\"]\n[ranker]\nw_load = 2\n[[discipline]]\nkind = \
         \"parallel\"\nmax_attempts = 4\n[[discipline]]\nkind = \"pods\"\n[burst.statuses]\nOpen = 1\n",
    );
    assert_eq!(
        (slots(&scenario).slot, slots(&scenario).buffer),
        (SimDuration::from_hours(1), SimDuration::from_mins(10))
    );
    assert_eq!(scenario.agents[0].trigger.statuses, ["Open"], "lists are not merged");
    assert_eq!((scenario.ranker.w_load, scenario.ranker.w_history), (2.0, 0.0001));
    assert_eq!(scenario.ranker.order, None, "who states a weight weighs");
    let noisy = right("zofiq", "[ranker]\ntemperature = 0.1\n").ranker;
    assert_eq!((noisy.order, noisy.w_load), (None, 0.01));
    let own = right("zofiq", "[ranker]\norder = [\"load\"]\ntemperature = 0\n").ranker;
    assert_eq!((own.order, own.w_load), (Some(Criteria::new(&[Criterion::Load])), 1.0));
    assert_eq!(arms(&scenario), ["parallel", "pods"], "the preset's own are not used");
    let attempts: Vec<u32> = scenario.disciplines.iter().map(|arm| arm.max_attempts).collect();
    assert_eq!(attempts, [4, 1]);
    // What does not go with a kind, the preset does not say of it.
    right("neo", "[[discipline]]\nkind = \"batched\"\n");
}

#[test]
fn keys_of_another_mode_are_dropped_from_the_preset_only() {
    let owner = right("zofiq", "[dispatch]\nmode = \"owner-only\"\nmax_active = 4\n");
    assert!(matches!(&owner.agents[0].mode, ModeRules::OwnerOnly(rules) if rules.max_active == Some(4)));
    assert_eq!(owner.agents[0].status_after.as_deref(), Some("Assigned"));
    let flag = read_with(&bare("neo", ""), &["dispatch.mode=team-only"]).expect("a flag says the mode");
    assert_eq!(flag.agents[0].mode, ModeRules::TeamOnly);
    let error = read(&bare("neo", "[dispatch]\nmode = \"team-only\"\nlead = \"1h\"\n")).expect_err("its own");
    assert_eq!(error.problems.len(), 1, "{error}");
    assert!(error.to_string().contains("`dispatch.lead` does not go with mode \"team-only\""), "{error}");
    // Agents use of it what goes with their own mode.
    let agents = right(
        "zofiq",
        "[dispatch]\nmode = \"team-only\"\n[[agent]]\nname = \"a\"\n[[agent]]\nname = \"b\"\nmode = \"owner-and-slot\"\n",
    );
    assert_eq!(agents.agents[0].mode, ModeRules::TeamOnly);
    assert!(matches!(agents.agents[1].mode, ModeRules::OwnerAndSlot(_)));
    assert!(agents.agents.iter().all(|agent| agent.trigger.statuses == ["New"]));
}

#[test]
fn flags_see_the_preset() {
    let sets = ["discipline.parallel.alternatives=1", "ranker.w_peers=3", "dispatch.slot=45min"];
    let scenario = read_with(&bare("neo", ""), &sets).expect("the preset's arms can be set");
    let alternatives: Vec<u32> = scenario.disciplines.iter().map(|arm| arm.alternatives).collect();
    assert_eq!(alternatives, [3, 3, 1]);
    assert_eq!((scenario.ranker.w_peers, slots(&scenario).slot), (3.0, SimDuration::from_mins(45)));
    let other =
        read_with(&bare("neo", ""), &["preset=zofiq", "discipline.max_attempts=2"]).expect("another preset");
    assert_eq!(arms(&other), ["sequential", "unsafe-parallel"]);
    assert!(other.disciplines.iter().all(|arm| arm.max_attempts == 2));
}

#[test]
fn problems_with_presets_have_a_place() {
    let error = |text: &str| read(text).expect_err("refused").to_string();
    assert_eq!(
        error(&bare("zofik", "")),
        "test.toml:2:10: `preset` is the string \"zofik\": expected \"neo\" or \"zofiq\" (did you mean \"zofiq\"?)"
    );
    let lead = error(&bare("zofiq", "[dispatch]\nhorizon = \"5min\"\n"));
    assert!(
        lead.starts_with("test.toml:9:11: ") && lead.contains("expected at least the lead, 10 min"),
        "{lead}"
    );
    let hours = "technicians = 2\nhours = \"08:00-08:20\"";
    let slot = error(&bare("zofiq", "").replace("technicians = 2", hours));
    assert!(slot.starts_with("test.toml:8:9: a slot of 30 min fits into no working day"), "{slot}");
    let table = error(&MINIMAL.replace("[burst]", "[each_discipline]\nalternatives = 1\n[burst]"));
    assert!(table.contains("unknown key `each_discipline`"), "{table}");
    let none = error(&MINIMAL.replace("[[discipline]]\nkind = \"parallel\"\n", ""));
    assert!(none.contains("there is no [[discipline]] to simulate"), "{none}");
    assert!(error(&bare("neo", "[ranker]\nw_load = nan\n")).contains("a finite number"));
}

#[test]
fn the_digest_is_of_what_the_preset_makes_of_the_scenario() {
    let digest = |text: &str| read(text).expect("right").digest;
    let plain = digest(&bare("zofiq", ""));
    assert_eq!(plain, digest(&bare("zofiq", "[dispatch]\nbuffer = \"10min\"\n")), "it says so anyway");
    assert_ne!(plain, digest(&bare("neo", "")));
    assert_ne!(plain, digest(&bare("zofiq", "[dispatch]\nbuffer = \"11min\"\n")));
    let owner = bare("zofiq", "[dispatch]\nmode = \"owner-only\"\n[[discipline]]\nkind = \"pods\"\n");
    let spelt = owner.replace("preset = \"zofiq\"\n", "").replace(
        "mode = \"owner-only\"\n[[discipline]]\n",
        "mode = \"owner-only\"\nstatuses = [\"New\"]\nstatus_after = \"Assigned\"\n[ranker]\norder = [\"start\", \
         \"load\", \"history\"]\n[[discipline]]\nmax_attempts = 1\n",
    );
    assert_eq!(digest(&owner), digest(&spelt), "the preset's name leaves no trace");
}
