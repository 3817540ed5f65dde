//! The scenario's head and its sections: from what was typed to what it means.

use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use jiff::{ToSpan, ZonedDateTime};

use super::arms::{self, ArmForm};
use super::burst::{self, BurstKeys};
use super::checks::time_zone;
use super::demands::{self, Demands};
use super::desk::{self, DeskKeys};
use super::dispatch::{self, AgentKeys, Dispatch};
use super::effective::Effective;
use super::names::{self, Known};
use super::plan::Scenario;
use super::planning::Planning;
use super::presets::Preset;
use super::rankers::{self, RankerForm};
use super::registry::Registry;
use super::running::{ExperimentKeys, Output};
use super::sweep::Sweep;
use super::triage::TriageKeys;
use crate::domain::forms::CivilTime;
use crate::domain::settings::{BurstPlan, CalendarSettings, CostSettings, DeskPlan, FollowUpSettings};
use crate::keys::document::KeyPath;
use crate::keys::{ByName, List, ProperName, Reading, Section, Sentence, SomeOf};
use crate::ranker::{AiSettings, RankerKind};
use crate::section;

section! {
    /// A Stampede scenario: the burst, the desk it lands on, the disciplines to compare, and what is demanded of them.
    pub struct ScenarioKeys {
        /// The scenario's name, as reports print it. Without an `output.folder`, results go to a folder of this name
        /// below `results`, with dashes for slashes.
        name: ProperName = required "name = \"monday-30\"",
        /// One sentence: what the scenario shows.
        summary: Sentence = "",
        /// The seed of every random stream.
        seed: u64 = 1,
        /// When the scenario starts: civil time in `time_zone`. Where clocks go back, the first of the two. By default a
        /// Monday.
        start: CivilTime = "2026-11-23T08:00",
        /// The IANA time zone of the scenario's civil times, such as "Europe/Berlin".
        time_zone: String = "UTC",
        /// Whether files that the scenario names may lie outside its folder: above it, elsewhere, or behind a link that
        /// leads out of it.
        allow_outside: bool = false,
        /// Fill in what the scenario leaves out from what a product's documentation says.
        preset: Preset = none "no preset",
        /// The tickets.
        burst: BurstKeys = required "[burst] with tickets and arrivals",
        /// The technicians, teams and boards.
        desk: DeskKeys = required "[desk] with technicians = 10",
        /// What a dispatch does. Where there are `[[agent]]`, what they have in common.
        dispatch: Dispatch = {},
        /// The agents, where there are several.
        agent: List<AgentKeys> = empty "one, named `dispatch`, which does what `[dispatch]` says",
        /// The triage that tickets pass.
        triage: TriageKeys = none "none, what tickets say is right from the start",
        /// The workflow that follows each dispatch.
        follow_up: FollowUpSettings = none "no workflow follows",
        /// Who ranks technicians, and the simulated AI.
        ranker: RankerForm = {},
        /// What a morning costs.
        costs: CostSettings = {},
        /// The calendar service.
        calendar: CalendarSettings = {},
        /// The arms of the comparison, one `[[discipline]]` each. Required, unless there is a preset, which has its own.
        discipline: SomeOf<ArmForm> = empty "those of the preset",
        /// How often the scenario is replayed, how sure the results have to be, and how it is run.
        experiment: ExperimentKeys = {},
        /// What is demanded of the results. Keys are metrics such as `dispatch_delay`, or `"discipline.metric"` in quotes; a
        /// tag such as `{priority:1}` or `{board:Help Desk}` behind the metric, in quotes too, is for these tickets only.
        /// Demands are those of k6, as in "p(95) < 10min"; one such as "p(95) < 10min in 95%" is on each burst by itself.
        thresholds: ByName<Demands> = empty "",
        /// What a sweep varies.
        sweep: Sweep = {},
        /// What a plan looks for.
        plan: Planning = {},
        /// What is printed, and where the results go.
        output: Output = {},
    }
}

/// What a document means, as far as it could be understood; what is wrong with it is noted. The scenario's digest is left
/// to be set.
pub fn understand(reading: &mut Reading<'_>, registry: &Registry) -> Understood {
    let mut root = reading.root();
    root.is_table_of(&ScenarioKeys::names());
    let keys = ScenarioKeys::decode(&mut root);
    let start = start(reading, keys.start, &keys.time_zone);
    let burst_keys = keys.burst.as_ref();
    let burst = burst_keys.and_then(|burst| burst.plan(reading));
    let mut desk = keys.desk.as_ref().and_then(|desk| desk::plan(reading, desk, burst_keys, start.as_ref()));
    let agents = dispatch::agents(reading, &keys.dispatch, &keys.agent, desk.as_mut());
    let known = Known::stated(reading, burst_keys, keys.desk.as_ref(), desk.as_ref());
    if let Some(boards) = known.boards() {
        burst::boards_are_served(reading, boards);
    }
    names::check(reading, &known);
    costs(reading, &keys.costs);
    let triage = keys.triage.map(|triage| triage.settings(reading));
    rankers::check_all(reading, registry);
    rankers::order_or_weights(reading, &keys.ranker.settings);
    let ranker = rankers::kind(reading, registry, &keys.ranker.kind);
    let ranker = ranker.unwrap_or_else(|| RankerKind::of(AiSettings::default()));
    let arms = arms::arms(reading, keys.discipline.len(), registry, &ranker);
    arms::batches_can_be_matched(reading, &arms, &agents);
    dispatch::decisions_can_be_foreseen(reading, &agents);
    arms::answers_need_the_ai(reading, &arms, &agents);
    let names = arms::names(reading);
    keys.experiment.check(reading, names.as_deref());
    keys.sweep.check(reading);
    let precision = keys.experiment.precision.asked(reading);
    keys.plan.check(reading);
    keys.output.check(reading, names.as_deref());
    let (thresholds, places) =
        demands::thresholds(reading, &keys.thresholds, names.as_deref()).into_iter().unzip();
    let scenario = || {
        Some(Scenario {
            name: keys.name?,
            summary: keys.summary,
            seed: keys.seed,
            start: start.clone()?,
            burst: burst.clone()?,
            desk: desk.clone()?,
            agents,
            triage,
            follow_up: keys.follow_up,
            ranker: keys.ranker.settings,
            costs: keys.costs,
            calendar: keys.calendar,
            disciplines: arms.into_iter().map(|(_, arm)| arm).collect(),
            experiment: keys.experiment.settings,
            precision,
            thresholds,
            running: keys.experiment.running,
            sweep: keys.sweep,
            planning: keys.plan,
            output: keys.output,
            digest: String::new(),
            effective: Effective::default().stating(places),
        })
    };
    Understood { scenario: scenario(), start, burst, desk }
}

/// What a document means: the scenario, and those parts of it that are understood though others are not.
pub struct Understood {
    pub scenario: Option<Scenario>,
    pub start: Option<ZonedDateTime>,
    pub burst: Option<BurstPlan>,
    pub desk: Option<DeskPlan>,
}

/// Notes where it is said which hours are paid, and not how much.
fn costs(reading: &mut Reading<'_>, costs: &CostSettings) {
    let path = KeyPath::root().key("costs");
    let (hours, price) = (path.key("technician_hours"), path.key("technician_hour"));
    if costs.technician_hour.is_none()
        && reading.document.find(&hours).is_some()
        && !reading.is_damaged(&price)
    {
        let help = Some("write for example technician_hour = 60, or leave it out".to_owned());
        reading.refuse_key(&hours, format!("`{hours}` does nothing without `{price}`"), help);
    }
}

/// Simulated time zero.
fn start(reading: &mut Reading<'_>, civil: DateTime, zone: &str) -> Option<ZonedDateTime> {
    let zone = time_zone(reading, zone, &KeyPath::root().key("time_zone"))?;
    let ambiguous = zone.to_ambiguous_zoned_datetime(civil);
    let AmbiguousOffset::Gap { before, after } = ambiguous.offset() else {
        return ambiguous.compatible().ok();
    };
    let gap = after.seconds() - before.seconds();
    let text = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
    let (expected, help) = match civil.checked_add(gap.seconds()) {
        Ok(next) if gap >= 24 * 60 * 60 => (
            "expected a day that the calendar has: this one was left out there",
            format!("the day after it is {}: write \"{}\"", next.date(), text(next)),
        ),
        Ok(next) => (
            "expected a time that clocks show: they are put forward here",
            format!("write \"{}\", which is when they show next", text(next)),
        ),
        Err(_) => ("expected a time that clocks show", String::new()),
    };
    reading.refuse(
        &KeyPath::root().key("start"),
        format!("{} does not exist in {}", text(civil), zone.iana_name().unwrap_or("this zone")),
        expected,
        Some(help).filter(|help| !help.is_empty()),
    );
    None
}
