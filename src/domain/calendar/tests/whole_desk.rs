//! The in/out board, standing rules, other slot rules than the index's, rotation, counts, versions and tables.

use super::*;

/// What happens next, from a sequence of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Six technicians: the first is out in the first hour, the second at times, the third has entries from the start.
fn mixed_desk() -> Arc<Desk> {
    let span = |(from, to)| Interval { start: minutes(from), end: minutes(to) };
    let mut desk = Desk::clone(&desk(6, split_days()));
    desk.technicians[0].out = vec![span((0, 60))];
    desk.technicians[1].out = vec![span((30, 90)), span((200, 400)), span((1400, 1500))];
    desk.technicians[2].busy = vec![span((0, 45)), span((100, 130)), span((330, 500))];
    desk.hours.push(WorkingHours {
        windows: vec![span((120, 400)), span((1500, 1800))],
        ..WorkingHours::default()
    });
    desk.technicians[3].hours = 1;
    desk.statuses = ["New", "Waiting", "Assigned"].map(str::to_owned).to_vec();
    desk.technicians[4].open = vec![(0, 2), (1, 3)];
    desk.technicians[4].history = [Some(0.9)].into();
    Arc::new(desk)
}

/// The earliest start by `rules`, by trying every minute.
fn plain_start(
    calendar: &Calendar,
    technician: TechnicianId,
    now: SimTime,
    rules: &SlotRules,
) -> Option<SimTime> {
    let hours = &calendar.desk.hours[calendar.desk.technicians[technician.index()].hours];
    let first = (now + rules.lead).micros() / 60_000_000;
    (first..3000).map(minutes).take_while(|start| *start <= now + rules.horizon).find(|start| {
        let slot = Interval::new(*start, rules.slot);
        let wide = Interval { start: slot.start - rules.buffer, end: slot.end + rules.buffer };
        rules.round_up(*start) == *start
            && *start >= now + rules.lead
            && hours.windows.iter().any(|window| window.start <= slot.start && slot.end <= window.end)
            && !calendar.entries(technician).iter().any(|entry| entry.slot.overlaps(wide))
    })
}

/// Who can be asked and when, the earliest first, by trying everything.
fn plain_read(
    calendar: &Calendar,
    now: SimTime,
    request: &Request,
    rules: &SlotRules,
) -> Vec<(SimTime, u32)> {
    let mut found: Vec<(SimTime, u32)> = calendar.desk.teams[request.team.index()]
        .members
        .iter()
        .filter(|member| !calendar.desk.technicians[member.index()].is_out(now) && request.admits(**member))
        .filter_map(|member| Some((plain_start(calendar, *member, now, rules)?, member.0)))
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn filtered_reads_agree_with_a_plain_search_by_the_index_and_by_other_rules() {
    let mut random = Random(5);
    for round in 0..40 {
        let own = SlotRules { buffer: SimDuration::from_mins([0, 10][round % 2]), ..rules() };
        let other = SlotRules {
            slot: SimDuration::from_mins(45),
            lead: SimDuration::from_mins(15),
            grid: Some(SimDuration::from_mins(15)),
            horizon: SimDuration::from_hours(5),
            ..own
        };
        let mut calendar = Calendar::new(mixed_desk(), own, SimDuration::from_mins(20));
        let mut now = minutes(0);
        let mut holds = Vec::new();
        for step in 0..70 {
            now += SimDuration::from_mins([0, 3, 11, 70][random.below(4) as usize]);
            while calendar.lapse(now).is_some() {}
            let bars: Among = (0..6)
                .map(|_| [None, None, Some(Bar::Sop), Some(Bar::Pod)][random.below(4) as usize])
                .collect();
            let among = (random.below(3) > 0).then(|| Arc::new(bars));
            let team = TeamId(random.below(2) as u32);
            let request = Request { team, among, ..request(step) };
            let used = [own, other][random.below(2) as usize];
            let limit = [Some(1), Some(3), None][random.below(3) as usize];
            let expected = plain_read(&calendar, now, &request, &used);
            let mut offers = Vec::new();
            let weights = [START_ONLY, Preference { load: 3.0, history: 1.0, peers: 2.0, ..START_ONLY }];
            let order = OfferOrder::Cost(weights[random.below(2) as usize]);
            let outlook = Outlook { order, limit, considers: 2 };
            calendar.read(now, &request, &used, &outlook, &mut offers);
            let context = format!("{round} {step} at {now:?} {request:?} {used:?} {outlook:?}");
            let mut seen: Vec<(SimTime, u32)> =
                offers.iter().map(|offer| (offer.start, offer.technician.0)).collect();
            if order == OfferOrder::Cost(START_ONLY) {
                assert_eq!(seen, expected[..expected.len().min(limit.unwrap_or(9) as usize)], "{context}");
            } else {
                assert!(
                    offers.is_sorted_by(|a, b| (order.unit().count(a.cost), a.technician)
                        < (order.unit().count(b.cost), b.technician)),
                    "{context}"
                );
                seen.sort_unstable();
                assert!(seen.iter().all(|offer| expected.contains(offer)), "{context}");
                assert_eq!(seen.len(), expected.len().min(limit.unwrap_or(9) as usize), "{context}");
                for Offer { technician, start, cost } in &offers {
                    let parts = calendar.parts(*technician, *start, now, &request, order);
                    let sum: f64 = parts.iter().map(|(_, value)| value).sum();
                    assert!((sum - cost).abs() < 1e-9, "{context}");
                }
            }
            let technician = TechnicianId(random.below(6) as u32);
            let at = now + SimDuration::from_mins(random.below(300) as i64);
            match random.below(4) {
                0 => holds.extend(calendar.claim(now, request.ticket, technician, slot(&calendar, at)).ok()),
                1 => calendar.write(request.ticket, technician, slot(&calendar, at)),
                2 => drop(holds.pop().map(|hold| calendar.confirm(hold))),
                _ => drop(holds.pop().map(|hold| calendar.release(hold))),
            }
        }
        (0..70).for_each(|ticket| calendar.forget(TicketId(ticket)));
        assert_eq!(calendar.considered, [0; 6], "everybody is forgotten once");
    }
}

#[test]
fn a_finding_says_why_somebody_is_not_asked() {
    let mut calendar = Calendar::new(mixed_desk(), rules(), SimDuration::from_mins(2));
    let among = vec![None, Some(Bar::Sop), Some(Bar::Pod), None, None, None];
    let plain = request(0);
    let request = Request { among: Some(Arc::new(among)), ..request(0) };
    let short = SlotRules { horizon: SimDuration::from_mins(100), ..rules() };
    let find = |calendar: &Calendar, number| {
        calendar.slot_finding(TechnicianId(number), minutes(0), &request, &short).err()
    };
    let expected = [Some(Finding::Out), Some(Finding::Sop), Some(Finding::Pod), Some(Finding::AfterHours)];
    for (number, finding) in (0..).zip(expected) {
        assert_eq!(find(&calendar, number), finding, "{number}");
    }
    assert_eq!(find(&calendar, 5), None);
    calendar.write(TicketId(9), TechnicianId(5), Interval { start: minutes(0), end: minutes(101) });
    assert_eq!(find(&calendar, 5), Some(Finding::NoSlot));
    let shorter_than_a_slot = SlotRules { horizon: SimDuration::from_mins(20), ..rules() };
    for (number, finding) in [(5, Finding::NoSlot), (3, Finding::AfterHours)] {
        let found =
            calendar.slot_finding(TechnicianId(number), minutes(0), &plain, &shorter_than_a_slot).err();
        assert_eq!(found, Some(finding), "{number}");
    }
    calendar.write(TicketId(9), TechnicianId(4), Interval { start: minutes(0), end: minutes(100) });
    assert_eq!(find(&calendar, 4), None, "the horizon's last instant is within it");

    let capped = |calendar: &Calendar, most, excluded: &[u32]| {
        let owners = Owners { max_active: most, excluded: excluded.to_vec(), respect_hours: false };
        calendar.owner_finding(TechnicianId(4), minutes(0), &request, &owners)
    };
    assert_eq!(capped(&calendar, Some(5), &[]), Finding::AtCap);
    assert_eq!(capped(&calendar, Some(6), &[]), Finding::Eligible);
    assert_eq!(capped(&calendar, Some(3), &[1]), Finding::Eligible);
    assert_eq!(capped(&calendar, Some(2), &[1]), Finding::AtCap);
    assert_eq!(capped(&calendar, None, &[]), Finding::Eligible);
    for (respect_hours, finding) in [(true, Finding::AfterHours), (false, Finding::Eligible)] {
        let owners = Owners { respect_hours, ..Owners::default() };
        let lunch = calendar.owner_finding(TechnicianId(5), minutes(250), &request, &owners);
        assert_eq!(lunch, finding);
    }
}

/// Who is offered by `order`, the first choice first.
fn order_of(
    calendar: &mut Calendar,
    now: i64,
    request: &Request,
    order: OfferOrder,
    as_owners: bool,
) -> Vec<u32> {
    let outlook = Outlook { order, limit: None, considers: 1 };
    let mut offers = Vec::new();
    if as_owners {
        let owners = Owners { excluded: vec![1], respect_hours: true, ..Owners::default() };
        calendar.read_owners(minutes(now), request, &owners, &outlook, &mut offers);
    } else {
        calendar.read(minutes(now), request, &rules(), &outlook, &mut offers);
    }
    offers.iter().map(|offer| offer.technician.0).collect()
}

#[test]
fn the_rotation_of_a_team_goes_on_from_whoever_got_its_last_ticket_among_the_eligible() {
    let mut calendar = Calendar::new(mixed_desk(), rules(), SimDuration::from_mins(2));
    // At minute 10 the first is out; the fourth begins at 120.
    let all = request(0);
    assert_eq!(order_of(&mut calendar, 10, &all, OfferOrder::Rotation, true), [1, 2, 4, 5]);
    assert_eq!(order_of(&mut calendar, 10, &all, OfferOrder::Rotation, false), [1, 2, 3, 4, 5]);
    calendar.pass_turn(TechnicianId(3), TeamId(0));
    for as_owners in [true, false] {
        let order = order_of(&mut calendar, 130, &all, OfferOrder::Rotation, as_owners);
        assert_eq!(order, [4, 5, 0, 1, 2, 3], "whoever got the last ticket is last");
        let even = Request { team: TeamId(1), ..request(0) };
        assert_eq!(
            order_of(&mut calendar, 130, &even, OfferOrder::Rotation, as_owners),
            [0, 2, 4],
            "not its ticket"
        );
    }
    calendar.pass_turn(TechnicianId(5), TeamId(0));
    assert_eq!(order_of(&mut calendar, 130, &all, OfferOrder::Rotation, true)[0], 0);
    let parts = calendar.parts(TechnicianId(2), minutes(130), minutes(130), &all, OfferOrder::Rotation);
    assert_eq!(parts, [(CostPart::Rotation, 2.0)]);
}

#[test]
fn fewest_active_tickets_come_first_and_history_breaks_ties() {
    let mut calendar = Calendar::new(mixed_desk(), rules(), SimDuration::from_mins(2));
    // The fifth has two that count for owners, and five for slots; the better record does not outweigh one.
    assert_eq!(order_of(&mut calendar, 130, &request(0), OfferOrder::Active, true), [0, 1, 2, 3, 5, 4]);
    for technician in [0, 1, 2, 5] {
        for ticket in 0..2 {
            calendar.own(TicketId(10 + ticket), TechnicianId(technician), 0);
        }
    }
    assert_eq!(order_of(&mut calendar, 130, &request(0), OfferOrder::Active, true), [3, 4, 0, 1, 2, 5]);
    assert_eq!(order_of(&mut calendar, 130, &request(0), OfferOrder::Active, false), [3, 0, 1, 2, 5, 4]);
    calendar.own(TicketId(20), TechnicianId(3), 1);
    assert_eq!(calendar.roster().active(TechnicianId(3), &[1]), 0, "its status is excluded");
    calendar.disown(TechnicianId(3), 1);
    assert_eq!(calendar.roster().active(TechnicianId(3), &[]), 0);
    calendar.reset();
    assert_eq!(calendar.roster().active(TechnicianId(4), &[]), 5);
    assert_eq!(calendar.roster().active(TechnicianId(0), &[]), 0);
}

#[test]
fn whatever_is_done_to_a_technician_ends_the_version_of_that_technician_alone() {
    let mut calendar = Calendar::new(mixed_desk(), rules(), SimDuration::from_mins(2));
    let (one, other) = (TechnicianId(4), TechnicianId(5));
    let at = |start| Interval::new(minutes(start), SimDuration::from_mins(30));
    let check = |calendar: &mut Calendar, what: &str, act: &mut dyn FnMut(&mut Calendar)| {
        let version = calendar.version();
        assert!(calendar.is_current(one, version), "{what}");
        act(calendar);
        assert!(!calendar.is_current(one, version), "{what}");
        assert!(calendar.is_current(other, version), "{what}");
        assert!(calendar.is_current(one, calendar.version()), "{what}");
    };
    let mut hold = HoldId(0);
    check(&mut calendar, "claim", &mut |calendar| {
        hold = calendar.claim(minutes(0), TicketId(1), one, at(10)).expect("it is free");
    });
    check(&mut calendar, "release", &mut |calendar| assert!(calendar.release(hold).is_some()));
    calendar.claim(minutes(0), TicketId(1), one, at(10)).expect("it is free again");
    check(&mut calendar, "lapse", &mut |calendar| assert!(calendar.lapse(minutes(2)).is_some()));
    check(&mut calendar, "write", &mut |calendar| calendar.write(TicketId(2), one, at(60)));
    check(&mut calendar, "own", &mut |calendar| calendar.own(TicketId(2), one, 0));
    check(&mut calendar, "disown", &mut |calendar| calendar.disown(one, 0));

    let version = calendar.version();
    let write = |calendar: &mut Calendar, start, version| {
        calendar.write_if_current(minutes(100), TicketId(3), one, at(start), version)
    };
    assert_eq!(write(&mut calendar, 99, version), Err(Obstacle::Started));
    assert_eq!(write(&mut calendar, 100, version), Ok(()));
    assert_eq!(write(&mut calendar, 200, version), Err(Obstacle::Changed));
    assert_eq!(calendar.release(hold), None, "it is gone");
    assert_eq!(calendar.confirm(hold), None);
    assert_eq!(calendar.confirm(HoldId(99)), None, "there never was one");
}

#[test]
fn slots_of_a_table_keep_clear_of_each_other_and_of_every_entry() {
    let mut random = Random(9);
    for _ in 0..60 {
        let rules = SlotRules { buffer: SimDuration::from_mins(random.below(2) as i64 * 10), ..rules() };
        let mut calendar = Calendar::new(mixed_desk(), rules, SimDuration::from_mins(2));
        for ticket in 0..random.below(12) {
            let start = minutes(random.below(300) as i64);
            calendar.write(
                TicketId(ticket as u32),
                TechnicianId(random.below(6) as u32),
                slot(&calendar, start),
            );
        }
        let now = minutes(random.below(200) as i64);
        let requests: Vec<Request> = (0..4)
            .map(|number| {
                let bar = [None, Some(Bar::Sop)];
                let bars = (0..6).map(|_| bar[random.below(2) as usize]).collect();
                Request { team: TeamId(number % 2), among: Some(Arc::new(bars)), ..request(20 + number) }
            })
            .collect();
        let preference = Preference { start: 1.0, load: 2.0, history: 0.0, peers: 0.0 };
        let outlook = Outlook { order: OfferOrder::Cost(preference), limit: None, considers: 0 };
        let table = calendar.table(now, &requests, &rules, &outlook);
        for Slots { technician, slots, .. } in &table.technicians {
            for (place, &(start, cost)) in slots.iter().enumerate() {
                let taken = Interval::new(start, rules.slot);
                let wide = Interval { start: taken.start - rules.buffer, end: taken.end + rules.buffer };
                assert!(start >= now && start <= now + rules.horizon);
                assert!(!calendar.entries(*technician).iter().any(|entry| entry.slot.overlaps(wide)));
                for &(other, other_cost) in &slots[place + 1..] {
                    assert!(
                        other >= wide.end || other + rules.slot + rules.buffer <= start,
                        "{technician:?}"
                    );
                    assert!(other_cost >= cost, "the cheapest first");
                }
            }
        }
        for (request, row) in requests.iter().zip(&table.rows) {
            assert_eq!(row.added.len(), table.technicians.len());
            for (added, &Slots { technician, .. }) in row.added.iter().zip(&table.technicians) {
                let member = calendar.desk.technicians[technician.index()].teams.contains(&request.team);
                let out = calendar.desk.technicians[technician.index()].is_out(now);
                assert_eq!(added.is_finite(), member && !out && request.admits(technician));
            }
            let members = calendar.desk.teams[request.team.index()].members.iter();
            let found = |member: &TechnicianId| calendar.slot_finding(*member, now, request, &rules);
            let eligible = members.map(found).any(|found| matches!(found, Ok(_) | Err(Finding::NoSlot)));
            assert_eq!(row.has_eligible, eligible);
        }
        for technician in (0..6).map(TechnicianId) {
            let mut own = table.technicians.iter().filter(|slots| slots.technician == technician);
            let first = own.next().and_then(|slots| slots.slots.iter().map(|(start, _)| *start).min());
            let asked = requests.iter().any(|request| calendar.is_candidate(technician, now, request));
            let free = plain_start(&calendar, technician, now, &rules).filter(|_| asked);
            assert_eq!(first, free, "the earliest start is among them");
        }
    }
}

#[test]
fn the_second_slot_of_a_table_is_costed_as_if_the_first_were_booked() {
    let mut calendar = calendar(1, rules());
    let preference = Preference { start: 0.0, load: 8.0, history: 0.0, peers: 0.0 };
    let outlook = Outlook { order: OfferOrder::Cost(preference), limit: None, considers: 0 };
    let table = calendar.table(minutes(0), &[request(0), request(1), request(2)], &rules(), &outlook);
    // Half an hour is an eighth of the morning.
    let slots = |table: &CostTable| -> Vec<(i64, f64)> {
        table.technicians[0]
            .slots
            .iter()
            .map(|&(start, cost)| ((start - minutes(0)).micros() / 60_000_000, cost))
            .collect()
    };
    assert_eq!(slots(&table), [(0, 0.0), (30, 1.0), (60, 2.0)]);
    assert!(table.rows.iter().all(|row| row.added == [0.0]));
    let near = SlotRules { horizon: SimDuration::from_mins(30), ..rules() };
    let table = calendar.table(minutes(0), &[request(0), request(1), request(2)], &near, &outlook);
    assert_eq!(slots(&table), [(0, 0.0), (30, 1.0)], "the horizon's last instant is within it");
    let by_rotation = Outlook { order: OfferOrder::Rotation, ..outlook };
    assert_eq!(calendar.table(minutes(0), &[request(0)], &rules(), &by_rotation), CostTable::empty());
}
