//! The telling: what to remember from line to line, and the clock in front of each sentence.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::figures::{counted, list, names, quoted};
use super::Story;
use super::tale::{Line, Tale, day};
use crate::domain::stamp::Civil;
use crate::domain::{SimTime, TechnicianId, TicketId};
use crate::facts::names::Roll;
use crate::facts::{CostPart, Fact, Finding, Record};
use crate::keys::Named;

/// What the telling needs to remember.
pub(super) struct Teller<'a> {
    lines: Vec<Line>,
    pub(super) story: &'a Story<'a>,
    civil: Civil,
    /// When the story begins: the arrival.
    pub(super) first: SimTime,
    /// The current ranking: technician and slot, the primary pick first.
    pub(super) ranking: Vec<(TechnicianId, SimTime)>,
    pub(super) calls: u64,
    pub(super) tokens: u64,
    pub(super) refused: u64,
    /// How many technicians the last look at them had to offer.
    pub(super) offered: u32,
    /// How many picks of this attempt were lost.
    pub(super) lost: u32,
    /// A hold lapsed: a pick was lost whose claim was granted.
    pub(super) lapsed: bool,
    pub(super) attempts: u64,
    pub(super) outcome: String,
}

impl<'a> Teller<'a> {
    pub(super) fn new(first: SimTime, story: &'a Story<'a>) -> Self {
        let civil = Civil::new(&story.setup.start);
        Self {
            lines: Vec::new(),
            story,
            civil,
            first,
            ranking: Vec::new(),
            calls: 0,
            tokens: 0,
            refused: 0,
            offered: 0,
            lost: 0,
            lapsed: false,
            attempts: 0,
            outcome: if story.only_answer() {
                "It never got as far as a result.".to_owned()
            } else {
                "It never got as far as an owner.".to_owned()
            },
        }
    }

    /// Tells one fact, or the facts of one ranking or of one look at the team.
    pub(super) fn tell(&mut self, records: &[Record]) {
        let Record { at, fact } = records[0];
        let sentence = match fact {
            Fact::Ranked { .. } => Some(self.ranking(records)),
            fact if super::assesses(fact) => self.assessment(records),
            // What follows says it.
            Fact::RankingBegun { .. } => None,
            _ => Some(self.sentence(at, fact)),
        };
        let Some(sentence) = sentence else { return };
        let reckonings = match fact {
            Fact::Ranked { attempt, .. } => self.reckonings(attempt),
            _ => Vec::new(),
        };
        let (since, clock) = (at - self.first, self.clock(at, 8));
        self.lines.push(Line { at: self.civil.text(at), clock, since, sentence, reckonings });
    }

    /// The last lines: the outcome, what it cost, and whom it cost something.
    pub(super) fn close(mut self) -> Tale {
        let mut ending = vec![std::mem::take(&mut self.outcome)];
        let mut costs = Vec::new();
        if self.calls > 0 {
            costs.push(counted(self.calls, "AI call"));
        }
        if self.tokens > 0 {
            costs.push(counted(self.tokens, "token"));
        }
        if self.refused > 0 {
            costs.push(counted(self.refused, "refused claim"));
        }
        if self.attempts > 1 {
            costs.push(match self.attempts - 1 {
                1 => "1 retry from scratch".to_owned(),
                more => format!("{more} retries from scratch"),
            });
        }
        if !costs.is_empty() {
            let costs: Vec<&str> = costs.iter().map(String::as_str).collect();
            ending.push(format!("It cost {}.", list(&costs)));
        }
        if !self.story.losers.is_empty() {
            ending
                .push(format!("Claims lost to it: {}.", names(self.story.losers.iter().map(String::as_str))));
        }
        if !self.story.merged.is_empty() {
            ending.push(format!("Merged into it: {}.", names(self.story.merged.iter().map(String::as_str))));
        }
        Tale {
            ticket: self.story.burst.name(self.story.ticket),
            discipline: self.story.discipline.to_owned(),
            replication: self.story.replication,
            arrived: self.civil.text(self.first),
            lines: self.lines,
            ending,
        }
    }

    /// The ranking that came back.
    fn ranking(&mut self, records: &[Record]) -> String {
        self.ranking.clear();
        let mut picks = Vec::new();
        let no_slots = self.story.only_owner();
        for record in records {
            if let Fact::Ranked { rank, technician, start, .. } = record.fact {
                self.ranking.push((technician, start));
                let pick = if no_slots { self.who(technician).into() } else { self.pick(technician, start) };
                picks.push(format!("{rank}. {pick}"));
            }
        }
        format!("The ranking came back: {}.", picks.join(", "))
    }

    /// How many were found eligible, where that was recorded: a dispatch sees only as many of them as it has use for.
    pub(super) fn eligible(&self, of: u16) -> u64 {
        let eligible = |fact: &Fact| matches!(fact, Fact::Evaluated { attempt, finding: Finding::Eligible, .. } if *attempt == of);
        self.story.facts().filter(eligible).count() as u64
    }

    /// How the cost of each technician in the ranking came about, where that was recorded.
    fn reckonings(&self, attempt: u16) -> Vec<String> {
        let told = |&(technician, _): &(TechnicianId, SimTime)| {
            self.comparison(attempt, technician).or_else(|| self.reckoning(attempt, technician))
        };
        self.ranking.iter().filter_map(told).collect()
    }

    /// `Ada: 0.17 hours until the slot, then 0.25 of the day booked, then a success rate of 0.80`.
    fn comparison(&self, of: u16, who: TechnicianId) -> Option<String> {
        let part = |fact: &Fact| match *fact {
            Fact::Compared { attempt, technician, part, value, .. } if attempt == of && technician == who => {
                let value = value.abs();
                Some(match part {
                    CostPart::Load => format!("{value:.2} of the day booked"),
                    CostPart::History if self.knows_nothing_of(who) => "an unknown history".to_owned(),
                    CostPart::History => format!("a success rate of {value:.2}"),
                    CostPart::Peers => counted(value as u64, "other dispatch that considers them"),
                    _ => format!("{value:.2} hours until the slot"),
                })
            }
            _ => None,
        };
        let parts: Vec<String> = self.story.facts().filter_map(|fact| part(&fact)).collect();
        (!parts.is_empty()).then(|| format!("{}: {}", self.who(who), parts.join(", then ")))
    }

    /// `Ada: 0.17 for the start + 0.25 for the load − 0.80 for history = −0.38`.
    fn reckoning(&self, of: u16, who: TechnicianId) -> Option<String> {
        let parts: Vec<(CostPart, f64)> = self
            .story
            .facts()
            .filter_map(|fact| match fact {
                Fact::Scored { attempt, technician, part, value, .. } => {
                    (attempt == of && technician == who && value.is_finite()).then_some((part, value))
                }
                _ => None,
            })
            .collect();
        let sum: f64 = parts.iter().map(|(_, value)| value).sum();
        let mut text = String::new();
        for &(part, value) in parts.iter().filter(|(_, value)| *value != 0.0) {
            let what = match part {
                CostPart::Start => "for the start",
                CostPart::Load => "for the load",
                CostPart::History if self.knows_nothing_of(who) => "for an unknown history",
                CostPart::History => "for history",
                CostPart::Peers => "for peers",
                CostPart::Noise => "by chance",
                CostPart::Active => "for active tickets",
                CostPart::Rotation => "for the rotation",
            };
            let sign = match (text.is_empty(), value < 0.0) {
                (true, true) => "−",
                (true, false) => "",
                (false, true) => " − ",
                (false, false) => " + ",
            };
            let _ = write!(text, "{sign}{:.2} {what}", value.abs());
        }
        let total = if sum < 0.0 { format!("−{:.2}", -sum) } else { format!("{sum:.2}") };
        if parts.is_empty() {
            return None;
        }
        let who = self.who(who);
        Some(if text.is_empty() { format!("{who}: {total}") } else { format!("{who}: {text} = {total}") })
    }

    /// Whether the technician's history in the ticket's category is unknown.
    fn knows_nothing_of(&self, who: TechnicianId) -> bool {
        let category = self.story.burst.ticket(self.story.ticket).category;
        let technician = self.story.setup.desk.technicians.get(who.index());
        technician.is_some_and(|technician| technician.known_rate(category).is_none())
    }

    /// Who was eligible, and who was not and why; nothing where the facts only say what was made of it.
    fn assessment(&self, records: &[Record]) -> Option<String> {
        let found = |wanted: Finding| -> Vec<String> {
            let who = |record: &Record| match record.fact {
                Fact::Evaluated { technician, finding, .. } if finding == wanted => {
                    Some(self.story.setup.name(Roll::Technicians, technician.0).to_owned())
                }
                _ => None,
            };
            records.iter().filter_map(who).collect()
        };
        let mut sentences = Vec::new();
        for &finding in Finding::ALL {
            let words = match finding {
                Finding::Eligible => "Eligible",
                Finding::Out => "Out",
                Finding::AfterHours => "Not at work at this hour",
                Finding::NoSlot => "No free slot within the horizon",
                Finding::AtCap => "At the cap of active tickets",
                Finding::Sop => "Ruled out by a standing rule",
                Finding::Pod => "Not in the pod of its company",
            };
            let group = found(finding);
            if !group.is_empty() {
                sentences.push(format!("{words}: {}.", names(group.iter().map(String::as_str))));
            }
        }
        if sentences.is_empty() {
            return None;
        }
        // Whoever has no slot could have got the ticket otherwise.
        if found(Finding::Eligible).is_empty() && found(Finding::NoSlot).is_empty() {
            sentences.insert(0, "Nobody was eligible.".to_owned());
        }
        Some(sentences.join(" "))
    }

    /// The rank of a pick in the current ranking.
    pub(super) fn rank(&self, technician: TechnicianId, slot: SimTime) -> Option<usize> {
        self.ranking.iter().position(|&pick| pick == (technician, slot)).map(|index| index + 1)
    }

    /// `Ada at 08:30`, with the day where it is not that of the arrival.
    pub(super) fn pick(&self, technician: TechnicianId, slot: SimTime) -> String {
        format!("{} at {}", self.who(technician), self.clock(slot, 5))
    }

    /// A technician's name.
    pub(super) fn who(&self, technician: TechnicianId) -> Cow<'a, str> {
        self.entry(Roll::Technicians, technician.0)
    }

    /// The name of an entry of a list of the desk.
    pub(super) fn entry(&self, list: Roll, number: u32) -> Cow<'a, str> {
        quoted(self.story.setup.name(list, number))
    }

    /// Another ticket's name.
    pub(super) fn other(&self, ticket: TicketId) -> String {
        quoted(&self.story.burst.name(ticket)).into_owned()
    }

    /// The first `digits` characters of the time of day, after the day where it is not that of the arrival.
    pub(super) fn clock(&self, at: SimTime, digits: usize) -> String {
        let (at, first) = (self.civil.text(at), self.civil.text(self.first));
        let time = at.get(11..11 + digits).unwrap_or(&at);
        if day(&at) == day(&first) { time.to_owned() } else { format!("{} {time}", day(&at)) }
    }
}
