//! The incremental calendar against a plain one, and its rules one by one.

mod whole_desk;

use super::*;
use crate::domain::desk::{Team, Technician, WorkingHours};
use crate::domain::settings::LeadFrom;

fn minutes(count: i64) -> SimTime {
    SimTime::ZERO + SimDuration::from_mins(count)
}

fn rules() -> SlotRules {
    SlotRules {
        slot: SimDuration::from_mins(30),
        buffer: SimDuration::ZERO,
        lead: SimDuration::ZERO,
        lead_from: LeadFrom::Read,
        grid: None,
        horizon: SimDuration::from_hours(24),
        second_day: false,
    }
}

/// Two days of 08:00–12:00 and 13:00–17:00, in minutes from the first 08:00.
fn split_days() -> WorkingHours {
    let windows = [(0, 240), (300, 540), (1440, 1680), (1740, 1980)];
    let window = |(from, to)| Interval { start: minutes(from), end: minutes(to) };
    WorkingHours { windows: windows.map(window).to_vec(), ..WorkingHours::default() }
}

/// `count` technicians, all in the first team, the even ones in a second too.
fn desk(count: u32, hours: WorkingHours) -> Arc<Desk> {
    let technician = |number: u32| Technician {
        name: format!("Technician {number}"),
        hours: 0,
        teams: if number.is_multiple_of(2) { [TeamId(0), TeamId(1)].into() } else { [TeamId(0)].into() },
        history: [Some(0.5)].into(),
        ..Technician::default()
    };
    let members = |step| (0..count).step_by(step).map(TechnicianId).collect();
    Arc::new(Desk {
        technicians: (0..count).map(technician).collect(),
        teams: vec![
            Team { name: "all".into(), members: members(1) },
            Team { name: "even".into(), members: members(2) },
        ],
        hours: vec![hours],
        categories: vec!["general".into()],
        companies: vec!["company".into()],
        ..Desk::default()
    })
}

fn calendar(count: u32, rules: SlotRules) -> Calendar {
    Calendar::new(desk(count, split_days()), rules, SimDuration::from_mins(2))
}

/// A slot by the calendar's own rules.
fn slot(calendar: &Calendar, start: SimTime) -> Interval {
    Interval::new(start, calendar.rules.slot)
}

/// What ticket `ticket` asks of the first team.
fn request(ticket: u32) -> Request {
    Request { ticket: TicketId(ticket), ..Request::default() }
}

const START_ONLY: Preference = Preference { start: 1.0, load: 0.0, history: 0.0, peers: 0.0 };

/// What ticket `ticket` is offered among the team.
fn read(
    calendar: &mut Calendar,
    now: SimTime,
    (ticket, team): (u32, u32),
    preference: Preference,
    limit: Option<u32>,
) -> Vec<Offer> {
    let mut offers = Vec::new();
    let request = Request { team: TeamId(team), ..request(ticket) };
    let rules = calendar.rules;
    let outlook = Outlook { order: OfferOrder::Cost(preference), limit, considers: 2 };
    calendar.read(now, &request, &rules, &outlook, &mut offers);
    offers
}

fn starts(calendar: &mut Calendar, now: SimTime, limit: u32) -> Vec<(u32, i64)> {
    let offers = read(calendar, now, (0, 0), START_ONLY, Some(limit));
    offers.iter().map(|offer| (offer.technician.0, offer.start.micros() / 60_000_000)).collect()
}

/// The earliest start that fits, by trying every minute.
fn plain_earliest(calendar: &Calendar, technician: TechnicianId, now: SimTime) -> Option<SimTime> {
    let rules = &calendar.rules;
    let hours = &calendar.desk.hours[0];
    (0..3000)
        .map(minutes)
        .filter(|start| *start >= now + rules.lead && *start <= now + rules.horizon)
        .filter(|start| rules.round_up(*start) == *start)
        .find(|start| {
            let slot = Interval::new(*start, rules.slot);
            let wide = Interval { start: slot.start - rules.buffer, end: slot.end + rules.buffer };
            hours.windows.iter().any(|window| window.start <= slot.start && slot.end <= window.end)
                && !calendar.entries(technician).iter().any(|entry| entry.slot.overlaps(wide))
        })
}

/// Thousands of random claims, unchecked writes, confirmations, releases and lapses under a moving clock; every read is
/// compared with the plain search.
#[test]
fn reads_agree_with_a_plain_search_whatever_happened_before() {
    let mut state = 11_u64;
    let mut random = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    for round in 0..60 {
        let rules = SlotRules {
            slot: SimDuration::from_mins([30, 45, 20][round % 3]),
            buffer: SimDuration::from_mins([0, 10][round % 2]),
            lead: SimDuration::from_mins([0, 10, 7][round / 2 % 3]),
            grid: [None, Some(SimDuration::from_mins(30)), Some(SimDuration::from_mins(15))][round / 3 % 3],
            horizon: SimDuration::from_hours([24, 3, 48][round / 5 % 3]),
            ..rules()
        };
        let mut calendar = calendar(5, rules);
        let mut now = minutes(0);
        let mut holds = Vec::new();
        for step in 0..120 {
            now += SimDuration::from_mins(random(12) as i64);
            while calendar.lapse(now).is_some() {}
            let technician = TechnicianId(random(5) as u32);
            let start = rules.round_up(now + SimDuration::from_mins(random(400) as i64));
            match random(6) {
                0 | 1 => {
                    holds.extend(calendar.claim(now, TicketId(step), technician, slot(&calendar, start)));
                }
                2 => calendar.write(TicketId(step), technician, slot(&calendar, start)),
                3 if !holds.is_empty() => {
                    calendar.confirm(holds[random(holds.len() as u64) as usize]);
                }
                4 if !holds.is_empty() => {
                    calendar.release(holds[random(holds.len() as u64) as usize]);
                }
                _ => {}
            }
            let team = random(2) as u32;
            let offers = read(&mut calendar, now, (9999, team), START_ONLY, None);
            let mut expected: Vec<(SimTime, TechnicianId)> = calendar.desk.teams[team as usize]
                .members
                .iter()
                .filter_map(|&member| Some((plain_earliest(&calendar, member, now)?, member)))
                .collect();
            expected.sort_unstable();
            let seen: Vec<(SimTime, TechnicianId)> =
                offers.iter().map(|offer| (offer.start, offer.technician)).collect();
            assert_eq!(seen, expected, "round {round}, step {step}, now {now:?}");
            let offers = read(&mut calendar, now, (9999, team), START_ONLY, Some(2));
            assert!(
                offers.iter().map(|offer| (offer.start, offer.technician)).eq(expected.into_iter().take(2))
            );
        }
    }
}

#[test]
fn n2_overlap_is_the_test_not_equality_of_start() {
    let mut calendar = calendar(1, rules());
    let who = TechnicianId(0);
    calendar.claim(minutes(0), TicketId(1), who, slot(&calendar, minutes(30))).expect("the day is empty");
    for start in [1, 29, 30, 31, 59] {
        let refused = calendar.claim(minutes(0), TicketId(2), who, slot(&calendar, minutes(start)));
        assert_eq!(refused, Err(Obstacle::Held(TicketId(1))), "{start}");
    }
    for start in [0, 60] {
        assert!(
            calendar.claim(minutes(0), TicketId(2), who, slot(&calendar, minutes(start))).is_ok(),
            "{start}"
        );
    }
}

#[test]
fn a_slot_that_has_started_cannot_be_claimed() {
    let mut calendar = calendar(1, rules());
    let who = TechnicianId(0);
    assert_eq!(
        calendar.claim(minutes(31), TicketId(1), who, slot(&calendar, minutes(30))),
        Err(Obstacle::Started)
    );
    assert!(calendar.claim(minutes(30), TicketId(1), who, slot(&calendar, minutes(30))).is_ok());
}

#[test]
fn a_hold_is_cited_confirmed_once_and_lapses_with_its_lease() {
    let mut calendar = calendar(2, rules());
    let (first, second) = (TechnicianId(0), TechnicianId(1));
    let kept = calendar.claim(minutes(0), TicketId(1), first, slot(&calendar, minutes(30))).expect("free");
    let lost = calendar.claim(minutes(1), TicketId(2), second, slot(&calendar, minutes(30))).expect("free");
    assert!(calendar.confirm(kept).is_some());
    assert!(calendar.confirm(kept).is_none(), "a booking is not a hold any more");
    assert!(calendar.lapse(SimTime::from_micros(minutes(3).micros() - 1)).is_none());
    assert_eq!(calendar.standing_holds().count(), 1);
    let lapsed = calendar.lapse(minutes(3)).expect("the lease of two minutes is over");
    assert_eq!((lapsed.0, lapsed.1.ticket), (lost, TicketId(2)));
    assert!(calendar.confirm(lost).is_none());
    assert!(calendar.release(kept).is_none(), "a booking is not released");
    assert_eq!(calendar.standing_holds().count(), 0);
    assert!(
        calendar.claim(minutes(3), TicketId(3), second, slot(&calendar, minutes(30))).is_ok(),
        "free again"
    );
    assert_eq!(
        calendar.claim(minutes(3), TicketId(3), first, slot(&calendar, minutes(30))),
        Err(Obstacle::Booked(TicketId(1)))
    );
}

#[test]
fn z7_a_free_technician_starts_after_the_lead_and_z6_not_beyond_the_horizon() {
    let mut calendar = calendar(
        1,
        SlotRules { lead: SimDuration::from_mins(10), horizon: SimDuration::from_hours(1), ..rules() },
    );
    assert_eq!(starts(&mut calendar, minutes(5), 9), [(0, 15)]);
    // At 11:25 the slot ends at 12:05, in the lunch break; 13:00 is more than an hour ahead until 12:00.
    assert_eq!(starts(&mut calendar, minutes(205), 9), []);
    assert_eq!(starts(&mut calendar, minutes(239), 9), []);
    assert_eq!(starts(&mut calendar, minutes(240), 9), [(0, 300)]);
}

#[test]
fn buffers_shape_the_search_but_are_no_conflict() {
    let mut calendar = calendar(1, SlotRules { buffer: SimDuration::from_mins(10), ..rules() });
    let who = TechnicianId(0);
    calendar.write(TicketId(1), who, slot(&calendar, minutes(45)));
    // 00:00–00:30 leaves fifteen minutes before the entry.
    assert_eq!(starts(&mut calendar, minutes(0), 9), [(0, 0)]);
    assert_eq!(starts(&mut calendar, minutes(6), 9), [(0, 85)]);
    assert!(
        calendar.claim(minutes(6), TicketId(2), who, slot(&calendar, minutes(75))).is_ok(),
        "no overlap of the slots"
    );
}

#[test]
fn costs_add_up_as_the_preference_says() {
    let preference = Preference { start: 2.0, load: 8.0, history: 3.0, peers: 5.0 };
    let mut calendar = calendar(2, rules());
    calendar.write(TicketId(7), TechnicianId(0), slot(&calendar, minutes(0)));
    let offers = read(&mut calendar, minutes(0), (1, 0), preference, None);
    // Technician 0: half an hour to wait, an eighth of the four-hour window booked.
    let cost = |technician: u32| offers.iter().find(|offer| offer.technician.0 == technician).map(|o| o.cost);
    assert_eq!(cost(0), Some(2.0 * 0.5 + 8.0 * 0.125 - 3.0 * 0.5));
    assert_eq!(cost(1), Some(-3.0 * 0.5));
}

#[test]
fn n5_a_dispatch_considers_its_first_choices_from_its_read_until_it_ends() {
    let preference = Preference { start: 1.0, load: 0.0, history: 0.0, peers: 10.0 };
    let mut calendar = calendar(4, rules());
    let first_two = |calendar: &mut Calendar, ticket: u32| {
        let offers = read(calendar, minutes(0), (ticket, 0), preference, Some(2));
        [offers[0].technician.0, offers[1].technician.0]
    };
    assert_eq!(first_two(&mut calendar, 1), [0, 1]);
    assert_eq!(first_two(&mut calendar, 2), [2, 3], "ticket 1 considers 0 and 1");
    assert_eq!(first_two(&mut calendar, 1), [0, 1], "it does not count against itself");
    calendar.forget(TicketId(2));
    assert_eq!(first_two(&mut calendar, 3), [2, 3]);
    calendar.write(TicketId(1), TechnicianId(0), slot(&calendar, minutes(0)));
    assert_eq!(first_two(&mut calendar, 4), [1, 0], "a booking ends the consideration");
}

#[test]
fn double_bookings_are_counted_by_pairs_and_minutes() {
    let mut calendar = calendar(1, rules());
    let who = TechnicianId(0);
    for (ticket, start) in [(1, 0), (2, 0), (3, 20), (4, 50), (5, 100)] {
        calendar.write(TicketId(ticket), who, slot(&calendar, minutes(start)));
    }
    let found: Vec<(u32, u32, i64)> = calendar
        .double_bookings()
        .iter()
        .map(|double| (double.ticket.0, double.peers, double.overlap.micros() / 60_000_000))
        .collect();
    // 0–30 twice, 20–50 once more, 50–80 touches only its end: covered twice from 0 to 30.
    assert_eq!(found, [(1, 2, 0), (2, 2, 30), (3, 2, 0)]);
    assert_eq!(found.iter().map(|(_, peers, _)| peers).sum::<u32>() / 2, 3);
}

#[test]
fn the_second_day_is_taken_in_rotation() {
    let mut calendar = calendar(3, rules());
    let day_two = |calendar: &mut Calendar, ticket: u32| {
        let booked = calendar.write_second_day(minutes(0), &request(ticket), &rules());
        booked.map(|(technician, slot)| (technician.0, slot.start.micros() / 60_000_000))
    };
    // The second working window of this desk is the first afternoon: 13:00–17:00 has eight slots.
    assert_eq!(day_two(&mut calendar, 4), Some((1, 300)));
    assert_eq!(day_two(&mut calendar, 4), Some((1, 330)));
    for _ in 0..6 {
        day_two(&mut calendar, 1);
    }
    assert_eq!(day_two(&mut calendar, 1), Some((2, 300)), "the next technician when one is full");
    for _ in 0..15 {
        assert!(day_two(&mut calendar, 0).is_some());
    }
    assert_eq!(day_two(&mut calendar, 0), None);
}

#[test]
fn the_second_day_passes_over_those_whom_a_rule_leaves_out() {
    let mut calendar = calendar(3, rules());
    let among = |bars: [Option<Bar>; 3]| Request { among: Some(Arc::new(bars.to_vec())), ..request(1) };
    let only_last = among([Some(Bar::Pod), Some(Bar::Sop), None]);
    let booked = calendar.write_second_day(minutes(0), &only_last, &rules());
    assert_eq!(booked.map(|(technician, _)| technician), Some(TechnicianId(2)));
    let nobody = among([Some(Bar::Sop); 3]);
    assert_eq!(calendar.write_second_day(minutes(0), &nobody, &rules()), None);
}

#[test]
fn nothing_is_booked_on_a_second_day_that_is_past_already() {
    let mut calendar = calendar(1, rules());
    let start = |booked: Option<(TechnicianId, Interval)>| booked.map(|(_, slot)| slot.start);
    // The second working window runs from minute 300 to 540.
    let booked = calendar.write_second_day(minutes(400), &request(0), &rules());
    assert_eq!(start(booked), Some(minutes(400)), "what is left of it");
    assert_eq!(calendar.write_second_day(minutes(515), &request(1), &rules()), None, "too little is left");
    assert_eq!(calendar.write_second_day(minutes(2000), &request(2), &rules()), None, "all is over");
}

#[test]
fn a_day_that_ended_before_the_scenario_starts_is_not_the_first() {
    let window = |(from, to)| Interval { start: minutes(from), end: minutes(to) };
    let windows = [(-600, 0), (900, 1440), (2340, 2880)].map(window).to_vec();
    let hours = WorkingHours { windows, ..WorkingHours::default() };
    let mut calendar = Calendar::new(desk(1, hours), rules(), SimDuration::from_mins(2));
    let booked = calendar.write_second_day(minutes(0), &request(0), &rules());
    assert_eq!(booked.map(|(_, slot)| slot.start), Some(minutes(2340)));
}

#[test]
fn at_the_end_of_time_nobody_has_a_slot() {
    let mut calendar = calendar(2, SlotRules { horizon: SimDuration::from_micros(i64::MAX), ..rules() });
    assert_eq!(starts(&mut calendar, minutes(0), 9).len(), 2);
    assert_eq!(starts(&mut calendar, SimTime::MAX, 9), []);
    assert_eq!(starts(&mut calendar, SimTime::MAX, 9), []);
}

#[test]
fn after_a_reset_nothing_is_left_of_the_last_replication() {
    let preference = Preference { start: 1.0, load: 0.0, history: 0.0, peers: 10.0 };
    let mut calendar = calendar(3, rules());
    read(&mut calendar, minutes(0), (1, 0), preference, Some(2));
    calendar
        .claim(minutes(0), TicketId(1), TechnicianId(0), slot(&calendar, minutes(30)))
        .expect("the day is empty");
    calendar.reset();
    let offers = read(&mut calendar, minutes(0), (2, 0), preference, Some(3));
    assert!(offers.iter().all(|offer| offer.cost == 0.0), "nobody is considered: {offers:?}");
    calendar
        .claim(minutes(1), TicketId(2), TechnicianId(0), slot(&calendar, minutes(30)))
        .expect("the day is empty");
    assert_eq!(calendar.lapse(minutes(2)), None, "the lease of the last replication is over, not this one's");
    calendar.forget(TicketId(1));
}

#[test]
fn round_the_clock_the_load_is_that_of_the_day_of_the_slot() {
    let rules = SlotRules { horizon: SimDuration::from_hours(48), ..rules() };
    let mut calendar = Calendar::new(desk(1, WorkingHours::always()), rules, SimDuration::from_mins(2));
    let preference = Preference { start: 0.0, load: 48.0, history: 0.0, peers: 0.0 };
    calendar.write(TicketId(1), TechnicianId(0), slot(&calendar, minutes(25 * 60)));
    let cost = |calendar: &mut Calendar, now| read(calendar, minutes(now), (2, 0), preference, None)[0].cost;
    assert_eq!(cost(&mut calendar, 0), 0.0);
    assert_eq!(cost(&mut calendar, 30 * 60), 1.0);
}

#[test]
fn what_stands_twice_in_a_calendar_is_load_once_and_a_day_is_never_more_than_full() {
    let mut calendar = calendar(1, rules());
    let who = TechnicianId(0);
    let preference = Preference { start: 0.0, load: 8.0, history: 0.0, peers: 0.0 };
    let cost = |calendar: &mut Calendar| read(calendar, minutes(0), (9, 0), preference, None)[0].cost;
    let at = |from, length| Interval::new(minutes(from), SimDuration::from_mins(length));
    // Half an hour is an eighth of the morning. 60–120 three times over, 90–150 once more: three half hours.
    for (ticket, slot) in [(1, at(60, 60)), (2, at(60, 60)), (3, at(70, 10)), (4, at(90, 60))] {
        calendar.write(TicketId(ticket), who, slot);
    }
    assert_eq!(cost(&mut calendar), 3.0);
    calendar.write(TicketId(5), who, at(-60, 90));
    assert_eq!(cost(&mut calendar), 4.0, "what begins before the day counts from its beginning");
    calendar.write(TicketId(6), who, at(30, 400));
    let full = |calendar: &Calendar| calendar.booked_share(who, minutes(0), SimDuration::from_mins(500));
    assert_eq!(full(&calendar), 1.0);
}

#[test]
fn a_success_rate_of_which_nothing_is_known_is_a_half() {
    let mut desk = Desk::clone(&desk(3, split_days()));
    desk.technicians[0].history = [Some(0.4)].into();
    desk.technicians[1].history = [].into();
    desk.technicians[2].history = [Some(0.6)].into();
    let mut calendar = Calendar::new(Arc::new(desk), rules(), SimDuration::from_mins(2));
    let preference = Preference { start: 0.0, load: 0.0, history: 10.0, peers: 0.0 };
    let offers = read(&mut calendar, minutes(0), (0, 0), preference, None);
    let found: Vec<(u32, f64)> = offers.iter().map(|offer| (offer.technician.0, offer.cost)).collect();
    assert_eq!(found, [(2, -6.0), (1, -5.0), (0, -4.0)]);
}

/// An hour's wait and a better history cost what no wait and a worse history do, but for the last digit.
#[test]
fn technicians_who_cost_the_same_come_in_the_desks_order() {
    let mut desk = Desk::clone(&desk(2, split_days()));
    desk.technicians[0].history = [Some(0.3)].into();
    desk.technicians[1].history = [Some(0.2)].into();
    desk.technicians[0].busy = vec![Interval::new(minutes(0), SimDuration::from_mins(60))];
    let mut calendar = Calendar::new(Arc::new(desk), rules(), SimDuration::from_mins(2));
    let preference = Preference { start: 0.1, load: 0.0, history: 1.0, peers: 0.0 };
    let offers = read(&mut calendar, minutes(0), (0, 0), preference, None);
    let [first, second] = [offers[0], offers[1]];
    assert!(first.cost > second.cost && first.cost - second.cost < 1e-15, "{offers:?}");
    assert_eq!((first.technician.0, second.technician.0), (0, 1));
}
