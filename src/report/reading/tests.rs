use super::*;
use crate::metrics::catalog;
use crate::metrics::summary::Paired;
use crate::report::tests::{comparison, generated, set};

/// The comparison in which `parallel` serves every ticket too.
fn protected() -> Comparison {
    let mut c = comparison();
    set(&mut c.arms[2], "dispatched", 4.0, 0.0);
    set(&mut c.arms[2], "unassigned", 0.0, 0.0);
    c
}

fn set_difference(arm: &mut Arm, key: &str, difference: Estimate) {
    arm.paired[catalog::position(key).unwrap()] =
        Some(Paired { difference, narrowing: None, p: None, p_holm: None });
    if key == "makespan" {
        arm.behind = vec![Some(difference)];
    }
}

#[test]
fn who_has_a_fault_is_not_praised_however_fast() {
    assert_eq!(
        reading(&comparison()),
        [
            "Only sequential gives every ticket an owner and double-books none: the last ticket has its owner \
             10 min ± 20 s after the first arrival.",
            "unsafe-parallel double-books 2.00 ± 0.50 tickets of a burst, in every one of 2 replications; sequential and \
             parallel never double-book in these 2 bursts.",
            "parallel leaves 0.50 ± 0.20 of the 3.50 tickets of a burst without an owner.",
        ]
    );
    assert_eq!(
        reading(&protected())[0],
        "Of the disciplines that give every ticket an owner and double-book none, parallel is the fastest: the last \
         ticket has its owner 4 min 50 s ± 10 s after the first arrival, 5 min 10 s ± 10 s sooner than under sequential."
    );
}

#[test]
fn where_nobody_is_without_a_fault_it_is_said_what_each_fails_at() {
    let mut c = comparison();
    set(&mut c.arms[0], "over_cap", 3.0, 0.1);
    set(&mut c.arms[1], "over_cap", 3.0, 0.1);
    assert_eq!(
        reading(&c),
        [
            "No discipline is without a fault, so none is called the fastest.",
            "unsafe-parallel double-books 2.00 ± 0.50 tickets of a burst, in every one of 2 replications; sequential and \
             parallel never double-book in these 2 bursts.",
            "parallel leaves 0.50 ± 0.20 of the 3.50 tickets of a burst without an owner.",
            "sequential and unsafe-parallel each assign 3.00 ± 0.10 tickets of a burst above the cap.",
        ]
    );
}

#[test]
fn what_no_arm_clearly_has_more_of_is_no_difference() {
    let mut c = comparison();
    for (arm, left) in c.arms.iter_mut().zip([2.0, 1.9, 1.95]) {
        set(arm, "unassigned", left, 0.3);
        set(arm, "dispatched", 20.0 - left, 0.3);
    }
    let told = reading(&c);
    assert_eq!(
        told[2],
        "sequential, unsafe-parallel and parallel each leave 1.90 to 2 of the 20 tickets of a burst without an owner."
    );
    set(&mut c.arms[2], "unassigned", 6.0, 0.3);
    assert!(
        reading(&c)[2]
            .ends_with("; parallel leaves 6.00 ± 0.30 of the 24.1 tickets of a burst without an owner.")
    );
}

#[test]
fn a_rare_fault_is_counted_in_all_bursts() {
    let mut c = protected();
    for arm in &mut c.arms {
        arm.summaries.iter_mut().for_each(|summary| summary.n = 1000);
    }
    set(&mut c.arms[1], "double_booked_tickets", 0.002, 0.003);
    set(&mut c.arms[2], "unassigned", 0.001, 0.002);
    set(&mut c.arms[2], "dispatched", 3.999, 0.002);
    let told = reading(&c);
    assert!(told[1].starts_with("unsafe-parallel double-books 2 tickets in 1,000 bursts; "), "{told:?}");
    assert_eq!(told[2], "parallel leaves one of the 4,000 tickets of 1,000 bursts without an owner.");
    c.arms.drain(..2);
    let told = reading(&c);
    let start = "Under parallel 3,999 of the 4,000 tickets of 1,000 bursts get an owner, the last of them 4 min 50 s ± 10 s";
    assert!(told[0].starts_with(start), "{told:?}");
}

#[test]
fn where_the_ai_alone_works_the_sentences_speak_of_results() {
    let mut c = comparison();
    let told = |c: &Comparison| reading(c).join(" ");
    let owners = told(&c);
    assert!(owners.contains("owner"), "{owners}");
    c.setup.modes = vec!["read-only".to_owned()];
    (c.setup.books_slots, c.setup.sets_owners) = (false, false);
    let results = told(&c);
    assert!(results.contains("result") && !results.contains("owner"), "{results}");
    c.setup.modes.push("team-only".to_owned());
    assert!(told(&c).contains("team or its result"), "{}", told(&c));
}

#[test]
fn where_no_ticket_gets_an_owner_nothing_was_measured() {
    let mut c = comparison();
    for arm in &mut c.arms {
        set(arm, "dispatched", 0.0, 0.0);
        set(arm, "unassigned", 4.0, 0.0);
    }
    assert_eq!(reading(&c), ["No ticket gets an owner, whatever the discipline."]);
    c.setup.sets_owners = false;
    assert_eq!(reading(&c), ["No ticket gets into a team's queue, whatever the discipline."]);
    c.setup.sets_owners = true;
    c.arms.truncate(1);
    assert_eq!(reading(&c), ["Under sequential no ticket gets an owner."]);
    set(&mut c.arms[0], "unassigned", 0.0, 0.0);
    assert_eq!(reading(&c), ["No ticket is to be dispatched."]);
    c.arms[0].summaries.iter_mut().for_each(|summary| summary.mean = None);
    assert!(reading(&c).is_empty());
}

#[test]
fn nobody_is_faster_than_one_who_serves_nobody() {
    let mut c = protected();
    set(&mut c.arms[0], "dispatched", 0.0, 0.0);
    set(&mut c.arms[0], "unassigned", 4.0, 0.0);
    let told = reading(&c);
    assert!(told[0].starts_with("Only parallel gives") && !told[0].contains("sooner"), "{told:?}");
    assert_eq!(told[2], "sequential gives no ticket an owner.");
}

#[test]
fn a_gain_that_may_be_chance_is_no_gain() {
    let mut c = protected();
    c.arms.remove(1);
    set_difference(&mut c.arms[1], "makespan", Estimate::around(-5.0, 8.0));
    let told = reading(&c);
    assert_eq!(
        told[0],
        "No discipline is clearly the fastest: the last ticket has its owner 4 min 50 s to 10 min after the first arrival."
    );
    set(&mut c.arms[0], "double_booked_tickets", 1.0, 0.1);
    assert!(
        reading(&c)[0].ends_with(
            "after the first arrival (5 s ± 8 s sooner than under sequential, which may be chance)."
        ),
        "{:?}",
        reading(&c)
    );
    set_difference(&mut c.arms[1], "makespan", Estimate::around(100.0, 8.0));
    assert!(reading(&c)[0].ends_with(", 1 min 40 s ± 8 s later than under sequential."), "{:?}", reading(&c));
}

#[test]
fn disciplines_that_are_equally_fast_share_the_praise() {
    let mut c = protected();
    set(&mut c.arms[1], "double_booked_tickets", 0.0, 0.0);
    set(&mut c.arms[2], "makespan", 200.0, 8.0);
    let told = reading(&c);
    assert_eq!(
        told[0],
        "unsafe-parallel and parallel are the fastest, equally: the last ticket has its owner 3 min 20 s ± 8 s after the \
         first arrival, 6 min 40 s ± 8 s sooner than under sequential."
    );
    assert_eq!(
        told[1],
        "With 95 % confidence the best by first arrival to last owner is one of: unsafe-parallel and parallel."
    );
    assert_eq!(told[2], "No discipline double-books in these 2 bursts.");
    assert_eq!(told[3], "Of the fastest only unsafe-parallel has no claim refused.");
    set(&mut c.arms[1], "conflict_rate", 0.2, 0.01);
    assert!(
        reading(&c)[3]
            .starts_with("Of the fastest unsafe-parallel has the fewest of its claims refused, 20.0 ± 1.0 %")
    );
    set(&mut c.arms[2], "makespan", 207.0, 8.0);
    let told = "are the fastest, with no clear difference: the last ticket has its owner 3 min 20 s to 3 min 27 s after";
    assert!(reading(&c)[0].contains(told), "{:?}", reading(&c));
    set(&mut c.arms[2], "makespan", 201.0, 8.0);
    assert!(reading(&c)[0].contains("are the fastest, about equally: the last"), "{:?}", reading(&c));
    set(&mut c.arms[0], "makespan", 204.0, 8.0);
    assert!(
        reading(&c)[0].starts_with("unsafe-parallel and parallel"),
        "against the baseline the pairs tell"
    );
    set(&mut c.arms[0], "makespan", 201.5, 8.0);
    assert!(
        reading(&c)[0].starts_with("All disciplines are about equally fast: the last"),
        "{:?}",
        reading(&c)
    );
}

#[test]
fn what_does_not_happen_is_said_in_words() {
    let mut c = protected();
    set(&mut c.arms[1], "double_booked_tickets", 0.0, 0.0);
    set(&mut c.arms[1], "makespan", 400.0, 8.0);
    set(&mut c.arms[2], "retry_rate", 0.0, 0.0);
    set_difference(&mut c.arms[2], "ai_calls", Estimate::single(1.0));
    assert_eq!(
        reading(&c)[3],
        "Under parallel 40.0 ± 6.0 % of the claims are refused: 25.0 ± 5.0 % of the dispatches take an alternative and \
         none starts from scratch, and a burst takes 1 more AI call than under sequential."
    );
    set(&mut c.arms[2], "fallback_rate", 0.0, 0.0);
    set_difference(&mut c.arms[2], "ai_calls", Estimate::around(-2.0, 0.5));
    assert_eq!(
        reading(&c)[3],
        "Under parallel 40.0 ± 6.0 % of the claims are refused, and a burst takes 2.00 ± 0.50 fewer AI calls than under \
         sequential."
    );
    set_difference(&mut c.arms[2], "ai_calls", Estimate::around(0.2, 0.5));
    assert_eq!(reading(&c)[3], "Under parallel 40.0 ± 6.0 % of the claims are refused.");
    set(&mut c.arms[2], "retry_rate", 0.5, 0.0);
    assert!(
        reading(&c)[3].contains("50 % of the dispatches start from scratch and none takes an alternative")
    );
}

#[test]
fn a_missed_merge_is_told_of_everybody_who_misses_one() {
    let mut c = protected();
    set(&mut c.arms[1], "merges_missed", 1.0, 0.0);
    let told = reading(&c);
    assert_eq!(
        told.last().unwrap(),
        "unsafe-parallel dispatches 1 duplicate of a burst instead of merging it."
    );
}

#[test]
fn what_nobody_measured_is_not_spoken_of() {
    let mut c = comparison();
    (c.setup.books_slots, c.setup.sets_owners) = (false, false);
    c.arms.truncate(1);
    assert_eq!(
        reading(&c),
        ["Under sequential the last ticket has its team 10 min ± 20 s after the first arrival."]
    );
    set(&mut c.arms[0], "dispatch_delay.max", 0.0, 0.0);
    assert_eq!(reading(&c), ["Under sequential every ticket has its team as soon as it arrives."]);
}

#[test]
fn a_double_booking_in_some_replications_only_says_in_how_many() {
    let mut c = comparison();
    let index = catalog::position(DOUBLE_BOOKED).unwrap();
    c.arms[1].summaries[index].above_zero = 1;
    let told = "unsafe-parallel double-books 2.00 ± 0.50 tickets of a burst, in 1 of 2 replications; ";
    assert!(reading(&c)[1].starts_with(told), "{:?}", reading(&c));
}

#[test]
fn names_that_would_read_as_several_are_quoted() {
    let mut c = protected();
    c.arms[2].name = "fast, and safe".to_owned();
    assert!(reading(&c)[0].contains("none, \"fast, and safe\" is the fastest"), "{:?}", reading(&c));
}

/// Every mixture of faults in one to three arms, and in twelve.
#[test]
fn whatever_the_numbers_the_sentences_are_true() {
    for c in generated() {
        let told = reading(&c);
        let text = told.join(" ");
        assert!(!text.contains("inf") && !text.contains("NaN") && !text.contains("<0.1 tick"), "{text}");
        // Not by the judgement that is tested.
        let is_faultless = |arm: &Arm| {
            let faults = ["unassigned", "double_booked_tickets", "over_cap"];
            faults.iter().all(|key| mean(arm, key).is_none_or(|found| found.mean == 0.0))
        };
        let (praise, _) = told[0].split_once(": ").unwrap_or(("", ""));
        for arm in &c.arms {
            assert!(is_faultless(arm) || !praise.contains(&arm.name), "{} is praised: {text}", arm.name);
            // A name stands as it was given, or not at all.
            let anyhow = text.to_lowercase().matches(&arm.name.to_lowercase()).count();
            assert_eq!(anyhow, text.matches(&arm.name).count(), "{text}");
        }
        let serving = c.arms.iter().filter(|arm| makespan(arm).is_some()).count();
        if serving == 0 {
            assert!(told.len() == 1 && text.to_lowercase().contains("no ticket"), "{text}");
        } else if c.arms.len() > 1 && !c.arms.iter().any(is_faultless) {
            assert!(told[0].starts_with("No discipline is without a fault"), "{text}");
            for arm in &c.arms {
                assert!(
                    told[1..].iter().any(|fault| fault.contains(&arm.name)),
                    "{} fails at nothing: {text}",
                    arm.name
                );
            }
        }
        let gain = baseline(&c).is_some_and(serves_all);
        assert!(gain || !text.contains("sooner") && !text.contains("later"), "{text}");
    }
}

#[test]
fn a_name_is_not_changed_where_results_are_what_tickets_get() {
    let mut c = comparison();
    (c.setup.sets_owners, c.setup.modes) = (false, vec!["read-only".to_owned()]);
    "to owner or an owner".clone_into(&mut c.arms[2].name);
    let said = reading(&c).join(" ");
    assert!(
        said.contains(
            "to owner or an owner leaves 0.50 ± 0.20 of the 3.50 tickets of a burst without a result."
        ),
        "{said}"
    );
}
