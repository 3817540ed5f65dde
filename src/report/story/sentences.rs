//! One sentence for each fact.

use super::super::figures::{counted, names, quoted};
use super::teller::Teller;
use crate::domain::settings::{Level, Stage};
use crate::domain::{AgentId, SimDuration, SimTime};
use crate::facts::names::Roll;
use crate::facts::{Fact, Reason, Refusal, SpecStatus, Test};
use crate::keys::Named;

impl Teller<'_> {
    /// One fact as a sentence.
    pub(super) fn sentence(&mut self, at: SimTime, fact: Fact) -> String {
        match fact {
            Fact::Arrived { ticket } => {
                let ticket = self.story.burst.ticket(ticket);
                format!(
                    "It arrived for {}: {}, {}, priority {}{}.",
                    self.entry(Roll::Boards, ticket.board.0),
                    self.entry(Roll::Categories, ticket.category),
                    self.entry(Roll::Companies, ticket.company),
                    ticket.priority,
                    if ticket.owned { "; somebody owned it already" } else { "" }
                )
            }
            Fact::Skipped { agent, test, .. } => self.skipped(agent, test),
            Fact::Triaged { stage, was, is, wrong, .. } => self.triaged(stage, was, is, wrong),
            Fact::Turn { agent, .. } => {
                let under = self.under(agent);
                match at - self.first {
                    SimDuration::ZERO => format!("Its turn came at once{under}."),
                    waited => format!("Its turn came, after {waited}{under}."),
                }
            }
            Fact::Merged { into, .. } => {
                let into = self.other(into);
                self.outcome = format!("It is part of {into} and needs no owner of its own.");
                format!("It was merged with {into}, which says the same.")
            }
            Fact::MergeMissed { twin, .. } => format!(
                "It says the same as {}, whose dispatch was under way: too early to be merged with it.",
                self.other(twin)
            ),
            Fact::Locked { technicians, waited, .. } => {
                let waited = match waited {
                    SimDuration::ZERO => "without waiting".to_owned(),
                    waited => format!("after {waited} of waiting"),
                };
                format!("It locked {}, {waited}.", counted(technicians.into(), "technician"))
            }
            Fact::Read { attempt, offered, .. } => self.read(attempt, offered),
            Fact::Asked { tokens, .. } => {
                self.calls += 1;
                self.tokens += u64::from(tokens);
                let tokens = match tokens {
                    0 => String::new(),
                    tokens => format!(" ({})", counted(tokens.into(), "token")),
                };
                let what = if self.story.only_answer() { "result" } else { "ranking" };
                format!("It asked the AI for a {what}{tokens}.")
            }
            Fact::Batched { with, .. } => {
                format!("The ranking was asked for together with that of {}.", self.other(with))
            }
            Fact::TurnAgain { .. } => "Its turn came again.".to_owned(),
            Fact::Throttled { waited, .. } => {
                format!("The AI's provider made the call wait for {waited}.")
            }
            Fact::CallFailed { tries, again_at, .. } => {
                self.calls += 1;
                let again = again_at.map_or_else(
                    || "it is given up".to_owned(),
                    |at| format!("it is made again at {}", self.clock(at, 8)),
                );
                format!("The call failed, for the {} time: {again}.", ordinal(tries))
            }
            Fact::Granted { technician, start, .. } => match self.rank(technician, start) {
                Some(rank) if rank > 1 => {
                    format!("It fell back to number {rank}, {}: held.", self.pick(technician, start))
                }
                _ => format!("It claimed {}: held.", self.pick(technician, start)),
            },
            Fact::Refused { technician, start, why, by, .. } => {
                self.refused += 1;
                self.lost += 1;
                if self.story.only_owner() {
                    let who = self.who(technician);
                    return format!(
                        "It was not assigned to {who}: something about {who} had changed since the read."
                    );
                }
                let by = by.map_or_else(|| "a peer".to_owned(), |by| self.other(by));
                let why = match why {
                    Refusal::Held => format!("{by} held it"),
                    Refusal::Booked => format!("{by} had booked it"),
                    Refusal::Busy => "an entry stood there from the start".to_owned(),
                    Refusal::Changed => "the calendar had changed since it was read".to_owned(),
                    Refusal::Started => "the slot had started already".to_owned(),
                };
                format!("It claimed {}: refused, {why}.", self.pick(technician, start))
            }
            Fact::Freed { technician, start, lapsed, orphaned, .. } => {
                self.lost += u32::from(lapsed);
                self.lapsed |= lapsed;
                let how = if lapsed { "lapsed" } else { "was given back" };
                let orphaned = if orphaned > SimDuration::ZERO {
                    format!(", after nobody had needed it for {orphaned}")
                } else {
                    String::new()
                };
                format!("Its hold on {} {how}{orphaned}.", self.pick(technician, start))
            }
            Fact::Booked { technician, start, end, held, .. } => format!(
                "The booking was written: {} to {}{}.",
                self.pick(technician, start),
                self.clock(end, 5),
                if held { "" } else { ", with no hold on the slot" }
            ),
            Fact::Assigned { technician, active, over_cap, .. } => {
                let cap = if over_cap { ", which is more than the cap allows" } else { "" };
                let active = counted(active.into(), "active ticket");
                format!("It was assigned to {}, who now has {active}{cap}.", self.who(technician))
            }
            Fact::Passed { technician, .. } => {
                format!("Nothing about {} had changed since the read.", self.who(technician))
            }
            Fact::StatusChanged { was, is, .. } => format!(
                "Its status changed from {} to {}.",
                self.entry(Roll::Statuses, was),
                self.entry(Roll::Statuses, is)
            ),
            Fact::Dispatched { technician, rank, .. } => {
                let who = self.who(technician);
                let pick = match rank {
                    0 => "",
                    1 => ", its first pick,",
                    _ => ", an alternative,",
                };
                self.outcome = format!("{who}{pick} owns it {} after it arrived.", at - self.first);
                format!("{who} was told: the dispatch is done.")
            }
            Fact::Queued { agent, team, .. } => {
                let team = self.entry(Roll::Teams, team.0);
                self.outcome = match at - self.first {
                    SimDuration::ZERO => format!("It was in the queue of {team} as soon as it arrived."),
                    delay => format!("It was in the queue of {team} {delay} after it arrived."),
                };
                format!("It was put into the queue of {team}{}.", self.under(agent))
            }
            Fact::Misfit { .. } => {
                "The result did not fit with those of earlier tickets: it was to be made again.".to_owned()
            }
            Fact::Answered { .. } => {
                self.outcome = format!("It has its result {} after it arrived.", at - self.first);
                "The result was there: the dispatch is done.".to_owned()
            }
            Fact::Unassigned { reason, attempts, .. } => {
                let why = left(reason, attempts, self.offered > 0, self.lapsed);
                let what = if self.story.only_answer() { "result" } else { "owner" };
                self.outcome = format!("It has no {what}.");
                format!("It was left without {} {what}: {why}.", if what == "owner" { "an" } else { "a" })
            }
            Fact::FollowedUp { wrong: false, .. } => {
                "The workflow that follows its dispatch was done.".to_owned()
            }
            Fact::FollowedUp { wrong: true, .. } => {
                "The workflow that follows its dispatch was done, after it had gone wrong: \
                 an earlier ticket of the company was still to be dispatched."
                    .to_owned()
            }
            Fact::Started { technician, late, .. } => {
                let since = if self.story.only_owner() { "it was assigned" } else { "the slot's start" };
                let late = match late {
                    SimDuration::ZERO => String::new(),
                    late => format!(", {late} after {since}"),
                };
                format!("{} began to work on it{late}.", self.who(technician))
            }
            Fact::Postponed { technician, out, until, .. } => {
                let where_to = if out { "is out" } else { "is not at work at this hour" };
                let until = match until {
                    Some(until) => format!("work on it waits until {}", self.clock(until, 5)),
                    None => "work on it never begins".to_owned(),
                };
                format!("{} {where_to}: {until}.", self.who(technician))
            }
            Fact::Interrupted { technician, until, .. } => {
                let until = match until {
                    Some(until) => format!("it goes on at {}", self.clock(until, 5)),
                    None => "it never goes on".to_owned(),
                };
                format!("{} went out, and the work on it stopped: {until}.", self.who(technician))
            }
            Fact::Continued { technician, .. } => {
                format!("{} was back and went on with it.", self.who(technician))
            }
            Fact::Finished { technician, worked, .. } => {
                format!("{} was done with it, after {worked} of work.", self.who(technician))
            }
            Fact::DoubleBooked { technician, peers, .. } => {
                let who = if self.story.overlapping.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names(self.story.overlapping.iter().map(String::as_str)))
                };
                let others = counted(peers.into(), "other booking");
                format!(
                    "When all was done it was found double-booked: it overlaps {others} of {}{who}.",
                    self.who(technician)
                )
            }
            Fact::SpecQueued { spec, tickets, .. } => {
                format!("The parent queued {spec} with {}.", counted(tickets.into(), "ticket"))
            }
            Fact::Sliced { spec, .. } => format!("It is in the slice of {spec}."),
            Fact::SpecStarted { spec } => format!("Spec-{} began.", spec.0),
            Fact::SpecEnded { spec, status, done, tokens } => {
                let how = match status {
                    SpecStatus::Success => "was done with its slice",
                    SpecStatus::Failed => "ended with a part of its slice undone",
                    SpecStatus::Timeout => "was stopped at its ceiling",
                };
                let done = counted(done.into(), "ticket");
                let tokens = match tokens {
                    0 => String::new(),
                    tokens => format!(" and {}", counted(tokens, "token")),
                };
                format!("Spec-{} {how}, after {done}{tokens}.", spec.0)
            }
            Fact::Resumed { results, .. } => {
                format!("The parent went on with {}.", counted(results.into(), "result"))
            }
            Fact::Rejected { specs, .. } => {
                format!("The parent asked for {} and got none.", counted(specs.into(), "subagent"))
            }
            // Told together with their like, or by what follows.
            Fact::Ranked { .. }
            | Fact::Evaluated { .. }
            | Fact::Scored { .. }
            | Fact::Compared { .. }
            | Fact::RankingBegun { .. } => String::new(),
        }
    }

    /// A look at the calendars.
    fn read(&mut self, attempt: u16, offered: u32) -> String {
        self.attempts = attempt.into();
        self.ranking.clear();
        self.offered = offered;
        let lost = match std::mem::take(&mut self.lost) {
            0 | 1 => "Its pick",
            _ => "Every pick",
        };
        let begun = if attempt > 1 {
            format!("{lost} was lost: attempt {attempt} began from scratch. It")
        } else {
            "It".to_owned()
        };
        let eligible = self.eligible(attempt);
        let offered = match u64::from(offered) {
            0 => "nobody".to_owned(),
            some if some < eligible => format!("{some} of the {eligible} who are eligible"),
            some => counted(some, "technician"),
        };
        if self.story.only_owner() {
            format!("{begun} looked up who may own it: {offered} to choose from.")
        } else {
            format!("{begun} read the calendars: {offered} to choose from.")
        }
    }

    /// Why it is left to people.
    fn skipped(&mut self, agent: AgentId, test: Test) -> String {
        let why = match test {
            Test::Board => "tickets of its board are not dispatched",
            Test::Status => "tickets in its status are not dispatched",
            Test::Company => "its company is not among those whose tickets are",
            Test::ExcludedCompany => "its company is excluded",
            Test::Sop => "a standing rule leaves it to people",
            Test::Owned => "it has an owner already",
        };
        "It was left to people.".clone_into(&mut self.outcome);
        format!("It was not dispatched: {why}{}.", self.under(agent))
    }

    /// The agent's name where there are several.
    fn under(&self, agent: AgentId) -> String {
        if self.story.several_agents {
            format!(", under {}", self.entry(Roll::Agents, agent.0))
        } else {
            String::new()
        }
    }

    /// A step of triage.
    fn triaged(&self, stage: Stage, was: u32, is: u32, wrong: bool) -> String {
        let said = |value: u32| match stage {
            Stage::Company => self.story.setup.name(Roll::Companies, value).to_owned(),
            Stage::Board => self.story.setup.name(Roll::Boards, value).to_owned(),
            Stage::Urgency | Stage::Impact => Level::word(value).to_owned(),
            _ => value.to_string(),
        };
        let (was, is) = (said(was), said(is));
        let (now, before) = (quoted(&is), quoted(&was));
        let before = if was == is { String::new() } else { format!("; before it said {before}") };
        match (stage, wrong) {
            (Stage::Company, false) => format!("Triage found its company: {now}{before}."),
            (Stage::Company, true) => format!("Triage took it for a ticket of {now}, wrongly{before}."),
            (Stage::Priority, false) => format!("Triage gave it priority {now}{before}."),
            (Stage::Priority, true) => format!("Triage gave it priority {now}, wrongly{before}."),
            (Stage::Urgency | Stage::Impact, false) => format!("Triage judged its {}: {is}.", stage.name()),
            (Stage::Urgency | Stage::Impact, true) => {
                format!("Triage judged its {} wrongly: {is}, which is {was} in truth.", stage.name())
            }
            (Stage::Board, false) => format!("Triage found its board: {now}{before}."),
            (Stage::Board, true) => format!("Triage took it for board {now}, wrongly{before}."),
            (Stage::Contact, false) => "Triage found who reported it.".to_owned(),
            (Stage::Contact, true) => "Triage took somebody else for the one who reported it.".to_owned(),
            (Stage::Agreement, false) => "Triage found the agreement that covers it.".to_owned(),
            (Stage::Agreement, true) => "Triage found an agreement that does not cover it.".to_owned(),
            (Stage::Summary, false) => "Its summary was written.".to_owned(),
            (Stage::Summary, true) => "Its summary was written, wrongly.".to_owned(),
        }
    }
}

/// Why a ticket has no owner: after how many attempts, whether its last look had `offered` anybody, and whether a hold of its
/// own has `lapsed`.
pub(in super::super) fn left(reason: Reason, attempts: u16, offered: bool, lapsed: bool) -> String {
    let attempts = counted(attempts.into(), "attempt");
    match reason {
        Reason::NoSlot if offered => "the others of its batch got the slots that there were".to_owned(),
        Reason::NoSlot => "no technician of its team has a free slot within the horizon".to_owned(),
        Reason::NobodyEligible => "nobody of its team is eligible".to_owned(),
        Reason::Timeout => "its subagent was stopped at its ceiling".to_owned(),
        Reason::Budget => "its subagent had spent its budget".to_owned(),
        Reason::TooManySpecs => "its dispatch asked for too many subagents and was rejected whole".to_owned(),
        Reason::RankerFailed => "the AI failed as often as it may".to_owned(),
        Reason::AttemptsExhausted if lapsed => format!("every pick of {attempts} was lost"),
        Reason::AttemptsExhausted => format!("every claim of {attempts} was refused"),
    }
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
