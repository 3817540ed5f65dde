//! The telling: what to remember from line to line, and the clock in front of each sentence.

use std::fmt::Write as _;

use super::super::events::{Event, EventLine};
use super::super::figures::{clean, counted, list};
use super::Story;
use crate::domain::SimDuration;

/// What the telling needs to remember.
pub(super) struct Teller<'a> {
    pub(super) out: String,
    pub(super) story: &'a Story,
    /// The first line: the arrival.
    pub(super) first: &'a EventLine,
    /// The current ranking: technician and slot, the primary pick first.
    pub(super) ranking: Vec<(&'a str, &'a str)>,
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
    pub(super) fn new(first: &'a EventLine, story: &'a Story) -> Self {
        let mut out = format!(
            "{} under {}",
            clean(first.ticket.as_deref().unwrap_or_default()),
            clean(&story.discipline)
        );
        if story.replication > 0 {
            let _ = write!(out, ", replication {}", story.replication);
        }
        let _ = writeln!(out, " ({})", day(&first.at));
        Self {
            out,
            story,
            first,
            ranking: Vec::new(),
            calls: 0,
            tokens: 0,
            refused: 0,
            offered: 0,
            lost: 0,
            lapsed: false,
            attempts: 0,
            outcome: "It never got as far as an owner.".to_owned(),
        }
    }

    /// Tells one line, or the lines of one ranking or of one look at the team.
    pub(super) fn tell(&mut self, lines: &'a [(u64, EventLine)]) {
        let line = &lines[0].1;
        let sentence = match &line.event {
            Event::Ranked { .. } => Some(self.ranking(lines)),
            event if super::assesses(event) => Self::assessment(lines),
            _ => Some(self.sentence(line)),
        };
        let Some(sentence) = sentence else { return };
        let since = line.seconds - self.first.seconds;
        let since = if since > 0.0 { format!("+{}", length(since)) } else { String::new() };
        let _ = writeln!(self.out, "  {}  {since:>12}  {sentence}", self.clock(&line.at, 8));
        if let Event::Ranked { attempt, .. } = line.event {
            for reckoning in self.reckonings(attempt) {
                let _ = writeln!(self.out, "{:26}{reckoning}", "");
            }
        }
    }

    /// The last lines: the outcome, what it cost, and whom it cost something.
    pub(super) fn close(mut self) -> String {
        let _ = writeln!(self.out, "  {}", self.outcome);
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
            let _ = writeln!(self.out, "  It cost {}.", list(&costs));
        }
        if !self.story.losers.is_empty() {
            let _ = writeln!(self.out, "  Claims lost to it: {}.", names(&self.story.losers));
        }
        if !self.story.merged.is_empty() {
            let _ = writeln!(self.out, "  Merged into it: {}.", names(&self.story.merged));
        }
        self.out
    }

    /// The ranking that came back.
    fn ranking(&mut self, lines: &'a [(u64, EventLine)]) -> String {
        self.ranking.clear();
        let mut picks = Vec::new();
        let no_slots = self.only_owner();
        for (_, line) in lines {
            if let Event::Ranked { rank, technician, slot, .. } = &line.event {
                self.ranking.push((technician, slot));
                let pick = if no_slots { clean(technician).into() } else { self.pick(technician, slot) };
                picks.push(format!("{rank}. {pick}"));
            }
        }
        format!("The ranking came back: {}.", picks.join(", "))
    }

    /// How many were found eligible, where that was recorded: a dispatch sees only as many of them as it has use for.
    pub(super) fn eligible(&self, attempt: u16) -> u64 {
        let eligible = |event: &&Event| matches!(event, Event::Evaluated { attempt: of, finding, .. } if *of == attempt && finding == "eligible");
        self.story.events().filter(eligible).count() as u64
    }

    /// How the cost of each technician in the ranking came about, where that was recorded.
    fn reckonings(&self, attempt: u16) -> Vec<String> {
        self.ranking.iter().filter_map(|&(technician, _)| self.reckoning(attempt, technician)).collect()
    }

    /// `Ada: 0.17 for the start + 0.25 for the load − 0.80 for history = −0.38`.
    fn reckoning(&self, attempt: u16, who: &str) -> Option<String> {
        let parts: Vec<(&str, f64)> = self
            .story
            .events()
            .filter_map(|event| match event {
                Event::Scored { attempt: of, technician, part, value }
                    if *of == attempt && technician == who =>
                {
                    Some((part.as_str(), (*value)?))
                }
                _ => None,
            })
            .collect();
        let sum: f64 = parts.iter().map(|(_, value)| value).sum();
        let mut text = String::new();
        for (part, value) in parts.iter().filter(|(_, value)| *value != 0.0) {
            let what = match *part {
                "start" => "for the start",
                "load" => "for the load",
                "history" => "for history",
                "peers" => "for peers",
                "noise" => "by chance",
                "active" => "for active tickets",
                "rotation" => "for the rotation",
                other => other,
            };
            let sign = match (text.is_empty(), *value < 0.0) {
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
        Some(if text.is_empty() {
            format!("{}: {total}", clean(who))
        } else {
            format!("{}: {text} = {total}", clean(who))
        })
    }

    /// Who was eligible, and who was not and why; nothing where the lines only say what was made of it.
    fn assessment(lines: &'a [(u64, EventLine)]) -> Option<String> {
        const FINDINGS: [(&str, &str); 7] = [
            ("eligible", "Eligible"),
            ("out", "Out"),
            ("after_hours", "Not at work at this hour"),
            ("no_slot", "No free slot within the horizon"),
            ("at_cap", "At the cap of active tickets"),
            ("sop", "Ruled out by a standing rule"),
            ("pod", "Not in the pod of its company"),
        ];
        let mut groups: [Vec<String>; FINDINGS.len()] = Default::default();
        for (_, line) in lines {
            if let Event::Evaluated { technician, finding, .. } = &line.event
                && let Some(place) = FINDINGS.iter().position(|(name, _)| name == finding)
            {
                groups[place].push(technician.clone());
            }
        }
        if groups.iter().all(Vec::is_empty) {
            return None;
        }
        let mut sentences = Vec::new();
        if groups[0].is_empty() {
            sentences.push("Nobody was eligible.".to_owned());
        }
        for ((_, words), group) in FINDINGS.iter().zip(&groups).filter(|(_, group)| !group.is_empty()) {
            sentences.push(format!("{words}: {}.", names(group)));
        }
        Some(sentences.join(" "))
    }

    /// The rank of a pick in the current ranking.
    pub(super) fn rank(&self, technician: &str, slot: &str) -> Option<usize> {
        self.ranking.iter().position(|&pick| pick == (technician, slot)).map(|index| index + 1)
    }

    /// `Ada at 08:30`, with the day where it is not that of the arrival.
    pub(super) fn pick(&self, technician: &str, slot: &str) -> String {
        format!("{} at {}", clean(technician), self.clock(slot, 5))
    }

    /// The first `digits` characters of the time of day, after the day where it is not that of the arrival.
    pub(super) fn clock(&self, at: &str, digits: usize) -> String {
        let time = at.get(11..11 + digits).unwrap_or(at);
        if day(at) == day(&self.first.at) { time.to_owned() } else { format!("{} {time}", day(at)) }
    }
}

/// The day of an RFC 3339 instant.
fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// Seconds as a person says them.
pub(super) fn length(seconds: f64) -> SimDuration {
    SimDuration::from_secs_f64(seconds)
}

/// Names in a list that ends after ten.
pub(super) fn names(all: &[String]) -> String {
    const SHOWN: usize = 10;
    let cleaned: Vec<_> = all.iter().take(SHOWN).map(|name| clean(name)).collect();
    let mut shown: Vec<&str> = cleaned.iter().map(AsRef::as_ref).collect();
    let more = all.len().saturating_sub(SHOWN);
    let rest = format!("{more} more");
    if more > 0 {
        shown.push(&rest);
    }
    list(&shown)
}
