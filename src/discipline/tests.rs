//! Disciplines on their own: told what happens, they answer with orders.

use std::collections::BTreeSet;

use super::subagents::{MOST_SPECS, Subagents};
use super::*;
use crate::domain::SpecId;
use crate::domain::{AgentId, SimDuration, SimTime, TicketId};
use crate::facts::{Fact, Reason, SpecStatus};
use crate::kernel::stream::Streams;

const NOW: SimTime = SimTime::ZERO;

/// No dispatch begins.
const NOBODY: [u32; 0] = [];

fn tickets(numbers: impl IntoIterator<Item = u32>) -> Vec<TicketId> {
    numbers.into_iter().map(TicketId).collect()
}

fn waiting(ticket: u32, pod: u32, company: u32) -> Waiting {
    Waiting { ticket: TicketId(ticket), pod, company, priority: 3 }
}

/// A discipline and all that it has ordered since anybody last looked.
struct Desk {
    discipline: Box<dyn Discipline>,
    orders: Orders,
}

impl Desk {
    fn new(settings: impl DisciplineDefinition + 'static) -> Self {
        Self::of(&DisciplineKind::of(settings))
    }

    fn of(kind: &DisciplineKind) -> Self {
        Self { discipline: kind.build(Place { agent: AgentId(0), agents: 1 }), orders: Orders::new() }
    }

    fn waits(&mut self, waiting: Waiting) -> Vec<Order> {
        self.discipline.waits(NOW, waiting, &mut self.orders);
        self.orders.drain(..).collect()
    }

    fn ends(&mut self, ticket: u32, how: How, tokens: u64) -> Vec<Order> {
        self.discipline.ended(NOW, Ended { ticket: TicketId(ticket), how, tokens }, &mut self.orders);
        self.orders.drain(..).collect()
    }

    fn wakes(&mut self, alarm: u32) -> Vec<Order> {
        self.discipline.woke(NOW, alarm, &mut self.orders);
        self.orders.drain(..).collect()
    }
}

/// The tickets whose dispatches these orders begin.
fn begun(orders: &[Order]) -> Vec<u32> {
    let ticket = |order: &Order| if let Order::Begin(ticket) = order { Some(ticket.0) } else { None };
    orders.iter().filter_map(ticket).collect()
}

fn facts(orders: &[Order]) -> Vec<Fact> {
    let fact = |order: &Order| if let Order::State(fact) = order { Some(**fact) } else { None };
    orders.iter().filter_map(fact).collect()
}

#[test]
fn a_lane_never_runs_more_than_its_limit_and_keeps_the_order_of_arrival() {
    let lane = |concurrency| LaneSettings { concurrency };
    for (kind, limit) in [
        (DisciplineKind::of(SequentialSettings {}), 1),
        (DisciplineKind::of(ParallelSettings { lane: lane(Some(3)), protected_share: 1.0 }), 3),
        (DisciplineKind::of(OptimisticSettings { lane: lane(Some(2)) }), 2),
        (DisciplineKind::of(LockedSettings { lane: lane(None), ..LockedSettings::default() }), 99),
        (DisciplineKind::of(UnsafeParallelSettings { lane: lane(None) }), 99),
    ] {
        let mut desk = Desk::of(&kind);
        let mut order = Vec::new();
        let mut running = BTreeSet::new();
        for round in 0..3 {
            for ticket in 10 * round..10 * (round + 1) {
                order.extend(begun(&desk.waits(waiting(ticket, 0, 0))));
            }
            while let Some(first) = order.iter().copied().find(|ticket| !running.contains(ticket)) {
                let under_way = order.len() - running.len();
                assert!(under_way <= limit, "{kind:?}: {under_way} at a time");
                running.insert(first);
                order.extend(begun(&desk.ends(first, How::Left, 0)));
            }
        }
        assert_eq!(order, (0..30).collect::<Vec<_>>(), "{kind:?}");
        desk.waits(waiting(40, 0, 0));
        desk.discipline.reset(&Streams::new(1, 0));
        assert_eq!(begun(&desk.waits(waiting(0, 0, 0))), [0], "{kind:?} after a reset");
    }
}

#[test]
fn each_discipline_takes_a_pick_in_its_own_way() {
    let lane = LaneSettings { concurrency: None };
    let parallel = |concurrency, protected_share| {
        DisciplineKind::of(ParallelSettings { lane: LaneSettings { concurrency }, protected_share })
    };
    let pods = |writes| DisciplineKind::of(PodsSettings { writes });
    for (kind, take) in [
        (DisciplineKind::of(SequentialSettings {}), Take::Write),
        (DisciplineKind::of(UnsafeParallelSettings { lane }), Take::Write),
        (parallel(None, 1.0), Take::Hold),
        (parallel(Some(2), 1.0), Take::Hold),
        (parallel(Some(1), 1.0), Take::Write),
        (parallel(None, 0.0), Take::Write),
        (DisciplineKind::of(OptimisticSettings { lane }), Take::WriteIfCurrent),
        (DisciplineKind::of(LockedSettings { lane, ..LockedSettings::default() }), Take::Write),
        (pods(Writes::Held), Take::Hold),
        (pods(Writes::Unsafe), Take::Write),
        (DisciplineKind::of(BatchedSettings { window: SimDuration::ZERO }), Take::Write),
    ] {
        let approach = Desk::of(&kind).discipline.approach(TicketId(0));
        assert_eq!(approach.take, take, "{kind:?}");
        assert_eq!(approach.locks, kind.name() == "locked");
        assert_eq!(approach.locks, kind.nature().locks.is_some());
        assert_eq!(approach.walks, kind.name() != "optimistic");
    }
}

/// 10,000 tickets, seed 1, five standard errors.
#[test]
fn n11_a_share_is_protected_and_a_larger_share_protects_all_that_a_smaller_one_does() {
    let protected = |share| -> BTreeSet<u32> {
        let mut desk = Desk::new(ParallelSettings { protected_share: share, ..ParallelSettings::default() });
        desk.discipline.reset(&Streams::new(1, 0));
        let holds = |ticket: &u32| desk.discipline.approach(TicketId(*ticket)).take == Take::Hold;
        (0..10_000).filter(holds).collect()
    };
    let (third, half) = (protected(0.3), protected(0.5));
    assert!((third.len() as f64 - 3000.0).abs() < 5.0 * 46.0, "{}", third.len());
    assert!(third.is_subset(&half));
}

#[test]
fn pods_go_side_by_side_and_one_at_a_time_inside() {
    let mut desk = Desk::new(PodsSettings { writes: Writes::Held });
    assert_eq!(begun(&desk.waits(waiting(0, 7, 0))), [0]);
    assert_eq!(begun(&desk.waits(waiting(1, 7, 0))), NOBODY);
    assert_eq!(begun(&desk.waits(waiting(2, 8, 0))), [2]);
    assert_eq!(begun(&desk.waits(waiting(3, 7, 0))), NOBODY);
    assert_eq!(begun(&desk.ends(2, How::Dispatched, 0)), NOBODY, "8 has nothing more");
    assert_eq!(begun(&desk.ends(0, How::Left, 0)), [1]);
    assert_eq!(begun(&desk.waits(waiting(4, 8, 0))), [4]);
    assert_eq!(begun(&desk.ends(1, How::Merged, 0)), [3]);
    desk.discipline.reset(&Streams::new(1, 0));
    assert_eq!(begun(&desk.waits(waiting(1, 7, 0))), [1]);
}

#[test]
fn a_batch_is_what_comes_within_a_window_and_the_next_window_opens_when_it_has_ended() {
    let window = SimDuration::from_mins(2);
    let mut desk = Desk::new(BatchedSettings { window });
    assert_eq!(desk.waits(waiting(0, 0, 0)), [Order::WakeLast(window, 0)]);
    assert_eq!(desk.waits(waiting(1, 0, 0)), []);
    assert_eq!(desk.wakes(0), [Order::BeginTogether(tickets([0, 1]))]);
    assert_eq!(desk.waits(waiting(2, 0, 0)), [], "a batch is under way");
    assert_eq!(desk.ends(1, How::Dispatched, 0), []);
    assert_eq!(desk.ends(0, How::Left, 0), [Order::WakeLast(window, 0)]);
    assert_eq!(desk.wakes(0), [Order::BeginTogether(tickets([2]))]);
    assert_eq!(desk.ends(2, How::Merged, 0), []);
    assert_eq!(desk.waits(waiting(3, 0, 0)), [Order::WakeLast(window, 0)]);
    desk.discipline.reset(&Streams::new(1, 0));
    assert_eq!(desk.waits(waiting(0, 0, 0)), [Order::WakeLast(window, 0)]);
}

const SETTINGS: SubagentSettings = SubagentSettings {
    window: SimDuration::from_mins(1),
    subagents: 3,
    split: Split::Even,
    max_in_flight: 2,
    sandbox_start: SimDuration::ZERO,
    ceiling: SimDuration::from_mins(30),
    token_budget: None,
    writes: Writes::Held,
    inside: Inside::Sequential,
};

/// A parent that has collected so many tickets, each from a different company, and what it ordered at the window's end.
fn parent(settings: SubagentSettings, tickets: u32) -> (Desk, Vec<Order>) {
    let mut desk = Desk::new(settings);
    assert_eq!(desk.waits(waiting(0, 0, 0)), [Order::WakeLast(settings.window, 0)]);
    for ticket in 1..tickets {
        assert_eq!(desk.waits(waiting(ticket, 0, ticket)), []);
    }
    let orders = desk.wakes(0);
    (desk, orders)
}

fn ended(spec: u32, status: SpecStatus, done: u32, tokens: u64) -> Fact {
    Fact::SpecEnded { spec: SpecId(spec), status, done, tokens }
}

#[test]
fn s3_s5_slices_are_even_only_so_many_run_and_the_parent_resumes_once() {
    let (mut desk, orders) = parent(SETTINGS, 7);
    let slices: Vec<u32> = facts(&orders)
        .iter()
        .filter_map(|fact| if let Fact::SpecQueued { tickets, .. } = fact { Some(*tickets) } else { None })
        .collect();
    assert_eq!(slices, [2, 2, 3]);
    assert_eq!(begun(&orders), [0, 2], "two subagents, each at its first ticket");
    assert!(
        orders.contains(&Order::Wake(SETTINGS.ceiling, 1))
            && orders.contains(&Order::Wake(SETTINGS.ceiling, 2))
    );
    assert_eq!(begun(&desk.ends(2, How::Dispatched, 10)), [3]);
    assert_eq!(desk.waits(waiting(9, 0, 0)), [], "the parent is paused");
    let orders = desk.ends(3, How::Left, 5);
    assert_eq!(facts(&orders)[0], ended(2, SpecStatus::Failed, 1, 15), "one of its tickets got no owner");
    assert_eq!(begun(&orders), [4], "the third subagent has its turn");
    assert_eq!(begun(&desk.ends(0, How::Merged, 0)), [1]);
    assert_eq!(facts(&desk.ends(1, How::Dispatched, 0)), [ended(1, SpecStatus::Success, 2, 0)]);
    desk.ends(4, How::Dispatched, 0);
    desk.ends(5, How::Dispatched, 0);
    let orders = desk.ends(6, How::Dispatched, 0);
    let resumed = Fact::Resumed { dispatch: 1, results: 3 };
    assert_eq!(facts(&orders), [ended(3, SpecStatus::Success, 3, 0), resumed]);
    assert_eq!(orders.last(), Some(&Order::WakeLast(SETTINGS.window, 0)), "what came meanwhile");
    let orders = desk.wakes(0);
    assert_eq!(begun(&orders), [9]);
    let queued = Fact::SpecQueued { spec: SpecId(4), dispatch: 2, tickets: 1 };
    assert_eq!(facts(&orders)[0], queued, "fewer tickets than subagents, and a number of its own");
    assert_eq!(desk.wakes(1), [], "the ceiling of one that has ended long since");
    assert_eq!(facts(&desk.ends(9, How::Dispatched, 0))[1], Fact::Resumed { dispatch: 2, results: 1 });
}

#[test]
fn s6_at_its_ceiling_a_subagent_lets_go_of_what_it_does_and_of_what_it_has_not_begun() {
    let settings = SubagentSettings { subagents: 1, ..SETTINGS };
    let (mut desk, _) = parent(settings, 3);
    desk.ends(0, How::Dispatched, 7);
    assert_eq!(desk.wakes(1), [Order::Leave(TicketId(1), Reason::Timeout)]);
    let orders = desk.ends(1, How::Left, 3);
    assert_eq!(orders[0], Order::Leave(TicketId(2), Reason::Timeout));
    assert_eq!(facts(&orders)[0], ended(1, SpecStatus::Timeout, 1, 10));
    assert_eq!(facts(&orders).len(), 2, "and the parent resumes");

    // A write that was under way at the ceiling counts.
    let (mut desk, _) = parent(SubagentSettings { inside: Inside::Parallel, ..settings }, 3);
    assert_eq!(desk.wakes(1).len(), 3);
    assert_eq!(desk.wakes(1), [], "once");
    desk.ends(1, How::Left, 0);
    desk.ends(2, How::Left, 0);
    assert_eq!(facts(&desk.ends(0, How::Dispatched, 0))[0], ended(1, SpecStatus::Timeout, 1, 0));
}

#[test]
fn s3_a_subagent_begins_its_first_ticket_once_its_sandbox_has_started() {
    let start = SimDuration::from_secs(40);
    let (mut desk, orders) = parent(SubagentSettings { sandbox_start: start, ..SETTINGS }, 6);
    assert!(begun(&orders).is_empty());
    let wakes = |alarm| Order::Wake(start, alarm);
    let started: Vec<&Order> =
        orders.iter().filter(|order| matches!(order, Order::Wake(after, _) if *after == start)).collect();
    assert_eq!(started, [&wakes(1 << 31 | 1), &wakes(1 << 31 | 2)], "two sandboxes start at a time");
    assert_eq!(begun(&desk.wakes(1 << 31 | 2)), [2]);
    assert_eq!(begun(&desk.wakes(1 << 31 | 1)), [0]);
}

#[test]
fn s7_a_subagent_that_has_spent_its_budget_begins_nothing_more() {
    let settings = SubagentSettings { subagents: 1, token_budget: Some(100), ..SETTINGS };
    let (mut desk, _) = parent(settings, 3);
    assert_eq!(begun(&desk.ends(0, How::Dispatched, 99)), [1], "not yet");
    let orders = desk.ends(1, How::Dispatched, 1);
    assert_eq!(orders[0], Order::Leave(TicketId(2), Reason::Budget));
    assert_eq!(facts(&orders)[0], ended(1, SpecStatus::Failed, 2, 100));

    let (mut desk, _) = parent(settings, 1);
    let orders = desk.ends(0, How::Dispatched, 1000);
    assert_eq!(facts(&orders)[0], ended(1, SpecStatus::Success, 1, 1000), "nothing was left to do");
}

#[test]
fn s2_more_companies_than_there_may_be_subagents_are_rejected_whole() {
    let settings = SubagentSettings { split: Split::Company, ..SETTINGS };
    let most = MOST_SPECS as u32;
    let (_, orders) = parent(settings, most);
    assert_eq!(facts(&orders).iter().filter(|fact| matches!(fact, Fact::SpecQueued { .. })).count(), 20);
    let (mut desk, orders) = parent(settings, most + 1);
    assert_eq!(orders[0], Order::State(Box::new(Fact::Rejected { dispatch: 1, specs: most + 1 })));
    let left = (0..=most).map(|ticket| Order::Leave(TicketId(ticket), Reason::TooManySpecs));
    assert_eq!(orders[1..], left.collect::<Vec<_>>());
    assert_eq!(desk.waits(waiting(50, 0, 0)), [Order::WakeLast(SETTINGS.window, 0)], "the parent is free");
    assert_eq!(begun(&desk.wakes(0)), [50]);
}

#[test]
fn s9_a_parent_writes_one_at_a_time_what_its_subagents_have_ranked() {
    let settings = SubagentSettings { writes: Writes::Parent, ..SETTINGS };
    let (mut desk, _) = parent(settings, 3);
    assert_eq!(desk.discipline.approach(TicketId(0)).take, Take::Rest);
    desk.ends(1, How::Resting, 0);
    desk.ends(0, How::Left, 0);
    let orders = desk.ends(2, How::Resting, 0);
    assert_eq!(orders.last(), Some(&Order::Write(TicketId(1))), "in the order in which they were ranked");
    assert_eq!(desk.discipline.approach(TicketId(1)).take, Take::Hold);
    assert_eq!(desk.waits(waiting(5, 0, 0)), []);
    assert_eq!(desk.ends(1, How::Dispatched, 0), [Order::Write(TicketId(2))]);
    assert_eq!(desk.ends(2, How::Left, 0), [Order::WakeLast(SETTINGS.window, 0)]);
    desk.discipline.reset(&Streams::new(1, 0));
    assert_eq!(desk.waits(waiting(0, 0, 0)), [Order::WakeLast(SETTINGS.window, 0)]);
}

#[test]
fn parents_of_several_agents_share_no_numbers() {
    let mut seen = BTreeSet::new();
    for agent in 0..3 {
        let mut parent = Subagents::new(SETTINGS, AgentId(agent), 3);
        for dispatch in 0..4 {
            let mut orders = Orders::new();
            parent.waits(NOW, waiting(dispatch, 0, 0), &mut orders);
            parent.woke(NOW, 0, &mut orders);
            parent.ended(
                NOW,
                Ended { ticket: TicketId(dispatch), how: How::Dispatched, tokens: 0 },
                &mut orders,
            );
            for fact in facts(orders.make_contiguous()) {
                if let Fact::SpecQueued { spec, dispatch, .. } = fact {
                    assert_eq!(spec.0, dispatch, "one spec a dispatch");
                    assert!(seen.insert(spec.0), "{spec:?}");
                }
            }
        }
    }
    assert_eq!(seen, (1..=12).collect());
}
