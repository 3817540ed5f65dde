//! `[burst]`: one shape of arrivals with what it needs, weights that can be drawn from.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::DateTime;

use super::super::document::KeyPath;
use super::super::file::burst::{ArrivalsFile, BurstFile, FormatFile, ProfileArrivals, RecordedArrivals};
use super::super::file::number::Whole;
use super::super::file::text::{CivilTime, Weights};
use super::{Resolver, is_recorded};
use crate::domain::settings::{Arrivals, BurstPlan, DeskPlan, RecordingFormat, RecordingPlan};

impl Resolver<'_> {
    /// The plan of the burst.
    pub(super) fn burst(&mut self, file: &BurstFile) -> Option<BurstPlan> {
        let path = KeyPath::root().key("burst");
        let example = "arrivals = { uniform = { over = \"2min\" } }";
        let arrivals = self.required(file.arrivals.as_ref(), &path, "arrivals", example);
        let arrivals = arrivals.and_then(|arrivals| self.arrivals(arrivals, file.tickets, &path));
        let work = file.work.as_ref().map(|work| self.distribution(work, &path.key("work")));
        let categories = self.weights(file.categories.as_ref(), &path.key("categories"));
        let companies = self.weights(file.companies.as_ref(), &path.key("companies"));
        let boards = self.weights(file.boards.as_ref(), &path.key("boards"));
        let statuses = self.weights(file.statuses.as_ref(), &path.key("statuses"));
        let at = path.key("priorities");
        let mut priorities = Vec::new();
        for (name, weight) in self.weights(file.priorities.as_ref(), &at) {
            match name.parse::<u8>() {
                Ok(priority @ 1..=9) if name.len() == 1 => priorities.push((priority, weight)),
                _ => self.refuse_key(
                    &at.key(&name),
                    format!("`{name}` is not a priority"),
                    Some("priorities are 1 (the most urgent) to 9".to_owned()),
                ),
            }
        }
        let work = match work {
            Some(work) => Some(work?),
            None => None,
        };
        Some(BurstPlan {
            arrivals: arrivals?,
            work,
            categories,
            companies,
            boards,
            priorities,
            statuses,
            duplicates: file.duplicates.map_or(0.0, |share| share.0),
        })
    }

    fn arrivals(
        &mut self,
        file: &ArrivalsFile,
        tickets: Option<Whole<1, 100_000_000>>,
        burst: &KeyPath,
    ) -> Option<Arrivals> {
        let path = burst.key("arrivals");
        let kind = self.exactly_one(
            &path,
            &[
                ("uniform", file.uniform.is_some()),
                ("poisson", file.poisson.is_some()),
                ("profile", file.profile.is_some()),
                ("backlog", file.backlog.is_some()),
                ("spike", file.spike.is_some()),
                ("recorded", file.recorded.is_some()),
            ],
        )?;
        let counts_itself = file.profile.is_some() || file.recorded.is_some();
        let tickets = if counts_itself {
            if tickets.is_some() {
                self.refuse_key(
                    &burst.key("tickets"),
                    format!("`burst.tickets` does not go with {kind} arrivals"),
                    Some(format!("leave it out: a {kind} burst says itself how many tickets arrive")),
                );
            }
            None
        } else {
            let example = "tickets = 30 in [burst]";
            self.required(tickets, burst, "tickets", example).map(|tickets| tickets.0)
        };
        let path = path.key(kind);
        if let Some(uniform) = &file.uniform {
            let over = self.required(uniform.over, &path, "over", "over = \"15min\"");
            return Some(Arrivals::Uniform { tickets: tickets?, over: over?.0 });
        }
        if let Some(poisson) = &file.poisson {
            let mean_gap = self.required(poisson.mean_gap, &path, "mean_gap", "mean_gap = \"20s\"");
            return Some(Arrivals::Poisson { tickets: tickets?, mean_gap: mean_gap?.0 });
        }
        if file.backlog.is_some() {
            return Some(Arrivals::Backlog { tickets: tickets? });
        }
        if let Some(spike) = &file.spike {
            let mean = self.required(spike.mean, &path, "mean", "mean = \"5min\"");
            let same_company = spike.same_company.map_or(0.0, |share| share.0);
            return Some(Arrivals::Spike { tickets: tickets?, mean: mean?.0, same_company });
        }
        match (&file.profile, &file.recorded) {
            (Some(profile), _) => self.profile(profile, &path),
            (None, recorded) => self.recorded(recorded.as_ref()?, &path),
        }
    }

    fn profile(&mut self, file: &ProfileArrivals, path: &KeyPath) -> Option<Arrivals> {
        let example = "mean_counts = [4, 9, 6]";
        let counts = self.required(file.mean_counts.as_ref(), path, "mean_counts", example)?;
        let mean_counts: Arc<[f64]> = counts.iter().map(|count| count.0).collect();
        let at = path.key("mean_counts");
        if mean_counts.iter().sum::<f64>() <= 0.0 && !self.document.is_damaged(&at) {
            self.refuse(
                &at,
                format!("`{at}` yields no tickets"),
                "expected at least one count above 0",
                None,
            );
        }
        Some(Arrivals::Profile { mean_counts, dispersion: file.dispersion.map_or(1.0, |number| number.0) })
    }

    fn recorded(&mut self, file: &RecordedArrivals, path: &KeyPath) -> Option<Arrivals> {
        let name = self.required(file.file.as_ref(), path, "file", "file = \"monday.csv\"");
        let found = name.map(|name| self.file(name, &path.key("file"), "expected a recording"));
        if let (Some(CivilTime(from)), Some(CivilTime(until))) = (file.from, file.until)
            && until <= from
        {
            let until = path.key("until");
            self.refuse(&until, format!("`{until}` is not after from"), "expected a later time", None);
        }
        Some(Arrivals::Recorded(RecordingPlan {
            file: found?,
            format: match file.format {
                None | Some(FormatFile::Native) => RecordingFormat::Native,
                Some(FormatFile::ServiceNow) => RecordingFormat::ServiceNow,
            },
            skip_bad_rows: file.skip_bad_rows.unwrap_or(false),
            from: file.from.map(|time| civil_text(time.0)),
            until: file.until.map(|time| civil_text(time.0)),
        }))
    }

    /// The file `name` in the scenario's folder; a problem is noted where there is none.
    pub(super) fn file(&mut self, name: &str, path: &KeyPath, expected: &str) -> PathBuf {
        let found = self.folder.join(name);
        if !found.is_file() {
            let help = "the file is looked for in the scenario's folder".to_owned();
            self.refuse(path, format!("there is no file {name:?}"), expected, Some(help));
        }
        found
    }

    /// Names with weights: at least one name, not all weights zero.
    fn weights(&mut self, file: Option<&Weights>, path: &KeyPath) -> Vec<(String, f64)> {
        let Some(file) = file else { return Vec::new() };
        let weights: Vec<(String, f64)> =
            file.0.iter().map(|(name, weight)| (name.clone(), weight.0)).collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if total <= 0.0 && !self.document.is_damaged(path) {
            let expected = "expected at least one weight above 0";
            self.refuse(path, format!("`{path}` leaves nothing to choose from"), expected, None);
        }
        for (name, _) in weights.iter().filter(|(name, _)| name.trim().is_empty()) {
            self.refuse_key(&path.key(name), format!("a name in `{path}` is empty"), None);
        }
        weights
    }

    /// Checks that the boards at which tickets arrive are the desk's.
    pub(super) fn boards_of_burst(&mut self, burst: &BurstPlan, desk: &DeskPlan) {
        let path = KeyPath::root().key("burst").key("boards");
        let teams = KeyPath::root().key("desk").key("team");
        if desk.from_recording || is_recorded(&burst.arrivals) || self.document.is_damaged(&teams) {
            return;
        }
        let known = desk.boards.iter().map(|(board, _)| board.as_str());
        for (board, _) in &burst.boards {
            if !known.clone().any(|known| known == board) {
                let help = Self::did_you_mean(board, known.clone());
                self.refuse_key(&path.key(board), format!("no team serves a board \"{board}\""), help);
            }
        }
    }
}

/// A civil time as plans write it: to the minute where it has no seconds.
fn civil_text(time: DateTime) -> String {
    let format = if time.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    time.strftime(format).to_string()
}
