//! The rules of the Dispatch Agent on who may get a ticket, and when: Z3 to Z8, Z12.

use stampede::domain::SimDuration;
use stampede::engine::Engine;
use stampede::facts::{Fact, Finding, Reason, Record};

use super::{SEQUENTIAL, booked, desk, found, log_of, measured, minute, owners, people, refusal};
use crate::common::{about, compare, count, parse};

/// Whole minutes.
fn minute_of(length: SimDuration) -> i64 {
    length.micros() / 60_000_000
}

/// How members of the team were found: ticket, technician, finding; the eligible ones are left out.
fn out_of_it(log: &[Record]) -> Vec<(u32, u32, Finding)> {
    found(log, |fact| match *fact {
        Fact::Evaluated { ticket, technician, finding, .. } if finding != Finding::Eligible => {
            Some((ticket.0, technician.0, finding))
        }
        _ => None,
    })
    .into_iter()
    .map(|(_, found)| found)
    .collect()
}

/// Slots of a technician, one ticket after the other: minutes in which they start and end.
fn slots(dispatch: &str) -> Vec<(i64, i64)> {
    let text = desk(3, "", "technicians = 1\nhours = \"always\"", dispatch, SEQUENTIAL);
    found(&log_of(&text, &[]), |fact| match *fact {
        Fact::Booked { start, end, .. } => Some((minute(start), minute(end))),
        _ => None,
    })
    .into_iter()
    .map(|(_, slot)| slot)
    .collect()
}

#[test]
fn z3_slots_have_their_length_and_a_buffer_between_them() {
    assert_eq!(
        slots(""),
        [(10, 40), (50, 80), (90, 120)],
        "half an hour and ten minutes where nothing is said"
    );
    assert_eq!(slots("slot = \"1min\"\nbuffer = \"5min\""), [(10, 11), (16, 17), (22, 23)]);
    assert_eq!(slots("slot = \"480min\"\nbuffer = \"0s\""), [(10, 490), (490, 970), (970, 1450)]);
    for slot in ["0min", "59s", "481min"] {
        let error = refusal(&desk(1, "", "technicians = 1", &format!("slot = \"{slot}\""), SEQUENTIAL));
        assert!(error.contains("`dispatch.slot`"), "{slot}: {error}");
    }
}

#[test]
fn z3_the_buffer_is_kept_from_what_stands_in_the_calendar_too() {
    let team = people(&[("Ann", "busy = [\"08:25-09:00\"]")]);
    let start = |buffer: &str| {
        booked(&log_of(
            &desk(1, "", &team, &format!("slot = \"10min\"\nbuffer = \"{buffer}\""), SEQUENTIAL),
            &[],
        ))[0]
            .1
            .2
    };
    assert_eq!(start("5min"), 10, "from 8:10 to 8:20");
    assert_eq!(start("6min"), 66, "six minutes past nine");
}

#[test]
fn z3_a_dispatched_ticket_gets_the_status_after_dispatch() {
    let team = "technicians = 1\n";
    let change = |dispatch: &str| {
        let log = log_of(&desk(1, "statuses = { New = 1 }", team, dispatch, SEQUENTIAL), &[]);
        found(&log, |fact| match *fact {
            Fact::StatusChanged { ticket, was, is } => Some((ticket.0, was, is)),
            _ => None,
        })
    };
    assert_eq!(change("status_after = \"Assigned\""), [(2, (0, 0, 1))]);
    assert_eq!(change("status_after = \"New\""), [], "it is that already");
    assert_eq!(change(""), []);
    // A ticket without an owner keeps its status.
    let late = desk(1, "", team, "status_after = \"Assigned\"\nhorizon = \"1h\"", SEQUENTIAL);
    let log = log_of(&late, &[("start", "\"2026-11-23T20:00\"")]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Unassigned { .. })), 1);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::StatusChanged { .. })), 0);
}

#[test]
fn z4_only_members_of_the_team_of_the_board_are_asked() {
    let team = people(&[("Ann", "teams = [\"Apps\"]"), ("Ben", "teams = [\"Network\"]")]);
    let teams = format!("[[desk.team]]\nname = \"Network\"\n[[desk.team]]\nname = \"Apps\"\n{team}");
    let text = desk(4, "boards = { Network = 1, Apps = 0 }", &teams, "", SEQUENTIAL);
    let log = log_of(&text, &[]);
    assert_eq!(owners(&log), [(0, 1), (1, 1), (2, 1), (3, 1)], "never Ann, who is free");
    let asked = |fact: &Fact| matches!(fact, Fact::Evaluated { technician, .. } if technician.0 == 0);
    assert_eq!(count(&log, asked), 0);
}

#[test]
fn z4_who_is_out_gets_nothing_until_the_board_shows_them_in() {
    let team = people(&[("Ann", "out = [\"08:00-09:00\", \"10:00-11:00\"]"), ("Ben", "")]);
    let text = desk(7, "", &team, "slot = \"5min\"\nbuffer = \"0s\"", SEQUENTIAL);
    // A ticket every half hour from eight on; both are always free, so whoever is in comes first.
    let log = log_of(&text, &[("ranker.latency", "\"30min\""), ("dispatch.lead", "\"1h\"")]);
    assert_eq!(owners(&log), [(0, 1), (1, 1), (2, 0), (3, 0), (4, 1), (5, 1), (6, 0)]);
    let out = |ticket| (ticket, 0, Finding::Out);
    assert_eq!(out_of_it(&log), [out(0), out(1), out(4), out(5)]);
}

/// When work begins, stops, goes on and ends, with the ticket.
fn work(log: &[Record]) -> Vec<(i64, (&'static str, u32))> {
    found(log, |fact| match *fact {
        Fact::Started { ticket, .. } => Some(("begins", ticket.0)),
        Fact::Interrupted { ticket, .. } => Some(("stops", ticket.0)),
        Fact::Continued { ticket, .. } => Some(("goes on", ticket.0)),
        Fact::Finished { ticket, .. } => Some(("ends", ticket.0)),
        _ => None,
    })
}

#[test]
fn z4_who_is_out_pulls_nothing() {
    let starts = |team: &[(&str, &str)]| {
        let log = log_of(&desk(4, "", &people(team), "mode = \"team-only\"", SEQUENTIAL), &[]);
        found(&log, |fact| match *fact {
            Fact::Started { technician, .. } => Some(technician.0),
            _ => None,
        })
    };
    let ben = ("Ben", "");
    assert_eq!(starts(&[("Ann", "out = [\"07:00-12:00\"]"), ben]), [(0, 1), (30, 1), (60, 1), (90, 1)]);
    // Whoever comes back, be it after hours, pulls when they are at work.
    assert_eq!(starts(&[("Ann", "out = [\"07:00-09:10\"]")]), [(70, 0), (100, 0), (130, 0), (160, 0)]);
    assert_eq!(starts(&[("Ann", "out = [\"07:00-18:00\"]")])[0], (24 * 60, 0));
    // What is under way when the absence begins is finished first; then nothing is pulled until the return.
    let leaves = ("Ann", "out = [\"08:10-10:00\", \"10:00-10:30\"]");
    assert_eq!(starts(&[leaves, ("Ben", "out = [\"07:00-08:35\"]")]), [(0, 0), (35, 1), (65, 1), (95, 1)]);
    assert_eq!(starts(&[leaves]), [(0, 0), (150, 0), (180, 0), (210, 0)]);
}

#[test]
fn z4_booked_work_waits_for_the_return_and_shows_as_waiting() {
    let team = people(&[("Ann", "out = [\"08:15-11:00\"]")]);
    let text = desk(3, "", &team, "buffer = \"0s\"", SEQUENTIAL);
    let log = log_of(&text, &[]);
    // Booked for 8:10, 8:40 and 9:10; the first is under way when she leaves.
    let begun = [("begins", 0), ("ends", 0), ("begins", 1), ("ends", 1), ("begins", 2), ("ends", 2)];
    assert_eq!(work(&log), std::iter::zip([10, 40, 180, 210, 210, 240], begun).collect::<Vec<_>>());
    let waits = found(&log, |fact| match *fact {
        Fact::Started { waited, late, .. } => Some((minute_of(waited), minute_of(late))),
        _ => None,
    });
    assert_eq!(waits, [(10, (10, 0)), (180, (180, 140)), (210, (210, 140))]);
    let postponed = found(&log, |fact| match *fact {
        Fact::Postponed { ticket, out, until, .. } => Some((ticket.0, out, until.map(minute))),
        _ => None,
    });
    assert_eq!(postponed, [(40, (1, true, Some(180)))], "the log says why");
    let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
    assert_eq!(measured(&comparison, 0, "time_to_start.max"), Some(210.0 * 60.0));
    // Owners who leave begin what they own after the return, too.
    let owned = desk(2, "", &team, "mode = \"owner-only\"", SEQUENTIAL);
    let expected = [("begins", 0), ("ends", 0), ("begins", 1), ("ends", 1)];
    let latency = [("ranker.latency", "\"2min\"")];
    assert_eq!(
        work(&log_of(&owned, &latency)),
        std::iter::zip([2, 32, 180, 210], expected).collect::<Vec<_>>()
    );
}

#[test]
fn z4_work_under_way_stops_when_an_absence_begins_if_the_desk_says_so() {
    let spent = |out: &str, work: &str| {
        let team = format!("out_interrupts = true\n{}", people(&[("Ann", out)]));
        let log = log_of(&desk(1, "", &team, "", SEQUENTIAL), &[("burst.work", work)]);
        let facts: Vec<i64> = self::work(&log).into_iter().map(|(at, _)| at).collect();
        let worked = found(&log, |fact| match *fact {
            Fact::Finished { worked, .. } => Some(minute_of(worked)),
            _ => None,
        });
        (facts, worked.first().map(|(_, worked)| *worked))
    };
    // From 8:10 on.
    let twice = "out = [\"08:20-09:00\", \"09:05-09:30\"]";
    assert_eq!(spent(twice, "\"30min\""), (vec![10, 20, 60, 65, 90, 105], Some(30)));
    assert_eq!(spent("out = [\"08:40-09:00\"]", "\"30min\""), (vec![10, 40], Some(30)), "it is done by then");
    // She is back after hours, and goes on in the morning.
    let evening = "out = [\"16:00-18:00\"]";
    assert_eq!(spent(evening, "\"8h\""), (vec![10, 480, 24 * 60, 24 * 60 + 10], Some(480)));
    // The first thing after the return is what was interrupted.
    let team = format!("out_interrupts = true\n{}", people(&[("Ann", "out = [\"08:15-09:00\"]")]));
    let log = log_of(&desk(2, "", &team, "buffer = \"0s\"", SEQUENTIAL), &[]);
    let expected = [("begins", 0), ("stops", 0), ("goes on", 0), ("ends", 0), ("begins", 1), ("ends", 1)];
    assert_eq!(work(&log), std::iter::zip([10, 15, 60, 85, 85, 115], expected).collect::<Vec<_>>());
}

#[test]
fn z4_where_nobody_is_in_the_ticket_is_left() {
    for mode in ["", "mode = \"owner-only\""] {
        let team = people(&[("Ann", "out = [\"08:00-09:00\"]"), ("Ben", "out = [\"07:00-08:01\"]")]);
        let log = log_of(&desk(1, "", &team, mode, SEQUENTIAL), &[]);
        let left = |fact: &Fact| matches!(fact, Fact::Unassigned { reason: Reason::NobodyEligible, .. });
        assert_eq!(count(&log, left), 1, "{mode}");
        assert_eq!(out_of_it(&log), [(0, 0, Finding::Out), (0, 1, Finding::Out)]);
    }
}

/// The minute in which the only technician's first slot starts.
fn first_start(start: &str, technician: &str) -> i64 {
    let text = desk(1, "", &people(&[("Ann", technician)]), "", SEQUENTIAL);
    let start = format!("\"{start}\"");
    booked(&log_of(&text, &[("start", &start), ("time_zone", "\"Europe/Berlin\"")]))[0].1.2
}

/// What the last look at the team says, ticket by ticket, against the reason for which it has no owner.
#[test]
fn z4_a_ticket_is_left_for_want_of_a_slot_only_where_somebody_was_eligible() {
    let team = people(&[
        ("Ann", "teams = [\"Field\"]\nbusy = [\"08:00-17:00\"]"),
        ("Ben", "teams = [\"Field\"]\nout = [\"08:00-12:00\"]"),
        ("Cid", "teams = [\"Night\"]\nhours = \"20:00-24:00\""),
        ("Dee", "teams = [\"Office\"]"),
        ("Eve", "teams = [\"Large\"]\nout = [\"08:00-12:00\"]"),
    ]);
    let names = ["Field", "Night", "Office", "Large"];
    let teams = names.map(|name| format!("[[desk.team]]\nname = \"{name}\"\n")).concat() + &team;
    let burst =
        "boards = { Field = 1, Night = 1, Office = 1, Large = 1 }\ncategories = { vpn = 1, mail = 1 }";
    let rules =
        "horizon = \"2h\"\n[[dispatch.sop]]\ncategories = [\"vpn\"]\nnever_assign_to = [\"Ann\", \"Dee\"]";
    let arms = ["sequential", "parallel", "batched", "optimistic"]
        .map(|kind| format!("[[discipline]]\nkind = \"{kind}\"\n"));
    let mut seen = [0; 2];
    for arm in &arms {
        let log = log_of(&desk(60, burst, &teams, rules, arm), &[]);
        for ticket in 0..60 {
            let own: Vec<Record> = about(&log, ticket).copied().collect();
            let reason = found(&own, |fact| match *fact {
                Fact::Unassigned { reason, attempts, .. } => Some((reason, attempts)),
                _ => None,
            });
            let Some(&(_, (reason, last))) = reason.first() else { continue };
            let eligible = count(
                &own,
                |fact| matches!(*fact, Fact::Evaluated { attempt, finding: Finding::Eligible | Finding::NoSlot, .. } if attempt == last),
            );
            assert_eq!(
                reason,
                if eligible > 0 { Reason::NoSlot } else { Reason::NobodyEligible },
                "{arm} {ticket}"
            );
            seen[usize::from(eligible > 0)] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 20), "{seen:?}");
}

/// Half past midnight in Auckland is the morning of the day before in London.
#[test]
fn z4_times_of_day_are_those_of_the_technicians_own_day() {
    let london = "time_zone = \"Europe/London\"\nhours = \"always\"";
    let start = [("start", "\"2026-11-23T00:30\""), ("time_zone", "\"Pacific/Auckland\"")];
    let first = |key: &str| {
        let team = people(&[
            ("Ann", &format!("{london}\n{key}")),
            ("Ben", "hours = \"always\"\nbusy = [\"00:00-01:00\"]"),
        ]);
        let log = log_of(&desk(1, "", &team, "", SEQUENTIAL), &start);
        booked(&log)[0].1
    };
    // It is 11:30 there.
    assert_eq!(first("out = [\"11:00-12:00\"]"), (0, 1, 40), "she is out");
    assert_eq!(first("out = [\"00:00-11:00\"]"), (0, 0, 10), "she is back");
    assert_eq!(first("busy = [\"11:00-11:35\"]"), (0, 0, 15), "ten minutes after the entry");
    assert_eq!(first("busy = [\"2026-11-23T11:00/2026-11-23T12:00\"]"), (0, 0, 10), "that is tomorrow");
}

/// Both work round the clock and have a free slot now; the one whose local day is less booked is preferred.
#[test]
fn z5_round_the_clock_the_day_begins_at_local_midnight_and_what_stood_before_the_start_counts() {
    let always = |keys: &str| format!("hours = \"always\"\n{keys}");
    let winner = |ann: &str, ben: &str| {
        let team = people(&[("Ann", &always(ann)), ("Ben", &always(ben))]);
        owners(&log_of(
            &desk(1, "", &team, "", SEQUENTIAL),
            &[("ranker.w_load", "1.0"), ("start", "\"2026-11-23T22:00\"")],
        ))[0]
            .1
    };
    assert_eq!(winner("busy = [\"09:00-12:00\"]", ""), 1, "the same day, before the start");
    assert_eq!(
        winner("busy = [\"2026-11-24T09:00/2026-11-24T12:00\"]", "busy = [\"09:00-10:00\"]"),
        0,
        "the next day"
    );
    assert_eq!(winner("", "busy = [\"09:00-12:00\"]"), 0);
    let tokyo = "time_zone = \"Asia/Tokyo\"\nbusy = [\"2026-11-23T20:00/2026-11-23T23:00\"]";
    assert_eq!(winner(tokyo, "busy = [\"09:00-10:00\"]"), 0, "in Tokyo it is the 24th already");
}

#[test]
fn z4_working_hours_are_in_the_technicians_own_zone_summer_time_included() {
    let new_york = "time_zone = \"America/New_York\"";
    assert_eq!(first_start("2026-11-23T08:00", ""), 10);
    assert_eq!(first_start("2026-11-23T08:00", "time_zone = \"Europe/London\""), 60);
    assert_eq!(first_start("2026-11-23T08:00", new_york), 6 * 60);
    // Between the ends of summer time in Europe and in the United States they are an hour closer.
    assert_eq!(first_start("2026-10-26T08:00", new_york), 5 * 60);
    // The night in which summer time ends has an hour more, that in which it begins one less.
    let every_day = "weekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]";
    assert_eq!(first_start("2026-10-24T20:00", every_day), 13 * 60);
    assert_eq!(first_start("2026-03-28T20:00", every_day), 11 * 60);
    assert_eq!(first_start("2026-11-23T20:00", every_day), 12 * 60);
}

#[test]
fn z8_the_in_out_board_alone_says_who_may_own_unless_hours_are_respected() {
    let team =
        people(&[("Ann", "time_zone = \"America/New_York\""), ("Ben", "time_zone = \"Europe/Berlin\"")]);
    let log = |more: &str| {
        let dispatch = format!("mode = \"owner-only\"\n{more}");
        log_of(&desk(2, "", &team, &dispatch, SEQUENTIAL), &[("time_zone", "\"Europe/Berlin\"")])
    };
    let respected = log("respect_hours = true");
    assert_eq!(owners(&respected), [(0, 1), (1, 1)]);
    assert_eq!(out_of_it(&respected), [(0, 0, Finding::AfterHours), (1, 0, Finding::AfterHours)]);
    let plain = log("");
    assert_eq!(owners(&plain), [(0, 0), (1, 1)], "no hours are looked at");
    assert_eq!(out_of_it(&plain), []);
    // The work itself waits for the working day of its owner, six hours later there.
    let starts = found(&plain, |fact| match *fact {
        Fact::Started { technician, .. } => Some(technician.0),
        _ => None,
    });
    assert_eq!(starts, [(4, 1), (6 * 60, 0)]);
    // Nobody is at work in the evening, and tickets get owners all the same.
    let evening = [("start", "\"2026-11-23T20:00\"")];
    let owned = desk(2, "", "technicians = 1", "mode = \"owner-only\"", SEQUENTIAL);
    assert_eq!(owners(&log_of(&owned, &evening)), [(0, 0), (1, 0)]);
}

/// Who gets the only ticket by the order of the preset, or by what else `[ranker]` says.
fn best_by(ann: &str, ben: &str, ranker: &str) -> u32 {
    let team = people(&[("Ann", ann), ("Ben", ben)]);
    let text = |kind: &str| {
        format!(
            "preset = \"zofiq\"\nname = \"best\"\n[burst]\ntickets = 1\narrivals = {{ backlog = {{}} }}\n[desk]\n{team}\
             [ranker]\nlatency = \"2min\"\n{ranker}\n[[discipline]]\nkind = \"{kind}\"\n"
        )
    };
    let best = owners(&log_of(&text("sequential"), &[]))[0].1;
    assert_eq!(owners(&log_of(&text("batched"), &[]))[0].1, best, "a matching goes by the same order");
    best
}

fn best(ann: &str, ben: &str) -> u32 {
    best_by(ann, ben, "")
}

#[test]
fn z5_each_criterion_decides_only_where_all_before_it_are_the_same() {
    let weights = "w_start = 1.0\nw_load = 0.01\nw_history = 0.0001";
    // With a lead of nearly ten minutes, Ben can start ten seconds before Ann, whose day is empty.
    let seconds = |ranker: &str| {
        let team = people(&[("Ann", "busy = [\"08:00-08:10\"]"), ("Ben", "busy = [\"09:00-17:00\"]")]);
        let text = desk(1, "", &team, "buffer = \"0s\"\nlead = \"590s\"", SEQUENTIAL);
        let text = text.replace("w_load = 0.0\n        w_history = 0.0", ranker);
        owners(&log_of(&text, &[]))[0].1
    };
    assert_eq!(seconds("order = [\"start\", \"load\", \"history\"]"), 1, "not one second is traded");
    assert_eq!(seconds(weights), 0, "weights trade half a minute");
    assert_eq!(seconds("order = [\"load\", \"start\"]"), 0);
    assert_eq!(seconds("order = [\"history\"]"), 0, "the order of the scenario is last");
    // The least difference in load decides before the greatest in history.
    let (meeting, longer) = ("busy = [\"14:00-15:00\"]", "busy = [\"14:00-15:01\"]");
    let (perfect, hopeless) = ("history = { general = 1.0 }", "history = { general = 0.0 }");
    let (ann, ben) = (format!("{longer}\n{perfect}"), format!("{meeting}\n{hopeless}"));
    assert_eq!(best(&ann, &ben), 1);
    assert_eq!(best_by(&ann, &ben, weights), 0, "weights trade a minute of load for history");
    assert_eq!(best_by(&ann, &ben, "w_load = 0.01\nw_history = 0.1"), 0, "who states a weight weighs");
    assert_eq!(best_by(&ann, &ben, "order = [\"start\", \"history\", \"load\"]"), 0);
}

#[test]
fn z5_a_batch_is_matched_by_one_criterion_after_the_other() {
    // Two slots each that start alike; the second ticket is better solved by Ann, who would also be first in the order.
    let team = people(&[
        ("Ann", "history = { mail = 0.9, vpn = 0.8 }"),
        ("Ben", "history = { mail = 0.8, vpn = 0.1 }\nbusy = [\"15:00-16:00\"]"),
    ]);
    let owners_of = |ranker: &str, tickets: u32, seed: &str| {
        let batched = "[[discipline]]\nkind = \"batched\"\n";
        let text = desk(tickets, "categories = { mail = 1, vpn = 1 }", &team, "buffer = \"0s\"", batched);
        let text = text.replace("w_load = 0.0\n        w_history = 0.0", ranker);
        let script = stampede::experiment::Experiment::prepare(parse(&text, &[("seed", seed)]))
            .expect("valid")
            .script(0);
        let categories: Vec<u32> = script.burst.tickets.iter().map(|ticket| ticket.category).collect();
        let mut owners = owners(&log_of(&text, &[("seed", seed)]));
        owners.sort_unstable();
        let owners: Vec<u32> = owners.into_iter().map(|(_, owner)| owner).collect();
        (categories, owners)
    };
    let in_turn = "order = [\"start\", \"load\", \"history\"]";
    // As early as possible: both begin at once. What they solve decides who gets which.
    let mut different = 0;
    for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        let (categories, owners) = owners_of(in_turn, 2, seed);
        assert_eq!(owners.iter().sum::<u32>(), 1, "one each");
        if categories[0] != categories[1] {
            different += 1;
            assert_eq!(owners[usize::from(categories[1] == 1)], 0, "{categories:?}");
        }
    }
    assert!(different > 0);
    // Whoever solves them best gets all where that comes first.
    assert_eq!(owners_of("order = [\"history\", \"start\"]", 2, "1").1, [0, 0]);
    assert_eq!(owners_of("order = [\"load\"]", 1, "1").1, [0]);
}

#[test]
fn z5_offers_are_compared_in_turn_or_weighed_but_not_both() {
    let text = |ranker: &str| {
        let text = desk(1, "", "technicians = 2", "", SEQUENTIAL);
        text.replace("w_load = 0.0\n        w_history = 0.0", ranker)
    };
    for key in ["w_start = 1.0", "w_load = 0.0", "w_history = 2", "w_peers = 1", "temperature = 0.2"] {
        let error = refusal(&text(&format!("order = [\"start\"]\n{key}")));
        let name = key.split(' ').next().expect("it has a name");
        assert!(error.contains(&format!("`ranker.{name}` does not go with `ranker.order`")), "{error}");
    }
    for (order, part) in [
        ("[]", "at least one criterion"),
        ("[\"start\", \"load\", \"start\"]", "each criterion once"),
        ("[\"start\", \"lode\"]", "expected \"start\" or \"load\""),
        ("\"start\"", "write order = [\"start\"]"),
    ] {
        let error = refusal(&text(&format!("order = {order}")));
        assert!(error.contains("`ranker.order") && error.contains(part), "{order}: {error}");
    }
    parse(&text("order = [\"start\"]\ntemperature = 0"), &[]);
}

#[test]
fn z5_peers_count_where_the_order_names_them_and_the_run_says_where_it_does_not() {
    let parallel = "[[discipline]]\nkind = \"parallel\"\n";
    let text = |order: &str| {
        let text = desk(4, "", "technicians = 4", "", parallel);
        text.replace("w_load = 0.0\n        w_history = 0.0", &format!("order = {order}"))
    };
    let fallbacks = |order: &str| {
        let comparison = compare(parse(&text(order), &[("experiment.replications", "1")]), Engine::Direct, 1);
        let vain = comparison.warnings.iter().any(|warning| warning.contains("leaves out \"peers\""));
        (measured(&comparison, 0, "conflicts"), vain)
    };
    let (without, vain) = fallbacks("[\"start\", \"load\"]");
    assert!(without > Some(0.0) && vain, "{without:?}");
    assert!(!fallbacks("[\"start\", \"peers\"]").1);
    let awareness = [("discipline.peer_awareness", "0.0")];
    let blind = compare(parse(&text("[\"start\", \"load\"]"), &awareness), Engine::Direct, 1);
    assert!(!blind.warnings.iter().any(|warning| warning.contains("peers")), "{:?}", blind.warnings);
    // Whoever is considered by others comes after those who are not, and before those who can only start later.
    let first = |order: &str, alternatives: &str| {
        let log = log_of(&text(order), &[("discipline.alternatives", alternatives)]);
        found(&log, |fact| match *fact {
            Fact::Ranked { attempt: 1, rank: 1, technician, .. } => Some(technician.0),
            _ => None,
        })
    };
    assert_eq!(first("[\"start\", \"peers\"]", "0"), [(2, 0), (2, 1), (2, 2), (2, 3)]);
    assert_eq!(first("[\"start\"]", "0"), [(2, 0); 4]);
}

#[test]
fn z5_the_earliest_slot_wins_then_the_lower_load_then_the_better_history() {
    let (perfect, hopeless) = ("history = { general = 1.0 }", "history = { general = 0.0 }");
    // Ann is free at 8:40, and has all else: an empty day but for that, and a better history.
    let (soon, packed) = ("busy = [\"08:00-08:30\"]", "busy = [\"09:00-17:00\"]");
    assert_eq!(best(&format!("{soon}\n{perfect}"), &format!("{packed}\n{hopeless}")), 1, "the earliest slot");
    assert_eq!(best(&format!("{packed}\n{hopeless}"), &format!("{soon}\n{perfect}")), 0);
    let meeting = "busy = [\"14:00-15:00\"]";
    assert_eq!(best(&format!("{meeting}\n{perfect}"), hopeless), 1, "then the lower load");
    assert_eq!(best("history = { general = 0.2 }", "history = { general = 0.9 }"), 1, "then history");
    assert_eq!(best("", "history = { general = 0.4 }"), 0, "which counts as a half where it is not known");
    assert_eq!(best("", "history = { general = 0.6 }"), 1);
    assert_eq!(best("", ""), 0, "then the order of the scenario");
}

#[test]
fn z6_no_slot_starts_more_than_a_day_ahead_of_the_decision() {
    let outcome = |busy: &str, more: &str| {
        let busy = format!("hours = \"always\"\nbusy = [\"2026-11-23T07:00/{busy}\"]");
        let log = log_of(&desk(1, "", &people(&[("Ann", &busy)]), more, SEQUENTIAL), &[]);
        booked(&log).first().map(|(_, (_, _, start))| *start)
    };
    assert_eq!(outcome("2026-11-24T07:50", ""), Some(24 * 60), "ten minutes' buffer after the entry");
    assert_eq!(outcome("2026-11-24T07:51", ""), None);
    assert_eq!(outcome("2026-11-24T07:51", "horizon = \"25h\""), Some(24 * 60 + 1));
    assert_eq!(outcome("2026-11-23T09:51", "horizon = \"2h\""), None);
    // From Friday evening the next working hours are too far ahead, from Thursday evening they are not.
    let evening = |day: &str| {
        let start = format!("\"2026-11-{day}T16:45\"");
        booked(&log_of(&desk(1, "", "technicians = 1", "", SEQUENTIAL), &[("start", &start)])).len()
    };
    assert_eq!((evening("26"), evening("27")), (1, 0));
}

#[test]
fn z6_the_day_counts_from_the_decision_not_from_the_arrival() {
    // The first dispatch takes an hour and books Ben; the second decides at nine, when Ann's 11:00 is near enough.
    let team = people(&[("Ann", "busy = [\"08:00-11:00\"]"), ("Ben", "hours = \"08:00-09:00\"")]);
    let text = desk(2, "", &team, "horizon = \"2h\"\nbuffer = \"0s\"", SEQUENTIAL);
    let log = log_of(&text, &[("ranker.latency", "\"1h\"")]);
    assert_eq!(booked(&log), [(60, (0, 1, 10)), (120, (1, 0, 180))]);
}

#[test]
fn z7_who_is_free_now_starts_in_ten_minutes() {
    let start = |technician: &str, more: &str| {
        booked(&log_of(&desk(1, "", &people(&[("Ann", technician)]), more, SEQUENTIAL), &[]))[0].1.2
    };
    assert_eq!(start("", ""), 10);
    assert_eq!(start("", "lead = \"25min\""), 25);
    assert_eq!(start("", "lead = \"0s\""), 0);
    // Who is not free now starts when they are: the notice is in that already.
    assert_eq!(start("hours = \"09:00-17:00\"", ""), 60);
    assert_eq!(start("busy = [\"07:00-08:20\"]", "buffer = \"0s\""), 20);
    assert_eq!(start("busy = [\"07:00-08:05\"]", "buffer = \"0s\""), 10);
}

/// The slot starts and the notices in minutes, booking by booking.
fn notices(dispatch: &str, settings: &[(&str, &str)]) -> Vec<(i64, i64)> {
    let text = desk(2, "", "technicians = 2\nhours = \"always\"", dispatch, SEQUENTIAL);
    booked(&log_of(&text, settings)).into_iter().map(|(at, (_, _, start))| (start, start - at)).collect()
}

#[test]
fn z7_the_lead_counts_from_the_read_or_from_the_decision() {
    assert_eq!(notices("", &[]), [(10, 8), (12, 8)], "a ranking takes two minutes");
    assert_eq!(notices("lead_from = \"read\"", &[]), [(10, 8), (12, 8)]);
    let late = "lead_from = \"decision\"";
    assert_eq!(notices(late, &[]), [(12, 10), (14, 10)]);
    for latency in ["\"45min\"", "{ uniform = { min = \"1min\", max = \"2h\" } }"] {
        let found = notices(late, &[("ranker.latency", latency)]);
        assert!(found.iter().all(|(_, notice)| (9..=10).contains(notice)), "{latency}: {found:?}");
    }
    // Rules, batches and slow answers take their time, too.
    let robin = [("ranker.kind", "\"round-robin\""), ("ranker.rule_latency", "\"7min\"")];
    assert_eq!(notices(late, &robin), [(17, 10), (24, 10)]);
    assert_eq!(notices(late, &[("calendar.read_latency", "\"3min\"")]), [(15, 10), (20, 10)]);
    let batched =
        desk(2, "", "technicians = 2", late, "[[discipline]]\nkind = \"batched\"\nwindow = \"1min\"");
    assert_eq!(booked(&log_of(&batched, &[])), [(3, (0, 0, 13)), (3, (1, 1, 13))]);
    // A meeting that is free time at the read is none at the decision.
    let team = people(&[("Ann", "busy = [\"08:43-09:30\"]"), ("Ben", "busy = [\"08:00-08:35\"]")]);
    let first = |dispatch: &str| booked(&log_of(&desk(1, "", &team, dispatch, SEQUENTIAL), &[]))[0].1;
    assert_eq!(first("buffer = \"0s\""), (0, 0, 10));
    assert_eq!(first("buffer = \"0s\"\nlead_from = \"decision\""), (0, 0, 12));
    assert_eq!(first("buffer = \"0s\"\nlead = \"12min\"\nlead_from = \"decision\""), (0, 1, 35));
    // The horizon counts from the same instant.
    let near = "lead = \"1h\"\nhorizon = \"1h\"\nlead_from = \"decision\"";
    assert_eq!(notices(near, &[]), [(62, 60), (64, 60)]);
}

#[test]
fn z7_a_lead_from_the_decision_does_not_meet_a_provider() {
    let text =
        |lead_from: &str| desk(1, "", "technicians = 1", &format!("lead_from = \"{lead_from}\""), SEQUENTIAL);
    let error = refusal(&text("sometime"));
    assert!(error.contains("`dispatch.lead_from`"), "{error}");
    let limits = "[ranker.provider]\ncalls_per_minute = 5\n[[discipline]]";
    parse(&text("read").replace("[[discipline]]", limits), &[]);
    let text = text("decision").replace("[[discipline]]", limits);
    let error = refusal(&text);
    assert!(error.contains("`dispatch.lead_from` does not go with `ranker.provider`"), "{error}");
}

#[test]
fn z7_notice_is_measured_from_the_booking_to_the_start_of_the_slot() {
    let measured_in = |text: &str, settings: &[(&str, &str)]| {
        let mut all = vec![("experiment.replications", "1")];
        all.extend_from_slice(settings);
        let comparison = compare(parse(text, &all), Engine::Direct, 1);
        ["notice.mean", "notice.min", "notice.max"].map(|key| measured(&comparison, 0, key))
    };
    let text = desk(2, "", "technicians = 1", "buffer = \"0s\"", SEQUENTIAL);
    // Booked after 2 and 4 minutes, for the 10th and the 40th.
    assert_eq!(measured_in(&text, &[]), [22.0, 8.0, 36.0].map(|minutes| Some(minutes * 60.0)));
    let slow = [("ranker.latency", "\"25min\"")];
    assert_eq!(measured_in(&text, &slow), [0.0, 0.0, 0.0].map(Some), "a slot that has started gives none");
    let owned = desk(2, "", "technicians = 1", "mode = \"owner-only\"", SEQUENTIAL);
    assert_eq!(measured_in(&owned, &[]), [None; 3]);
}

const OWNERS: &str = "mode = \"owner-only\"\nmax_active = 3\nexcluded_statuses = [\"Closed\"]";

#[test]
fn z8_the_lowest_count_below_the_cap_wins_and_history_breaks_ties() {
    let team = people(&[
        ("Ann", "open = { New = 3 }"),
        ("Ben", "open = { New = 2 }\nhistory = { general = 0.3 }"),
        ("Cid", "open = { New = 1, Closed = 9 }\nhistory = { general = 0.8 }\nbusy = [\"08:00-17:00\"]"),
    ]);
    let log = log_of(&desk(4, "", &team, OWNERS, SEQUENTIAL), &[]);
    // Counts: 3 2 1, then 3 2 2 (Cid's history is better), 3 2 3, and all at the cap.
    assert_eq!(owners(&log), [(0, 2), (1, 2), (2, 1)]);
    assert_eq!(
        found(&log, |fact| match *fact {
            Fact::Unassigned { ticket, reason, .. } => Some((ticket.0, reason)),
            _ => None,
        }),
        [(6, (3, Reason::NobodyEligible))]
    );
    let full: Vec<(u32, u32)> = out_of_it(&log)
        .into_iter()
        .map(|(ticket, technician, finding)| {
            assert_eq!(finding, Finding::AtCap);
            (ticket, technician)
        })
        .collect();
    assert_eq!(full, [(0, 0), (1, 0), (2, 0), (2, 2), (3, 0), (3, 1), (3, 2)], "at the cap is out already");
    let touches =
        |fact: &Fact| matches!(fact, Fact::Booked { .. } | Fact::Granted { .. } | Fact::Refused { .. });
    assert_eq!(count(&log, touches), 0, "no calendar is touched, and Cid's full one does not matter");
    let actives = found(&log, |fact| match *fact {
        Fact::Assigned { active, over_cap, .. } => Some((active, over_cap)),
        _ => None,
    });
    assert_eq!(actives, [(2, (2, false)), (4, (3, false)), (6, (3, false))]);
}

#[test]
fn z8_statuses_count_unless_they_are_excluded() {
    let team = people(&[("Ann", "open = { Closed = 5 }"), ("Ben", "open = { New = 1 }")]);
    let owner = |dispatch: &str| owners(&log_of(&desk(1, "", &team, dispatch, SEQUENTIAL), &[]))[0].1;
    assert_eq!(owner("mode = \"owner-only\""), 1);
    assert_eq!(owner("mode = \"owner-only\"\nexcluded_statuses = [\"Closed\"]"), 0);
    assert_eq!(
        owner("mode = \"owner-only\"\nexcluded_statuses = [\"Closed\", \"New\"]"),
        0,
        "nobody has anything"
    );
}

#[test]
fn z8_a_ticket_whose_new_status_is_excluded_does_not_count() {
    let counts = |more: &str| {
        let dispatch =
            format!("mode = \"owner-only\"\nmax_active = 2\nexcluded_statuses = [\"Waiting\"]\n{more}");
        owners(&log_of(&desk(5, "", "technicians = 2", &dispatch, SEQUENTIAL), &[])).len()
    };
    assert_eq!((counts(""), counts("status_after = \"Waiting\"")), (4, 5));
}

/// Two teams of two; the document gives Acme to Ben and Dee, Bolt to Cid, and says things the desk does not bear out.
fn with_pods(company: &str) -> (Vec<Record>, Vec<String>) {
    let table = "pod,technician,hours,zone,customer\n\
                 Red,Ben,08:00-17:00,America/New_York,Acme\n\
                 Red,Dee,,,\n\
                 Blue,Cid,07:00-12:00,,Bolt\n\
                 Blue,Andy Doe,,,\n\
                 Blue,,,,Bolts\n";
    with_document("pods.csv", table, company)
}

/// The same desk with a document of this name.
fn with_document(name: &str, document: &str, company: &str) -> (Vec<Record>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, document).expect("writable");
    let team = people(&[
        ("Ann", "teams = [\"Network\"]"),
        ("Ben", "teams = [\"Network\"]"),
        ("Cid", "teams = [\"Apps\"]"),
        ("Dee", "teams = [\"Apps\"]"),
        ("Andrew Doe", "teams = [\"Apps\"]"),
    ]);
    let teams = format!(
        "pods = {:?}\n[[desk.team]]\nname = \"Network\"\n[[desk.team]]\nname = \"Apps\"\n{team}",
        path.to_str().expect("a plain path")
    );
    let burst = format!("boards = {{ Network = 1 }}\ncompanies = {{ Acme = 0, Bolt = 0, {company} = 1 }}");
    let burst = burst.replace(&format!("{company} = 0, "), "");
    let text = desk(2, &burst, &teams, "", SEQUENTIAL);
    let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
    (log_of(&text, &[]), comparison.warnings)
}

#[test]
fn z12_a_pod_keeps_its_companies_tickets_to_its_members_on_the_boards_team() {
    let (log, _) = with_pods("Acme");
    assert_eq!(owners(&log), [(0, 1), (1, 1)], "Ben, though Ann is free");
    assert_eq!(out_of_it(&log), [(0, 0, Finding::Pod), (1, 0, Finding::Pod)]);
}

/// The same as text and as PDF. The PDF has no table of its objects, which readers make up for.
#[test]
fn z12_the_document_may_be_a_form_as_text_or_pdf() {
    let text = "Pod: Red\nTechnicians: Ben (08:00-17:00, America/New_York), Dee\nCustomers: Acme\n\
                Pod: Blue\nTechnicians: Cid 07:00-12:00, Andy Doe\nCustomers: Bolt, Bolts\n";
    let shown: Vec<String> =
        text.lines().map(|line| format!("({}) ' ", line.replace('(', "\\(").replace(')', "\\)"))).collect();
    let stream = format!("BT /F1 11 Tf 14 TL 72 700 Td {}ET", shown.concat());
    let pdf = format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 612 792] >>\nendobj\n\
         3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>\nendobj\n\
         4 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>\nendobj\n\
         5 0 obj\n<< /Length {} >>\nstream\n{stream}\nendstream\nendobj\n\
         trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n",
        stream.len()
    );
    for (name, document, line) in [("pods.txt", text, "line"), ("pods.pdf", pdf.as_str(), "page 1, line")] {
        for company in ["Acme", "Bolt", "Cog"] {
            let (log, warnings) = with_document(name, document, company);
            assert_eq!(log, with_pods(company).0, "{name}, {company}");
            for (number, part) in [
                (2, "in UTC, not \"America/New_York\""),
                (5, "the desk has \"Cid\" work 08:00-17:00, not \"07:00-12:00\""),
                (5, "there is no technician \"Andy Doe\" on the desk; names must match exactly"),
                (6, "no ticket can be from a company \"Bolts\"; names must match exactly"),
            ] {
                let place = format!("{name}, {line} {number}: ");
                let found = warnings.iter().filter(|text| text.contains(part) && text.contains(&place));
                assert_eq!(found.count(), 1, "{part}: {warnings:?}");
            }
            assert_eq!(warnings.len(), with_pods(company).1.len(), "{warnings:?}");
        }
    }
}

#[test]
fn z12_where_no_member_is_on_the_boards_team_the_desk_wins() {
    let (log, _) = with_pods("Bolt");
    assert_eq!(owners(&log), [(0, 0), (1, 1)], "the team, as if there were no pod");
    let (log, _) = with_pods("Cog");
    assert_eq!(owners(&log), [(0, 0), (1, 1)], "no pod looks after it");
}

#[test]
fn z12_what_contradicts_the_desk_is_ignored_with_a_warning() {
    let (_, warnings) = with_pods("Acme");
    for (line, part) in [
        (4, "the desk has \"Cid\" work 08:00-17:00, not \"07:00-12:00\""),
        (5, "there is no technician \"Andy Doe\" on the desk; names must match exactly"),
        (6, "no ticket can be from a company \"Bolts\"; names must match exactly"),
    ] {
        let found =
            warnings.iter().filter(|text| text.contains(part) && text.contains(&format!("line {line}")));
        assert_eq!(found.count(), 1, "{part}: {warnings:?}");
    }
    let zones = warnings.iter().filter(|text| text.contains("America/New_York")).count();
    assert_eq!(zones, 1, "the desk's zone is another: {warnings:?}");
    assert_eq!(warnings.len(), 4, "{warnings:?}");
}
