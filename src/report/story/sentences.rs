//! One sentence for each event.

use super::super::events::{Event, EventLine};
use super::super::figures::{clean, counted};
use super::teller::{Teller, length, names};

impl<'a> Teller<'a> {
    /// One event as a sentence.
    pub(super) fn sentence(&mut self, line: &'a EventLine) -> String {
        match &line.event {
            Event::Arrived { board, category, company, priority, .. } => format!(
                "It arrived for {}: {}, {}, priority {priority}.",
                clean(board),
                clean(category),
                clean(company)
            ),
            Event::Skipped { agent, test } => self.skipped(agent.as_deref(), test),
            Event::Triaged { stage, was, is, wrong } => {
                triaged(stage, was.as_deref().unwrap_or_default(), is.as_deref().unwrap_or_default(), *wrong)
            }
            Event::Turn { agent, .. } => {
                let under = self.under(agent.as_deref());
                match line.seconds - self.first.seconds {
                    0.0 => format!("Its turn came at once{under}."),
                    waited => format!("Its turn came, after {}{under}.", length(waited)),
                }
            }
            Event::Merged { into, .. } => {
                self.outcome = format!("It is part of {} and needs no owner of its own.", clean(into));
                format!("It was merged with {}, which says the same.", clean(into))
            }
            Event::MergeMissed { twin } => format!(
                "It says the same as {}, whose dispatch was under way: too early to be merged with it.",
                clean(twin)
            ),
            Event::Locked { technicians, waited_s } => {
                let waited = match waited_s {
                    0.0 => "without waiting".to_owned(),
                    waited => format!("after {} of waiting", length(*waited)),
                };
                format!("It locked {}, {waited}.", counted((*technicians).into(), "technician"))
            }
            Event::Read { attempt, offered } => {
                self.attempts = u64::from(*attempt);
                self.ranking.clear();
                self.offered = *offered;
                let lost = match std::mem::take(&mut self.lost) {
                    0 | 1 => "Its pick",
                    _ => "Every pick",
                };
                let begun = if *attempt > 1 {
                    format!("{lost} was lost: attempt {attempt} began from scratch. It")
                } else {
                    "It".to_owned()
                };
                let eligible = self.eligible(*attempt);
                let offered = match u64::from(*offered) {
                    0 => "nobody".to_owned(),
                    some if some < eligible => format!("{some} of the {eligible} who are eligible"),
                    some => counted(some, "technician"),
                };
                if self.only_owner() {
                    format!("{begun} looked up who may own it: {offered} to choose from.")
                } else {
                    format!("{begun} read the calendars: {offered} to choose from.")
                }
            }
            Event::Asked { tokens, .. } => {
                self.calls += 1;
                self.tokens += u64::from(*tokens);
                let tokens = match tokens {
                    0 => String::new(),
                    tokens => format!(" ({})", counted(u64::from(*tokens), "token")),
                };
                format!("It asked the AI for a ranking{tokens}.")
            }
            Event::Throttled { waited_s, .. } => {
                format!("The AI's provider made the call wait for {}.", length(*waited_s))
            }
            Event::CallFailed { tries, again_at, .. } => {
                self.calls += 1;
                let again = again_at.as_ref().map_or_else(
                    || "it is given up".to_owned(),
                    |at| format!("it is made again at {}", self.clock(at, 8)),
                );
                format!("The call failed, for the {} time: {again}.", ordinal(*tries))
            }
            Event::Granted { technician, slot, .. } => match self.rank(technician, slot) {
                Some(rank) if rank > 1 => {
                    format!("It fell back to number {rank}, {}: held.", self.pick(technician, slot))
                }
                _ => format!("It claimed {}: held.", self.pick(technician, slot)),
            },
            Event::Refused { technician, slot, why, by } => {
                self.refused += 1;
                self.lost += 1;
                if self.only_owner() {
                    let who = clean(technician);
                    return format!(
                        "It was not assigned to {who}: something about {who} had changed since the read."
                    );
                }
                let by = by.as_deref().map_or_else(|| "a peer".into(), clean);
                let why = match why.as_str() {
                    "held" => format!("{by} held it"),
                    "booked" => format!("{by} had booked it"),
                    "busy" => "an entry stood there from the start".to_owned(),
                    "changed" => "the calendar had changed since it was read".to_owned(),
                    _ => "the slot had started already".to_owned(),
                };
                format!("It claimed {}: refused, {why}.", self.pick(technician, slot))
            }
            Event::Freed { technician, slot, lapsed, orphaned_s, .. } => {
                self.lost += u32::from(*lapsed);
                self.lapsed |= *lapsed;
                let how = if *lapsed { "lapsed" } else { "was given back" };
                let orphaned = if *orphaned_s > 0.0 {
                    format!(", after nobody had needed it for {}", length(*orphaned_s))
                } else {
                    String::new()
                };
                format!("Its hold on {} {how}{orphaned}.", self.pick(technician, slot))
            }
            Event::Booked { technician, slot, slot_end, held } => format!(
                "The booking was written: {} to {}{}.",
                self.pick(technician, slot),
                self.clock(slot_end, 5),
                if *held { "" } else { ", with no hold on the slot" }
            ),
            Event::Assigned { technician, active, over_cap } => {
                let cap = if *over_cap { ", which is more than the cap allows" } else { "" };
                let active = counted((*active).into(), "active ticket");
                format!("It was assigned to {}, who now has {active}{cap}.", clean(technician))
            }
            Event::Passed { technician } => {
                format!("Nothing about {} had changed since the read.", clean(technician))
            }
            Event::StatusChanged { was, is } => {
                format!("Its status changed from {} to {}.", clean(was), clean(is))
            }
            Event::Dispatched { technician, rank, delay_s, .. } => {
                let pick = match rank {
                    0 => "",
                    1 => ", its first pick,",
                    _ => ", an alternative,",
                };
                self.outcome =
                    format!("{}{pick} owns it {} after it arrived.", clean(technician), length(*delay_s));
                format!("{} was told: the dispatch is done.", clean(technician))
            }
            Event::Queued { agent, team, delay_s, .. } => {
                self.outcome = match delay_s {
                    0.0 => format!("It was in the queue of {} as soon as it arrived.", clean(team)),
                    delay => {
                        format!("It was in the queue of {} {} after it arrived.", clean(team), length(*delay))
                    }
                };
                format!("It was put into the queue of {}{}.", clean(team), self.under(agent.as_deref()))
            }
            Event::Unassigned { reason, attempts, .. } => {
                let why = self.left(reason, *attempts);
                "It has no owner.".clone_into(&mut self.outcome);
                format!("It was left without an owner: {why}.")
            }
            Event::Started { technician, late_s, .. } => {
                let since = if self.only_owner() { "it was assigned" } else { "the slot's start" };
                let late = match late_s {
                    0.0 => String::new(),
                    late => format!(", {} after {since}", length(*late)),
                };
                format!("{} began to work on it{late}.", clean(technician))
            }
            Event::Finished { technician, worked_s, .. } => {
                format!("{} was done with it, after {} of work.", clean(technician), length(*worked_s))
            }
            Event::DoubleBooked { technician, peers, .. } => {
                let who = if self.story.overlapping.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names(&self.story.overlapping))
                };
                let others = counted(u64::from(*peers), "other booking");
                format!(
                    "When all was done it was found double-booked: it overlaps {others} of {}{who}.",
                    clean(technician)
                )
            }
            Event::SpecQueued { .. }
            | Event::Sliced { .. }
            | Event::SpecStarted { .. }
            | Event::SpecEnded { .. }
            | Event::Resumed { .. }
            | Event::Rejected { .. } => spec(&line.event),
            // Told together with their like.
            Event::Ranked { .. } | Event::Evaluated { .. } | Event::Scored { .. } => String::new(),
        }
    }

    /// Why it is left to people.
    fn skipped(&mut self, agent: Option<&str>, test: &str) -> String {
        let why = match test {
            "board" => "tickets of its board are not dispatched",
            "status" => "tickets in its status are not dispatched",
            "company" => "its company is not among those whose tickets are",
            "sop" => "a standing rule leaves it to people",
            _ => "its company is excluded",
        };
        "It was left to people.".clone_into(&mut self.outcome);
        format!("It was not dispatched: {why}{}.", self.under(agent))
    }

    /// The workflow's name where there are several.
    fn under(&self, agent: Option<&str>) -> String {
        agent
            .filter(|_| self.story.several_agents)
            .map_or_else(String::new, |agent| format!(", under {}", clean(agent)))
    }

    /// Why it has no owner.
    fn left(&self, reason: &str, attempts: u16) -> String {
        let attempts = counted(u64::from(attempts), "attempt");
        match reason {
            "no_slot" if self.offered > 0 => {
                "the others of its batch got the slots that there were".to_owned()
            }
            "no_slot" => "no technician of its team has a free slot within the horizon".to_owned(),
            "nobody_eligible" => "nobody of its team is eligible".to_owned(),
            "timeout" => "its subagent was stopped at its ceiling".to_owned(),
            "budget" => "its subagent had spent its budget".to_owned(),
            "too_many_specs" => "its dispatch asked for too many subagents and was rejected whole".to_owned(),
            "ranker_failed" => "the AI failed as often as it may".to_owned(),
            _ if self.lapsed => format!("every pick of {attempts} was lost"),
            _ => format!("every claim of {attempts} was refused"),
        }
    }

    /// Whether its dispatch sets the owner without booking a slot.
    pub(super) fn only_owner(&self) -> bool {
        self.story
            .events()
            .any(|event| matches!(event, Event::Turn { mode: Some(mode), .. } if mode == "owner-only"))
    }
}

/// A step of triage.
fn triaged(stage: &str, was: &str, is: &str, wrong: bool) -> String {
    let (now, before) = (clean(is), clean(was));
    let before = if was == is { String::new() } else { format!("; before it said {before}") };
    match (stage, wrong) {
        ("company", false) => format!("Triage found its company: {now}{before}."),
        ("company", true) => format!("Triage took it for a ticket of {now}, wrongly{before}."),
        ("priority", false) => format!("Triage gave it priority {now}{before}."),
        ("priority", true) => format!("Triage gave it priority {now}, wrongly{before}."),
        ("board", false) => format!("Triage found its board: {now}{before}."),
        ("board", true) => format!("Triage took it for board {now}, wrongly{before}."),
        ("contact", false) => "Triage found who reported it.".to_owned(),
        ("contact", true) => "Triage took somebody else for the one who reported it.".to_owned(),
        ("agreement", false) => "Triage found the agreement that covers it.".to_owned(),
        ("agreement", true) => "Triage found an agreement that does not cover it.".to_owned(),
        (_, false) => "Its summary was written.".to_owned(),
        (_, true) => "Its summary was written, wrongly.".to_owned(),
    }
}

/// The course of its subagent.
fn spec(event: &Event) -> String {
    match event {
        Event::SpecQueued { spec, tickets, .. } => {
            format!("The parent queued {spec} with {}.", counted((*tickets).into(), "ticket"))
        }
        Event::Sliced { spec } => format!("It is in the slice of {spec}."),
        Event::SpecStarted { spec } => format!("{} began.", sentence_case(spec)),
        Event::SpecEnded { spec, status, done, tokens } => {
            let how = match status.as_str() {
                "success" => "was done with its slice",
                "timeout" => "was stopped at its ceiling",
                _ => "halted with its budget spent",
            };
            let done = counted((*done).into(), "ticket");
            let tokens = match tokens {
                0 => String::new(),
                tokens => format!(" and {}", counted(*tokens, "token")),
            };
            format!("{} {how}, after {done}{tokens}.", sentence_case(spec))
        }
        Event::Resumed { results, .. } => {
            format!("The parent went on with {}.", counted((*results).into(), "result"))
        }
        Event::Rejected { specs, .. } => {
            format!("The parent asked for {} and got none.", counted((*specs).into(), "subagent"))
        }
        _ => String::new(),
    }
}

/// `spec-1` at the beginning of a sentence.
fn sentence_case(spec: &str) -> String {
    spec.strip_prefix("spec-").map_or_else(|| spec.to_owned(), |number| format!("Spec-{number}"))
}

/// `first`, `second`, `third`, `4th`.
fn ordinal(number: u16) -> String {
    match number {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        more => format!("{more}th"),
    }
}
