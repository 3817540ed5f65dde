use super::*;
use crate::report::tests::comparison;
use crate::results::Comparison;

/// The story in lines that are as long as it takes.
fn explain(c: &Comparison, ticket: &str, discipline: Option<&str>) -> Result<String, StoryError> {
    super::explain(c, ticket, discipline, 1000)
}

#[test]
fn a_lost_race_and_a_fallback_are_told() {
    let text = explain(&comparison(), "T-002", Some("parallel")).unwrap();
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "T-002 under parallel (2026-11-23)",
            "  08:00:10                It arrived for Service Desk: network, \"Initech, Inc.\", priority 3.",
            "  08:00:10                Its turn came at once.",
            "  08:00:10                It read the calendars: 2 technicians to choose from.",
            "  08:00:10                It asked the AI for a ranking (1,200 tokens).",
            "  08:02:30   +2 min 20 s  The ranking came back: 1. Ada at 08:30, 2. Grace at 08:30.",
            "  08:02:30   +2 min 20 s  It claimed Ada at 08:30: refused, T-001 had booked it.",
            "  08:02:30   +2 min 21 s  It fell back to number 2, Grace at 08:30: held.",
            "  08:02:31   +2 min 21 s  The booking was written: Grace at 08:30 to 09:00.",
            "  08:02:31   +2 min 21 s  Grace was told: the dispatch is done.",
            "  Grace, an alternative, owns it 2 min 21 s after it arrived.",
            "  It cost 1 AI call, 1,200 tokens and 1 refused claim.",
            "  Claims lost to it: T-003.",
        ]
    );
}

#[test]
fn a_ticket_without_an_owner_is_told_to_its_end() {
    let text = explain(&comparison(), "T-003", Some("parallel")).unwrap();
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "T-003 under parallel (2026-11-23)",
            "  08:00:20                It arrived for Service Desk: network, \"Initech, Inc.\", priority 3.",
            "  08:00:25          +5 s  Its turn came, after 5 s.",
            "  08:00:25          +5 s  It read the calendars: 2 technicians to choose from.",
            "  08:00:25          +5 s  It asked the AI for a ranking (1,200 tokens).",
            "  08:02:40   +2 min 20 s  The ranking came back: 1. Ada at 08:30, 2. Grace at 08:30.",
            "  08:02:40   +2 min 20 s  It claimed Ada at 08:30: refused, T-001 had booked it.",
            "  08:02:41   +2 min 21 s  It claimed Grace at 08:30: refused, T-002 held it.",
            "  08:02:41   +2 min 21 s  Every pick was lost: attempt 2 began from scratch. It read the calendars: 1 technician to choose from.",
            "  08:02:41   +2 min 21 s  It asked the AI for a ranking (1,200 tokens).",
            "  08:04:40   +4 min 20 s  The ranking came back: 1. Ada at 08:04.",
            "  08:04:40   +4 min 20 s  It claimed Ada at 08:04: refused, the slot had started already.",
            "  08:04:40   +4 min 20 s  It was left without an owner: every claim of 2 attempts was refused.",
            "  It has no owner.",
            "  It cost 2 AI calls, 2,400 tokens, 3 refused claims and 1 retry from scratch.",
        ]
    );
}

#[test]
fn a_double_booking_names_the_other_ticket() {
    let text = explain(&comparison(), "T-002", Some("unsafe-parallel")).unwrap();
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "T-002 under unsafe-parallel (2026-11-23)",
            "  08:00:10                It arrived for Service Desk: network, \"Initech, Inc.\", priority 3.",
            "  08:02:10        +2 min  The booking was written: Ada at 08:30 to 09:00, with no hold on the slot.",
            "  08:02:10        +2 min  Ada was told: the dispatch is done.",
            "  10:30:00   +2 h 30 min  When all was done it was found double-booked: it overlaps 1 other booking of Ada (T-001).",
            "  Ada, its first pick, owns it 2 min after it arrived.",
        ]
    );
}

#[test]
fn without_a_discipline_every_one_is_told_in_the_order_of_the_results() {
    let text = explain(&comparison(), "T-001", None).unwrap();
    let heads: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
    assert_eq!(
        heads,
        [
            "T-001 under sequential (2026-11-23)",
            "T-001 under unsafe-parallel (2026-11-23)",
            "T-001 under parallel (2026-11-23)"
        ]
    );
}

#[test]
fn errors_say_what_is_there_instead() {
    let mut c = comparison();
    let error = explain(&c, "t-0002", None).unwrap_err().to_string();
    assert_eq!(
        error,
        "no ticket `t-0002` in the recorded replications; the nearest of 4 names are T-002, T-001 and T-003"
    );
    let error = explain(&c, "T-002", Some("paralel")).unwrap_err().to_string();
    assert_eq!(
        error,
        "no discipline `paralel` in these results; there are: sequential, unsafe-parallel and parallel"
    );
    c.arms.iter_mut().for_each(|arm| arm.recorded.clear());
    let error = explain(&c, "T-002", None).unwrap_err().to_string();
    assert!(error.contains("no replication was recorded"), "{error}");
}

/// The story of T-002 where these facts are all that happened, at so many seconds.
fn told(facts: &[(f64, Fact)]) -> Vec<String> {
    told_of(&comparison(), facts)
}

/// The same where dispatches only set the owner.
fn told_of_owners(facts: &[(f64, Fact)]) -> Vec<String> {
    let mut c = comparison();
    c.setup.modes = vec!["owner-only".to_owned()];
    told_of(&c, facts)
}

fn told_of(results: &Comparison, facts: &[(f64, Fact)]) -> Vec<String> {
    use crate::domain::{SimDuration, SimTime};
    let mut c = results.clone();
    c.arms.truncate(1);
    c.arms[0].recorded[0].records = facts
        .iter()
        .map(|&(seconds, fact)| Record { at: SimTime::ZERO + SimDuration::from_secs_f64(seconds), fact })
        .collect();
    let text = explain(&c, "T-002", None).unwrap();
    text.lines().skip(2).map(|line| line.trim_start().to_owned()).collect()
}

mod facts {
    pub use crate::domain::settings::Stage;
    pub use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TechnicianId, TicketId};
    pub use crate::facts::{CostPart, Fact, Finding, Reason, SpecStatus};

    pub const T: TicketId = TicketId(1);
    pub const ADA: TechnicianId = TechnicianId(0);
    pub const GRACE: TechnicianId = TechnicianId(1);

    pub fn scored(technician: TechnicianId, part: CostPart, value: f64) -> Fact {
        Fact::Scored { ticket: T, attempt: 1, technician, part, value }
    }

    pub fn evaluated(technician: TechnicianId, finding: Finding) -> Fact {
        Fact::Evaluated { ticket: T, attempt: 1, technician, finding }
    }
}

#[test]
fn the_sentences_say_why_a_technician_was_ranked_where() {
    use facts::*;
    let start = SimTime::ZERO + SimDuration::from_mins(30);
    let minute = SimDuration::from_mins(1);
    let lines = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Triaged { ticket: T, stage: Stage::Board, was: 0, is: 0, wrong: true }),
        (0.0, Fact::Triaged { ticket: T, stage: Stage::Priority, was: 3, is: 1, wrong: false }),
        (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
        (0.0, Fact::MergeMissed { ticket: T, twin: TicketId(2) }),
        (0.0, Fact::Locked { ticket: T, technicians: 1, waited: minute }),
        (0.0, evaluated(ADA, Finding::Eligible)),
        (0.0, scored(ADA, CostPart::Start, 0.17)),
        (0.0, scored(ADA, CostPart::Load, 0.25)),
        (0.0, scored(ADA, CostPart::History, -0.8)),
        (0.0, evaluated(GRACE, Finding::AfterHours)),
        (0.0, Fact::Read { ticket: T, attempt: 1, offered: 1 }),
        (0.0, Fact::Throttled { ticket: T, attempt: 1, waited: minute }),
        (0.0, Fact::CallFailed { ticket: T, attempt: 1, tries: 2, again_at: Some(start) }),
        (0.0, Fact::Ranked { ticket: T, attempt: 1, rank: 1, technician: ADA, start, cost: -0.38 }),
        (0.0, Fact::StatusChanged { ticket: T, was: 0, is: 1 }),
    ]);
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_start_matches("08:00:00").trim()).collect();
    assert_eq!(
        lines,
        [
            "Triage took it for board Service Desk, wrongly.",
            "Triage gave it priority 1; before it said 3.",
            "Its turn came at once.",
            "It says the same as T-003, whose dispatch was under way: too early to be merged with it.",
            "It locked 1 technician, after 1 min of waiting.",
            "Eligible: Ada. Not at work at this hour: Grace.",
            "It read the calendars: 1 technician to choose from.",
            "The AI's provider made the call wait for 1 min.",
            "The call failed, for the second time: it is made again at 08:30:00.",
            "The ranking came back: 1. Ada at 08:30.",
            "Ada: 0.17 for the start + 0.25 for the load − 0.80 for history = −0.38",
            "Its status changed from New to Assigned.",
            "It never got as far as an owner.",
            "It cost 1 AI call.",
        ]
    );
}

#[test]
fn how_many_are_eligible_is_told_where_a_dispatch_sees_only_some_of_them() {
    use facts::*;
    let seen = |offered| {
        told(&[
            (0.0, Fact::Arrived { ticket: T }),
            (0.0, Fact::Read { ticket: T, attempt: 1, offered }),
            (0.0, evaluated(ADA, Finding::Eligible)),
            (0.0, evaluated(GRACE, Finding::Eligible)),
        ])
        .swap_remove(0)
    };
    let some = seen(1);
    assert!(some.ends_with("It read the calendars: 1 of the 2 who are eligible to choose from."), "{some}");
    assert!(seen(2).ends_with("It read the calendars: 2 technicians to choose from."));
}

#[test]
fn an_owner_without_a_slot_and_a_merge_are_told() {
    use facts::*;
    let d = SimDuration::from_mins(1);
    let lines = told_of_owners(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T, attempt: 1, offered: 2 }),
        (0.0, Fact::Assigned { ticket: T, technician: ADA, active: 6, over_cap: true }),
        (60.0, Fact::Dispatched { ticket: T, technician: ADA, attempts: 1, rank: 1, delay: d, taken: d }),
        (70.0, Fact::Merged { ticket: TicketId(3), agent: AgentId(0), into: T }),
    ]);
    assert!(lines[1].ends_with("It looked up who may own it: 2 technicians to choose from."), "{lines:?}");
    assert!(
        lines[2].ends_with(
            "It was assigned to Ada, who now has 6 active tickets, which is more than the cap allows."
        ),
        "{lines:?}"
    );
    assert_eq!(lines.last().unwrap(), "Merged into it: T-004.");
    let lines = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Merged { ticket: T, agent: AgentId(0), into: TicketId(0) }),
    ]);
    assert!(lines[0].ends_with("It was merged with T-001, which says the same."), "{lines:?}");
    assert_eq!(lines[1], "It is part of T-001 and needs no owner of its own.");
}

/// There is no slot to be late for, nor to claim, and a write that is refused costs the look, not the other picks.
#[test]
fn where_only_the_owner_is_set_no_slot_is_spoken_of() {
    use facts::*;
    let start = SimTime::ZERO;
    let d = SimDuration::from_mins(1);
    let why = crate::facts::Refusal::Changed;
    let lines = told_of_owners(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T, attempt: 1, offered: 2 }),
        (60.0, Fact::Ranked { ticket: T, attempt: 1, rank: 1, technician: ADA, start, cost: 0.0 }),
        (60.0, Fact::Ranked { ticket: T, attempt: 1, rank: 2, technician: GRACE, start, cost: 1.0 }),
        (60.0, Fact::Refused { ticket: T, technician: ADA, start, why, by: None }),
        (60.0, Fact::Read { ticket: T, attempt: 2, offered: 2 }),
        (120.0, Fact::Assigned { ticket: T, technician: GRACE, active: 1, over_cap: false }),
        (180.0, Fact::Started { ticket: T, technician: GRACE, waited: d, late: d }),
    ]);
    let sentences: Vec<&str> = lines.iter().map(|line| line.rsplit("  ").next().unwrap()).collect();
    assert_eq!(
        sentences,
        [
            "Its turn came at once.",
            "It looked up who may own it: 2 technicians to choose from.",
            "The ranking came back: 1. Ada, 2. Grace.",
            "It was not assigned to Ada: something about Ada had changed since the read.",
            "Its pick was lost: attempt 2 began from scratch. It looked up who may own it: 2 technicians to choose from.",
            "It was assigned to Grace, who now has 1 active ticket.",
            "Grace began to work on it, 1 min after it was assigned.",
            "It never got as far as an owner.",
            "It cost 1 refused claim and 1 retry from scratch.",
        ]
    );
    // Nor where nobody was assigned in the end.
    let left =
        Fact::Unassigned { ticket: T, agent: AgentId(0), reason: Reason::AttemptsExhausted, attempts: 1 };
    let lines = told_of_owners(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T, attempt: 1, offered: 2 }),
        (60.0, Fact::Ranked { ticket: T, attempt: 1, rank: 1, technician: ADA, start, cost: 0.0 }),
        (60.0, Fact::Refused { ticket: T, technician: ADA, start, why, by: None }),
        (60.0, left),
    ]);
    let sentences: Vec<&str> = lines.iter().map(|line| line.rsplit("  ").next().unwrap()).collect();
    assert_eq!(
        sentences[1..4],
        [
            "It looked up who may own it: 2 technicians to choose from.",
            "The ranking came back: 1. Ada.",
            "It was not assigned to Ada: something about Ada had changed since the read.",
        ]
    );
}

#[test]
fn where_the_ai_alone_works_the_story_ends_with_its_result() {
    use facts::*;
    let mut c = comparison();
    c.setup.modes = vec!["read-only".to_owned()];
    let d = SimDuration::from_mins(4);
    let agent = AgentId(0);
    let asked = |attempt| Fact::Asked { ticket: T, attempt, tokens: 0, answer_at: SimTime::ZERO };
    let told = |facts: &[(f64, Fact)]| -> Vec<String> {
        let lines = told_of(&c, facts);
        lines.iter().map(|line| line.rsplit("  ").next().unwrap().to_owned()).collect()
    };
    let made_again = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent }),
        (0.0, asked(1)),
        (120.0, Fact::Misfit { ticket: T }),
        (120.0, asked(2)),
        // A change of status may have let it be dispatched later than it arrived.
        (240.0, Fact::Answered { ticket: T, agent, attempts: 2, delay: SimDuration::from_mins(1), taken: d }),
    ]);
    assert_eq!(
        made_again,
        [
            "Its turn came at once.",
            "It asked the AI for a result.",
            "The result did not fit with those of earlier tickets: it was to be made again.",
            "It asked the AI for a result.",
            "The result was there: the dispatch is done.",
            "It has its result 4 min after it arrived.",
            "It cost 2 AI calls.",
        ]
    );
    let failed = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent }),
        (5.0, Fact::Unassigned { ticket: T, agent, reason: Reason::RankerFailed, attempts: 1 }),
    ]);
    let end = ["It was left without a result: the AI failed as often as it may.", "It has no result."];
    assert_eq!(failed[1..], end);
}

#[test]
fn the_course_of_its_subagent_is_part_of_the_story() {
    use facts::*;
    let spec = SpecId(2);
    let lines = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (60.0, Fact::SpecQueued { spec: SpecId(1), dispatch: 1, tickets: 2 }),
        (60.0, Fact::SpecQueued { spec, dispatch: 1, tickets: 2 }),
        (60.0, Fact::Sliced { ticket: T, spec }),
        (60.0, Fact::SpecStarted { spec: SpecId(1) }),
        (120.0, Fact::SpecStarted { spec }),
        (180.0, Fact::Unassigned { ticket: T, agent: AgentId(0), reason: Reason::Timeout, attempts: 0 }),
        (180.0, Fact::SpecEnded { spec, status: SpecStatus::Timeout, done: 1, tokens: 900 }),
    ]);
    let sentences: Vec<&str> = lines.iter().map(|line| line.rsplit("  ").next().unwrap()).collect();
    assert_eq!(
        sentences,
        [
            "The parent queued spec-2 with 2 tickets.",
            "It is in the slice of spec-2.",
            "Spec-2 began.",
            "It was left without an owner: its subagent was stopped at its ceiling.",
            "Spec-2 was stopped at its ceiling, after 1 ticket and 900 tokens.",
            "It has no owner.",
        ]
    );
    let lines = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (60.0, Fact::Rejected { dispatch: 1, specs: 21 }),
        (60.0, Fact::Unassigned { ticket: T, agent: AgentId(0), reason: Reason::TooManySpecs, attempts: 0 }),
        (90.0, Fact::Rejected { dispatch: 2, specs: 30 }),
    ]);
    assert!(lines[0].ends_with("The parent asked for 21 subagents and got none."), "{lines:?}");
    assert_eq!(lines.len(), 3, "{lines:?}");
}

/// How a ticket that lost its picks is told: the sentences after its arrival and its turn.
fn told_of_losses(facts: &[(f64, Fact)]) -> Vec<String> {
    use facts::*;
    let start = SimTime::ZERO + SimDuration::from_mins(30);
    let pick = |rank, technician| Fact::Ranked { ticket: T, attempt: 1, rank, technician, start, cost: 0.0 };
    let mut all = vec![
        (0.0, Fact::Arrived { ticket: T }),
        (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T, attempt: 1, offered: 2 }),
        (60.0, pick(1, ADA)),
        (60.0, pick(2, GRACE)),
    ];
    all.extend_from_slice(facts);
    told(&all)[3..].iter().map(|line| line.rsplit("  ").next().unwrap().to_owned()).collect()
}

#[test]
fn only_the_picks_that_were_tried_are_lost() {
    use facts::*;
    let start = SimTime::ZERO + SimDuration::from_mins(30);
    let why = crate::facts::Refusal::Started;
    let refused = |technician| (60.0, Fact::Refused { ticket: T, technician, start, why, by: None });
    let again = (60.0, Fact::Read { ticket: T, attempt: 2, offered: 2 });
    let lines = told_of_losses(&[refused(ADA), again]);
    assert!(lines[1].starts_with("Its pick was lost: attempt 2 began from scratch."), "{lines:?}");
    let lines = told_of_losses(&[refused(ADA), refused(GRACE), again]);
    assert!(lines[2].starts_with("Every pick was lost: attempt 2 began from scratch."), "{lines:?}");
}

#[test]
fn a_lapsed_hold_is_a_lost_pick_and_no_refused_claim() {
    use facts::*;
    let start = SimTime::ZERO + SimDuration::from_mins(30);
    let orphaned = SimDuration::ZERO;
    let granted = |technician, hold| (60.0, Fact::Granted { ticket: T, hold, technician, start });
    let lapsed =
        |technician, hold| (90.0, Fact::Freed { ticket: T, hold, technician, start, lapsed: true, orphaned });
    let reason = Reason::AttemptsExhausted;
    let lines = told_of_losses(&[
        granted(ADA, HoldId(0)),
        lapsed(ADA, HoldId(0)),
        granted(GRACE, HoldId(1)),
        lapsed(GRACE, HoldId(1)),
        (90.0, Fact::Unassigned { ticket: T, agent: AgentId(0), reason, attempts: 1 }),
    ]);
    assert_eq!(lines[4], "It was left without an owner: every pick of 1 attempt was lost.");
}

#[test]
fn a_booking_of_the_second_day_is_nobodys_pick() {
    use facts::*;
    let delay = SimDuration::from_mins(2);
    let lines = told(&[
        (0.0, Fact::Arrived { ticket: T }),
        (120.0, Fact::Dispatched { ticket: T, technician: ADA, attempts: 1, rank: 0, delay, taken: delay }),
    ]);
    assert_eq!(lines[1], "Ada owns it 2 min after it arrived.");
}

#[test]
fn a_ticket_whose_batch_took_all_slots_is_told_so() {
    use facts::*;
    let left = |offered| {
        let lines = told(&[
            (0.0, Fact::Arrived { ticket: T }),
            (0.0, Fact::Turn { ticket: T, agent: AgentId(0) }),
            (0.0, Fact::Read { ticket: T, attempt: 1, offered }),
            (60.0, Fact::Unassigned { ticket: T, agent: AgentId(0), reason: Reason::NoSlot, attempts: 1 }),
        ]);
        lines[2].rsplit("  ").next().unwrap().to_owned()
    };
    assert_eq!(
        left(1),
        "It was left without an owner: the others of its batch got the slots that there were."
    );
    assert_eq!(
        left(0),
        "It was left without an owner: no technician of its team has a free slot within the horizon."
    );
}

#[test]
fn lines_fit_the_terminal_and_break_between_words() {
    let c = comparison();
    for ticket in ["T-001", "T-002", "T-003"] {
        let whole = explain(&c, ticket, None).unwrap();
        for width in [40, 60, 80, 120] {
            let story = super::explain(&c, ticket, None, width).unwrap();
            assert!(story.lines().all(|line| line.chars().count() <= width), "{width}: {story}");
            assert_eq!(
                story.split_whitespace().collect::<Vec<_>>(),
                whole.split_whitespace().collect::<Vec<_>>()
            );
        }
    }
    let story = super::explain(&c, "T-003", Some("parallel"), 60).unwrap();
    assert!(
        story.contains(
            "  08:02:40   +2 min 20 s  It claimed Ada at 08:30: refused,\n                          T-001 had booked \
             it.\n"
        ),
        "{story}"
    );
}

#[test]
fn a_history_that_nobody_knows_is_called_unknown() {
    use facts::*;
    let told = |rate: Option<f64>| {
        let mut c = comparison();
        let mut desk = (*c.setup.desk).clone();
        desk.technicians[0].history = [rate].into();
        c.setup.desk = desk.into();
        let (technician, start) = (ADA, SimTime::ZERO);
        let ranked = Fact::Ranked { ticket: T, attempt: 1, rank: 1, technician, start, cost: -0.5 };
        let facts = [Fact::Arrived { ticket: T }, scored(ADA, CostPart::History, -0.5), ranked];
        told_of(&c, &facts.map(|fact| (0.0, fact))).join("\n")
    };
    assert!(told(None).contains("Ada: −0.50 for an unknown history = −0.50"), "{}", told(None));
    assert!(told(Some(0.5)).contains("Ada: −0.50 for history = −0.50"), "{}", told(Some(0.5)));
}

#[test]
fn whether_anybody_was_eligible_agrees_with_the_reason() {
    use facts::*;
    let found = |finding, reason| {
        told(&[
            (0.0, Fact::Arrived { ticket: T }),
            (0.0, evaluated(ADA, finding)),
            (0.0, Fact::Unassigned { ticket: T, agent: AgentId(0), reason, attempts: 1 }),
        ])
        .join("\n")
    };
    let text = found(Finding::NoSlot, Reason::NoSlot);
    assert!(text.contains("No free slot within the horizon: Ada.") && !text.contains("Nobody"), "{text}");
    assert!(text.contains("no technician of its team has a free slot within the horizon"), "{text}");
    let text = found(Finding::Out, Reason::NobodyEligible);
    assert!(text.contains("Nobody was eligible. Out: Ada."), "{text}");
    assert!(text.contains("left without an owner: nobody of its team is eligible"), "{text}");
}
