//! Every measure, one entry each, in the order in which files list them.

use super::catalog::Aggregate::{Max, Mean, P, Value};
use super::catalog::Better::{Larger, Neither, Smaller};
use super::catalog::Taken::{Across, Once, OverTickets};
use super::catalog::{Measure, Reference, Unit};
use super::causes::Cause;
use super::counts::{Counts, left, ratio};
use super::percent::Percent;
use crate::domain::SimDuration;

/// The catalog of measures.
pub const MEASURES: &[Measure] = &[
    Measure {
        key: "dispatch_delay",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner",
        explanation: "How long a ticket waits from its arrival, or from the status that let it be dispatched, until a technician \
                      owns it, its team's queue has it, or its result is there. Percentiles are over all tickets to be \
                      dispatched, and one left without an owner is later than any; mean, shortest and longest are over \
                      those that got one.",
        rows: &[(20, Mean), (30, P(Percent::whole(95))), (40, Max)],
        tells_zero: false,
        taken: OverTickets {
            lengths: |lengths| &mut lengths.delay,
            due: Counts::to_be_dispatched,
            having: "that got one",
        },
    },
    Measure {
        key: "delay_triage",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: triage",
        explanation: "The part of `dispatch_delay.mean` that triage takes. It and `delay_turn`, `delay_ai`, `delay_calendar`, \
                      `delay_retries` and `delay_provider` add up to `dispatch_delay.mean`.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Triage)),
    },
    Measure {
        key: "delay_turn",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: waiting for a turn",
        explanation: "The part of `dispatch_delay.mean` for which tickets wait for their turn: for the discipline or its window, for \
                      locks, for the sandbox of a subagent, and for a parent that writes one ticket at a time.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Turn)),
    },
    Measure {
        key: "delay_ai",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: the AI",
        explanation: "The part of `dispatch_delay.mean` that the ranking takes, by the AI or by rule, or with mode `read-only` the \
                      result. What is ranked or worked on again is part of `delay_retries`, and calls that fail are part of \
                      `delay_provider`.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Ai)),
    },
    Measure {
        key: "delay_calendar",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: calendars",
        explanation: "The part of `dispatch_delay.mean` that calendars take: reading them, claiming and writing, and standing in line \
                      for that. What lost claims cost is part of `delay_retries`.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Calendar)),
    },
    Measure {
        key: "delay_retries",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: lost races",
        explanation: "The part of `dispatch_delay.mean` that lost races cost: all from a claim that is refused, or a hold that lapses, \
                      to the claim that is granted, new rankings included; with mode `read-only`, from a result that does not \
                      fit to the one that does.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Retries)),
    },
    Measure {
        key: "delay_provider",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to owner: the AI's provider",
        explanation: "The part of `dispatch_delay.mean` that the AI's provider costs: standing in line for a call, calls that fail \
                      and the pauses after them, whichever attempt they are for.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.spent_on(Cause::Provider)),
    },
    Measure {
        key: "dispatch_time",
        unit: Unit::Seconds,
        better: Smaller,
        label: "turn to owner",
        explanation: "How long the dispatch of a ticket takes, from its turn until a technician owns it or, with mode \
                      `read-only`, its result is there; the wait for the turn is not in it. Percentiles are over all tickets to be dispatched, and one left without \
                      an owner is later than any other; the rest is over those that got one.",
        rows: &[],
        tells_zero: false,
        taken: OverTickets {
            lengths: |lengths| &mut lengths.taken,
            due: Counts::to_be_dispatched,
            having: "that got one",
        },
    },
    Measure {
        key: "notice",
        unit: Unit::Seconds,
        better: Larger,
        label: "booking to start of the slot",
        explanation: "How far ahead a technician hears of a slot: from the writing of the booking to the start of the \
                      slot, over all tickets that are booked; 0 where the slot has started by then.",
        rows: &[(45, Mean)],
        tells_zero: false,
        taken: OverTickets { lengths: |lengths| &mut lengths.notice, due: |c| c.booked, having: "booked" },
    },
    Measure {
        key: "time_to_start",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to start of work",
        explanation: "How long a ticket waits from its arrival until a technician begins to work on it. Percentiles \
                      are over all tickets to be dispatched whose work is known, and one that nobody begins is later \
                      than any other; the rest is over those begun.",
        rows: &[(260, Mean)],
        tells_zero: false,
        taken: OverTickets {
            lengths: |lengths| &mut lengths.waited,
            due: |counts| counts.to_be_worked_on,
            having: "begun",
        },
    },
    Measure {
        key: "time_to_resolve",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to end of work",
        explanation: "How long it takes from a ticket's arrival until the work on it is done. Percentiles are over \
                      all tickets to be dispatched whose work is known, and one that nobody finishes is later than \
                      any other; the rest is over those finished.",
        rows: &[(280, Mean)],
        tells_zero: false,
        taken: OverTickets {
            lengths: |lengths| &mut lengths.resolved,
            due: |counts| counts.to_be_worked_on,
            having: "finished",
        },
    },
    Measure {
        key: "makespan",
        unit: Unit::Seconds,
        better: Smaller,
        label: "first arrival to last owner",
        explanation: "How long it takes from the first arrival until the last of the tickets that get an owner, a \
                      team or, with mode `read-only`, a result has it. Tickets that are merged, or left without an owner, do not end it; not measured \
                      where none gets an owner.",
        rows: &[(10, Value)],
        tells_zero: false,
        taken: Once(|c| c.makespan().map(SimDuration::as_secs_f64)),
    },
    Measure {
        key: "throughput",
        unit: Unit::PerHour,
        better: Larger,
        label: "tickets dispatched per hour",
        explanation: "Tickets that got an owner, a team or, with mode `read-only`, a result, per hour of `makespan`.",
        rows: &[(50, Value)],
        tells_zero: false,
        taken: Once(|c| {
            let span = c.makespan().filter(|&span| span > SimDuration::ZERO)?;
            Some(c.dispatched() as f64 / span.as_hours_f64())
        }),
    },
    Measure {
        key: "speed_up",
        unit: Unit::Ratio,
        better: Larger,
        label: "times as fast as one at a time",
        explanation: "How many times as fast as under the first `sequential` discipline the same burst was through: \
                      its `makespan` there over the one here. Measured only where there is a `sequential` discipline \
                      and tickets get an owner under both; how many do, `dispatched` says.",
        rows: &[(60, Value)],
        tells_zero: false,
        taken: Across {
            number: "makespan",
            with: Reference::OneAtATime,
            follows: |own, one_at_a_time| (own > 0.0).then(|| one_at_a_time / own),
        },
    },
    Measure {
        key: "tickets",
        unit: Unit::Count,
        better: Neither,
        label: "tickets that arrive",
        explanation: "Tickets that arrive, whatever becomes of them.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| Some(c.arrived as f64)),
    },
    Measure {
        key: "skipped",
        unit: Unit::Count,
        better: Neither,
        label: "tickets left to people by the trigger",
        explanation: "Tickets that no agent dispatches, because they fail a test of its trigger or a standing rule \
                      leaves them to people.",
        rows: &[(80, Value)],
        tells_zero: false,
        taken: Once(|c| c.any_arrived().then_some(c.skipped as f64)),
    },
    Measure {
        key: "dispatched",
        unit: Unit::Count,
        better: Larger,
        label: "tickets with an owner or a team",
        explanation: "Tickets whose dispatch ended with an owner, in a team's queue or, with mode `read-only`, with a result. \
                      Merged duplicates are left out.",
        rows: &[(70, Value)],
        tells_zero: false,
        taken: Once(|c| c.any_arrived().then_some(c.dispatched() as f64)),
    },
    Measure {
        key: "unassigned",
        unit: Unit::Count,
        better: Smaller,
        label: "tickets left without an owner",
        explanation: "Tickets whose dispatch ended without an owner or, with mode `read-only`, without a result, for whatever \
                      reason. Merged duplicates and tickets \
                      that the trigger leaves to people are left out.",
        rows: &[(90, Value)],
        tells_zero: true,
        taken: Once(|c| c.any_arrived().then_some(c.unassigned() as f64)),
    },
    Measure {
        key: "unassigned_no_slot",
        unit: Unit::Count,
        better: Smaller,
        label: "left: no free slot within the horizon",
        explanation: "Tickets left without an owner because no technician of the team has a free slot within the \
                      horizon. Measured where slots are booked.",
        rows: &[(93, Value)],
        tells_zero: false,
        taken: Once(|c| left(c.no_slot, c.books())),
    },
    Measure {
        key: "unassigned_attempts",
        unit: Unit::Count,
        better: Smaller,
        label: "left: every attempt lost",
        explanation: "Tickets left without an owner because every attempt they may make lost every claim. Measured where \
                      claims are made or slots booked.",
        rows: &[(96, Value)],
        tells_zero: false,
        taken: Once(|c| left(c.attempts_exhausted, c.claims_or_books())),
    },
    Measure {
        key: "unassigned_nobody",
        unit: Unit::Count,
        better: Smaller,
        label: "left: nobody eligible",
        explanation: "Tickets left without an owner because nobody of the team is eligible. Measured where owners \
                      are set, with a slot or without.",
        rows: &[(100, Value)],
        tells_zero: false,
        taken: Once(|c| left(c.nobody_eligible, c.reads > 0)),
    },
    Measure {
        key: "unassigned_stopped",
        unit: Unit::Count,
        better: Smaller,
        label: "left: its subagent was stopped or never ran",
        explanation: "Tickets left without an owner because their subagent was stopped at its ceiling, had spent its \
                      budget, or was one too many to be run. Measured where there are subagents.",
        rows: &[(110, Value)],
        tells_zero: false,
        taken: Once(|c| left(c.stopped, c.slices())),
    },
    Measure {
        key: "unassigned_ranker",
        unit: Unit::Count,
        better: Smaller,
        label: "left: the AI failed",
        explanation: "Tickets left without an owner because the AI failed as often as it may.",
        rows: &[(120, Value)],
        tells_zero: false,
        taken: Once(|c| left(c.ranker_failed, c.reaches_dispatch())),
    },
    Measure {
        key: "merged",
        unit: Unit::Count,
        better: Larger,
        label: "duplicates merged",
        explanation: "Tickets merged with one that says the same, without an AI call or an owner of their own. Measured \
                      only where two tickets met that could have been merged.",
        rows: &[(130, Value)],
        tells_zero: false,
        taken: Once(|c| c.merges().then_some(c.merged as f64)),
    },
    Measure {
        key: "merges_missed",
        unit: Unit::Count,
        better: Smaller,
        label: "duplicates dispatched instead of merged",
        explanation: "Tickets dispatched although they say the same as another, because that one's dispatch was still \
                      under way and could not be found. Measured only where two tickets met that could have been merged.",
        rows: &[(140, Value)],
        tells_zero: false,
        taken: Once(|c| c.merges().then_some(c.merges_missed as f64)),
    },
    Measure {
        key: "reworked",
        unit: Unit::Count,
        better: Smaller,
        label: "results made again",
        explanation: "Results that did not fit with those of earlier tickets, which they were made without sight of, and had \
                      to be made again. Measured only where an agent has mode `read-only`.",
        rows: &[(145, Value)],
        tells_zero: false,
        taken: Once(|c| c.answers().then_some(c.misfits as f64)),
    },
    Measure {
        key: "out_of_order",
        unit: Unit::Count,
        better: Smaller,
        label: "tickets dispatched before an earlier one of the company",
        explanation: "Tickets that got an owner or a team before a ticket of the same company that had arrived earlier and got \
                      one later. One at a time there are none, unless triage or a change of status lets one pass.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| (c.dispatched() > 0).then_some(c.overtaking as f64)),
    },
    Measure {
        key: "follow_up_delay",
        unit: Unit::Seconds,
        better: Smaller,
        label: "arrival to the end of what follows, mean",
        explanation: "How long it takes from a ticket's arrival until the workflow that follows its dispatch is done, on \
                      average. Measured only where a workflow follows.",
        rows: &[(142, Value)],
        tells_zero: false,
        taken: Once(|c| (c.follow_ups > 0).then(|| c.follow_up_delay.as_secs_f64() / c.follow_ups as f64)),
    },
    Measure {
        key: "follow_ups_wrong",
        unit: Unit::Count,
        better: Smaller,
        label: "following workflows that went wrong",
        explanation: "Workflows that went wrong because their ticket had overtaken an earlier one of its company. Measured only \
                      where a workflow follows.",
        rows: &[(144, Value)],
        tells_zero: false,
        taken: Once(|c| (c.follow_ups > 0).then_some(c.follow_ups_wrong as f64)),
    },
    Measure {
        key: "triage_errors",
        unit: Unit::Count,
        better: Smaller,
        label: "steps of triage that were wrong",
        explanation: "Steps of triage that wrote something wrong into a ticket, such as the wrong company, board or \
                      priority; a ticket can have several. Measured only where there is triage.",
        rows: &[(150, Value)],
        tells_zero: false,
        taken: Once(|c| (c.triaged > 0).then_some(c.triage_errors as f64)),
    },
    Measure {
        key: "claims",
        unit: Unit::Count,
        better: Smaller,
        label: "claims made",
        explanation: "Claims on a technician that dispatches made, granted or refused. Writing without another look is \
                      no claim.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.claims_or_books().then_some(c.claims() as f64)),
    },
    Measure {
        key: "conflicts",
        unit: Unit::Count,
        better: Smaller,
        label: "claims refused",
        explanation: "Claims refused, mostly because another ticket had the slot or the technician by then; also those \
                      refused because the slot had started or had never been free.",
        rows: &[(160, Value)],
        tells_zero: false,
        taken: Once(|c| c.claims_or_books().then_some(c.refused as f64)),
    },
    Measure {
        key: "conflict_rate",
        unit: Unit::Share,
        better: Smaller,
        label: "share of a burst's claims refused",
        explanation: "Claims refused, as a share of all claims made in the burst. Not measured where no claim was made. \
                      Over replications it is the mean of their rates; `workflows.csv` has the rate of all claims \
                      together.",
        rows: &[(170, Value)],
        tells_zero: false,
        taken: Once(|c| ratio(c.refused, c.claims())),
    },
    Measure {
        key: "conflicts_per_ticket",
        unit: Unit::Ratio,
        better: Smaller,
        label: "claims refused per ticket",
        explanation: "Claims refused, over all tickets that arrived.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| ratio(c.refused, c.arrived).filter(|_| c.claims_or_books())),
    },
    Measure {
        key: "fallback_rate",
        unit: Unit::Share,
        better: Smaller,
        label: "share of dispatches that used an alternative",
        explanation: "Dispatches that ended with an alternative instead of the primary pick, as a share of those that \
                      ended with a pick of a ranking.",
        rows: &[(180, Value)],
        tells_zero: false,
        taken: Once(|c| ratio(c.fallbacks, c.ranked).filter(|_| c.may_claim())),
    },
    Measure {
        key: "fallback_depth",
        unit: Unit::Ratio,
        better: Smaller,
        label: "how far down the alternatives, where used",
        explanation: "How far down the ranking a dispatch that used an alternative had to go, on average: 1 is the \
                      first alternative. Not measured where none was used.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| ratio(c.fallback_steps, c.fallbacks).filter(|_| c.may_claim())),
    },
    Measure {
        key: "retry_rate",
        unit: Unit::Share,
        better: Smaller,
        label: "share of dispatches with more than one attempt",
        explanation: "Dispatches that lost every claim of an attempt and started again from scratch, as a share of \
                      those that made an attempt; also those that got no owner in the end.",
        rows: &[(190, Value)],
        tells_zero: false,
        taken: Once(|c| ratio(c.retried, c.tried).filter(|_| c.may_claim())),
    },
    Measure {
        key: "attempts",
        unit: Unit::Ratio,
        better: Smaller,
        label: "attempts per dispatch",
        explanation: "Attempts per dispatch, over the dispatches that made one: each reads the calendars, ranks and \
                      claims anew.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| ratio(c.attempts, c.tried).filter(|_| c.may_claim())),
    },
    Measure {
        key: "double_bookings",
        unit: Unit::Count,
        better: Smaller,
        label: "overlapping pairs of bookings",
        explanation: "Pairs of bookings of one technician that overlap, counted when the run ends. Measured only where \
                      slots are booked.",
        rows: &[(200, Value)],
        tells_zero: false,
        // Each pair is stated by both of its bookings.
        taken: Once(|c| c.books().then_some(c.peers as f64 / 2.0)),
    },
    Measure {
        key: "double_booked_tickets",
        unit: Unit::Count,
        better: Smaller,
        label: "tickets in a double booking",
        explanation: "Tickets whose booking overlaps another booking of the same technician: each is a promise to a \
                      customer that cannot be kept. Measured only where slots are booked.",
        rows: &[(210, Value)],
        tells_zero: true,
        taken: Once(|c| c.books().then_some(c.double_booked as f64)),
    },
    Measure {
        key: "overlap",
        unit: Unit::Minutes,
        better: Smaller,
        label: "calendar time promised twice",
        explanation: "Minutes of technicians' calendars that more than one booking covers. Measured only where slots \
                      are booked.",
        rows: &[(220, Value)],
        tells_zero: false,
        taken: Once(|c| c.books().then(|| c.overlap.as_mins_f64())),
    },
    Measure {
        key: "over_cap",
        unit: Unit::Count,
        better: Smaller,
        label: "tickets assigned above the cap",
        explanation: "Tickets given to a technician who had more active tickets with them than the agent allows. \
                      Measured only where owners are set without a slot.",
        rows: &[(230, Value)],
        tells_zero: false,
        taken: Once(|c| c.assigns().then_some(c.over_cap as f64)),
    },
    Measure {
        key: "utilisation",
        unit: Unit::Share,
        better: Neither,
        label: "busy share of working time",
        explanation: "Time worked on tickets, as a share of all technicians' working hours from the first arrival to \
                      the last end of work under any of the disciplines compared, so that the same work is the same \
                      share under each. Work outside the working hours counts as worked.",
        rows: &[(290, Value)],
        tells_zero: false,
        taken: Once(|c| c.utilisation),
    },
    Measure {
        key: "utilisation_gini",
        unit: Unit::Ratio,
        better: Smaller,
        label: "inequality of busy time (Gini)",
        explanation: "How unequally the work is spread over technicians (Gini coefficient of the time worked): 0 when \
                      all work equally long, close to 1 when one does everything.",
        rows: &[],
        tells_zero: false,
        taken: Once(|c| c.utilisation_gini),
    },
    Measure {
        key: "orphaned_hold",
        unit: Unit::Minutes,
        better: Smaller,
        label: "slot time held by nobody",
        explanation: "Minutes for which slots stayed held after the dispatch that held them had no more use for them, \
                      until they were given back or their lease ran out. Measured only where slots are booked.",
        rows: &[(240, Value)],
        tells_zero: false,
        taken: Once(|c| c.books().then(|| c.orphaned.as_mins_f64())),
    },
    Measure {
        key: "lock_wait",
        unit: Unit::Seconds,
        better: Smaller,
        label: "wait for locks, mean",
        explanation: "How long a dispatch waits until it has locked every technician it may choose from, on average. \
                      Measured only under disciplines that lock.",
        rows: &[(250, Value)],
        tells_zero: false,
        taken: Once(|c| (c.locked > 0).then(|| c.lock_wait.as_secs_f64() / c.locked as f64)),
    },
    Measure {
        key: "regret",
        unit: Unit::Seconds,
        better: Smaller,
        label: "mean start of work later than batched",
        explanation: "How much later work starts than under the first `batched` discipline on the same burst, on \
                      average: `time_to_start.mean` here minus there, each over the tickets that were begun. Measured \
                      only beside a `batched` discipline.",
        rows: &[(270, Value)],
        tells_zero: false,
        taken: Across {
            number: "time_to_start.mean",
            with: Reference::Batched,
            follows: |own, batched| Some(own - batched),
        },
    },
    Measure {
        key: "subagents",
        unit: Unit::Count,
        better: Neither,
        label: "subagents run",
        explanation: "Subagents that began to work on their slice of tickets. Measured only where there are subagents.",
        rows: &[(300, Value)],
        tells_zero: false,
        taken: Once(|c| c.slices().then_some(c.subagents as f64)),
    },
    Measure {
        key: "subagent_timeouts",
        unit: Unit::Count,
        better: Smaller,
        label: "subagents stopped at their ceiling",
        explanation: "Subagents that were stopped because they had run for as long as one may. Measured only where \
                      there are subagents.",
        rows: &[(310, Value)],
        tells_zero: false,
        taken: Once(|c| c.slices().then_some(c.subagent_timeouts as f64)),
    },
    Measure {
        key: "advanced_runs",
        unit: Unit::Count,
        better: Smaller,
        label: "runs that count as Advanced",
        explanation: "Runs of agents that count as Advanced: each subagent that began, and each run of the parent that asked \
                      for subagents, also one whose dispatch was rejected. Measured only where there are subagents.",
        rows: &[(312, Value)],
        tells_zero: false,
        taken: Once(|c| c.slices().then_some(c.advanced_runs() as f64)),
    },
    Measure {
        key: "sandbox_time",
        unit: Unit::Minutes,
        better: Smaller,
        label: "sandbox time of subagents",
        explanation: "Minutes for which subagents kept a sandbox, summed over them: from the moment at which one is started \
                      until it has ended or been stopped, the start of the sandbox included. Of the parent nothing \
                      is counted: it is paused meanwhile. Measured only where there are subagents.",
        rows: &[(314, Value)],
        tells_zero: false,
        taken: Once(|c| c.slices().then(|| c.sandbox_time.as_mins_f64())),
    },
    Measure {
        key: "ai_calls",
        unit: Unit::Count,
        better: Smaller,
        label: "AI calls",
        explanation: "Calls of the AI for a ranking or, with mode `read-only`, for a result, failed ones included.",
        rows: &[(320, Value)],
        tells_zero: false,
        taken: Once(|c| c.reaches_dispatch().then_some((c.asked + c.call_failures) as f64)),
    },
    Measure {
        key: "call_failures",
        unit: Unit::Count,
        better: Smaller,
        label: "AI calls that failed",
        explanation: "Calls of the AI that failed; they count as calls and use no tokens.",
        rows: &[(330, Value)],
        tells_zero: false,
        taken: Once(|c| c.reaches_dispatch().then_some(c.call_failures as f64)),
    },
    Measure {
        key: "tokens",
        unit: Unit::Count,
        better: Smaller,
        label: "AI tokens",
        explanation: "Tokens that the answered calls of the AI used.",
        rows: &[(340, Value)],
        tells_zero: false,
        taken: Once(|c| c.reaches_dispatch().then_some(c.tokens as f64)),
    },
    Measure {
        key: "cost",
        unit: Unit::Money,
        better: Smaller,
        label: "AI cost",
        explanation: "What the AI costs at the scenario's prices: the tokens, and where there are \
                      subagents also the Advanced runs and the minutes of their sandboxes.",
        rows: &[(350, Value)],
        tells_zero: false,
        taken: Once(Counts::ai_cost),
    },
    Measure {
        key: "cost_technicians",
        unit: Unit::Money,
        better: Smaller,
        label: "cost of technicians' hours",
        explanation: "What technicians' hours cost: their working hours from the first arrival to the last end of work under \
                      any of the disciplines compared, or the time they worked on tickets, as `costs.technician_hours` \
                      says. Measured only where `costs.technician_hour` is stated and somebody works.",
        rows: &[(352, Value)],
        tells_zero: false,
        taken: Once(Counts::technicians_cost),
    },
    Measure {
        key: "cost_waiting",
        unit: Unit::Money,
        better: Smaller,
        label: "cost of waiting",
        explanation: "What it costs that tickets wait for their owner, team or result: the sum of `dispatch_delay` over those \
                      that got one, at the price of an hour. Measured only where `costs.waiting_hour` is stated.",
        rows: &[(354, Value)],
        tells_zero: false,
        taken: Once(Counts::waiting_cost),
    },
    Measure {
        key: "cost_double_bookings",
        unit: Unit::Money,
        better: Smaller,
        label: "cost of double bookings",
        explanation: "What tickets in a double booking cost: `double_booked_tickets` at their price. Measured only where \
                      `costs.double_booking` is stated and slots are booked.",
        rows: &[(356, Value)],
        tells_zero: false,
        taken: Once(Counts::double_bookings_cost),
    },
    Measure {
        key: "cost_unassigned",
        unit: Unit::Money,
        better: Smaller,
        label: "cost of tickets without an owner",
        explanation: "What tickets left without an owner cost: `unassigned` at its price. Measured only where \
                      `costs.unassigned` is stated.",
        rows: &[(358, Value)],
        tells_zero: false,
        taken: Once(Counts::unassigned_cost),
    },
    Measure {
        key: "total_cost",
        unit: Unit::Money,
        better: Smaller,
        label: "total cost",
        explanation: "The sum of `cost`, `cost_technicians`, `cost_waiting`, `cost_double_bookings` and `cost_unassigned`; what \
                      is not measured of them adds nothing. Measured only where `[costs]` states a price, and with a price \
                      of technicians' hours only where somebody works.",
        rows: &[(360, Value)],
        tells_zero: false,
        taken: Once(Counts::total_cost),
    },
];
