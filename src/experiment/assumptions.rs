//! What a scenario holds to be true of the desk, in words for somebody who has never seen one.

use crate::discipline::{self, DisciplineSettings};
use crate::domain::settings::{
    AgentSettings, Arrivals, BurstPlan, CostSettings, HoursPlan, LeadFrom, ModeRules, ProviderSettings,
    RecordingPlan, SlotRules, Stage,
};
use crate::domain::{Desk, Distribution, SimDuration};
use crate::keys::Named;
use crate::keys::wording::{counted, grouped, list, sentence};
use crate::results::Assumption;
use crate::scenario::Scenario;

/// Longer lists of names are counted instead.
const FEW: usize = 6;
/// The days of the week, Monday first.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The assumptions, in the order in which a ticket meets them; of each discipline there is one under its name.
pub(super) fn assumptions(scenario: &Scenario, desk: &Desk) -> Vec<Assumption> {
    let mut all = vec![
        Assumption::new("Tickets", tickets(&scenario.burst)),
        Assumption::new("Work on a ticket", work(&scenario.burst)),
        Assumption::new("Technicians", technicians(desk)),
        Assumption::new("Working hours", hours(scenario, desk)),
    ];
    all.extend(away(desk).map(|words| Assumption::new("Already in the calendars", words)));
    if let Some(triage) = &scenario.triage {
        let stages = Stage::ALL.iter().filter_map(|&stage| Some((stage, triage.stage(stage)?)));
        let told =
            stages.map(|(stage, it)| format!("{} {}", stage.name(), length(&it.latency))).collect::<Vec<_>>();
        if !told.is_empty() {
            let words = format!("{}.", sentence(&told.join("; ")));
            all.push(Assumption::new("Triage before the dispatch", words));
        }
    }
    for agent in &scenario.agents {
        all.push(Assumption::new(format!("Agent {}", agent.name), self::agent(agent)));
    }
    all.extend(ranking(scenario).into_iter().map(|(topic, words)| Assumption::new(topic, words)));
    all.extend(calendar(scenario).map(|words| Assumption::new("Calendar service", words)));
    if let Some(follow_up) = &scenario.follow_up {
        let words = format!("Takes {}.", length(&follow_up.latency));
        all.push(Assumption::new("Workflow after a dispatch", words));
    }
    all.extend(prices(scenario).map(|words| Assumption::new("Prices", words)));
    for arm in &scenario.disciplines {
        all.push(Assumption::new(format!("Discipline {}", arm.name), self::arm(arm)));
    }
    all
}

/// How tickets arrive.
fn tickets(burst: &BurstPlan) -> String {
    let counted = |tickets: u32| counted(u64::from(tickets), "ticket");
    let arrive = match &burst.arrivals {
        Arrivals::Uniform { tickets, over } => {
            format!("{} at random instants within {over}.", counted(*tickets))
        }
        Arrivals::Poisson { tickets, mean_gap } => {
            format!("{} at random, one every {mean_gap} on average.", counted(*tickets))
        }
        Arrivals::Profile { mean_counts, dispersion } => {
            let mean = grouped(&format!("{:.0}", mean_counts.iter().sum::<f64>()));
            let over = SimDuration::from_mins(15 * mean_counts.len() as i64);
            format!(
                "About {mean} within {over}, by quarter hour as the profile says; a count's variance is {dispersion} \
                 times its mean."
            )
        }
        Arrivals::Backlog { tickets: 1 } => "1 ticket that waits when the desk opens.".to_owned(),
        Arrivals::Backlog { tickets } => format!("{} that wait when the desk opens.", counted(*tickets)),
        Arrivals::Spike { tickets, mean, same_company } => format!(
            "{} after an outage, each {mean} after it on average; {} of them are from one company.",
            counted(*tickets),
            percent(*same_company)
        ),
        Arrivals::Recorded(RecordingPlan { file, from, until, .. }) => {
            let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let part = match (from, until) {
                (None, None) => String::new(),
                (Some(from), None) => format!(", from {from} on"),
                (None, Some(until)) => format!(", until {until}"),
                (Some(from), Some(until)) => format!(", from {from} until {until}"),
            };
            format!("Those of the recording {name}{part}.")
        }
    };
    let some = |share: f64, words: &str| {
        if share > 0.0 { format!(" {} {words}", percent(share)) } else { String::new() }
    };
    arrive
        + &some(burst.tickets.duplicates, "of them belong to a pair of duplicates.")
        + &some(burst.tickets.owned, "of them have an owner when they arrive.")
}

/// How long a ticket's work takes.
fn work(burst: &BurstPlan) -> String {
    match (&burst.tickets.work, &burst.arrivals) {
        (Some(work), Arrivals::Recorded(_)) => {
            format!("As recorded; where the recording does not say, {}.", length(work))
        }
        (Some(work), _) => format!("Takes {}.", length(work)),
        (None, Arrivals::Recorded(_)) => "As recorded; none where the recording does not say.".to_owned(),
        (None, _) => "Not simulated: a ticket's story ends when it is dispatched.".to_owned(),
    }
}

/// How many technicians there are, and in which teams.
fn technicians(desk: &Desk) -> String {
    let many = counted(desk.technicians.len() as u64, "technician");
    match desk.teams.as_slice() {
        [] => format!("{many}."),
        [team] => format!("{many} in the team {}.", team.name),
        teams if teams.len() <= FEW => {
            let of = |team: &crate::domain::Team| format!("{} ({})", team.name, team.members.len());
            format!("{many} in {} teams: {}.", teams.len(), list(&teams.iter().map(of).collect::<Vec<_>>()))
        }
        teams => format!("{many} in {} teams.", teams.len()),
    }
}

/// The working hours that technicians have.
fn hours(scenario: &Scenario, desk: &Desk) -> String {
    let zone = scenario.start.time_zone().iana_name().unwrap_or("the scenario's time zone");
    let mut used: Vec<usize> = desk.technicians.iter().map(|technician| technician.hours).collect();
    used.sort_unstable();
    used.dedup();
    let plans: Vec<String> =
        used.iter().filter_map(|&place| scenario.desk.hours.get(place)).map(daily).collect();
    let told = match plans.len() {
        0 => "None.".to_owned(),
        few if few <= FEW => format!("{} ({zone} unless a zone is named).", list(&plans)),
        many => format!("{many} different schedules."),
    };
    let joined = scenario.desk.joined_days.map_or_else(String::new, |days| {
        format!(" {} laid end to end, with no night between them.", counted(u64::from(days), "working day"))
    });
    sentence(&told) + &joined
}

/// Hours as one says them: `08:00 to 17:00, Mon to Fri`.
fn daily(plan: &HoursPlan) -> String {
    let HoursPlan::Daily { from_minute, to_minute, weekdays, time_zone } = plan else {
        return "round the clock".to_owned();
    };
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let on: Vec<&str> = (0..7).filter(|&day| weekdays[day]).map(|day| DAYS[day]).collect();
    let days = match on.as_slice() {
        ["Mon", "Tue", "Wed", "Thu", "Fri"] => "Mon to Fri".to_owned(),
        all if all.len() == 7 => "every day".to_owned(),
        some => list(some),
    };
    let zone = time_zone.as_ref().map_or_else(String::new, |zone| format!(" in {zone}"));
    format!("{} to {}{zone}, {days}", clock(*from_minute), clock(*to_minute))
}

/// What keeps technicians from a ticket before the first arrives.
fn away(desk: &Desk) -> Option<String> {
    let with = |wanted: fn(&crate::domain::Technician) -> bool| {
        desk.technicians.iter().filter(|technician| wanted(technician)).count()
    };
    let told = [
        (with(|technician| !technician.out.is_empty()), "out at times"),
        (with(|technician| !technician.busy.is_empty()), "booked for something else at times"),
        (with(|technician| !technician.open.is_empty()), "working on tickets of before"),
    ];
    let told: Vec<String> = told
        .iter()
        .filter(|(many, _)| *many > 0)
        .map(|(many, what)| format!("{} {what}", counted(*many as u64, "technician")))
        .collect();
    (!told.is_empty()).then(|| format!("{}.", list(&told)))
}

/// What an agent does with a ticket.
fn agent(agent: &AgentSettings) -> String {
    let does = match &agent.mode {
        ModeRules::OwnerAndSlot(rules) => format!("Assigns a technician and books a slot: {}.", slots(rules)),
        ModeRules::OwnerOnly(rules) => match rules.max_active {
            Some(most) => {
                format!("Assigns a technician with fewer than {most} active tickets; no calendar is touched.")
            }
            None => "Assigns a technician by active tickets; no calendar is touched.".to_owned(),
        },
        ModeRules::TeamOnly => "Assigns the board's team, whose technicians pull from its queue.".to_owned(),
        ModeRules::ReadOnly(_) => "Has the AI work on the ticket, and assigns nobody.".to_owned(),
    };
    match agent.sop.len() {
        0 => does,
        rules => format!("{does} {} apply.", counted(rules as u64, "standing rule")),
    }
}

/// How slots are laid into a calendar.
fn slots(rules: &SlotRules) -> String {
    let from = match rules.lead_from {
        LeadFrom::Read => "the calendars were read",
        LeadFrom::Decision => "the decision",
    };
    let buffer = if rules.buffer == SimDuration::ZERO {
        String::new()
    } else {
        format!(", {} free between two of them", rules.buffer)
    };
    format!("{} long{buffer}, from {} to {} after {from}", rules.slot, rules.lead, rules.horizon)
}

/// Who ranks, and how long that takes.
fn ranking(scenario: &Scenario) -> Vec<(&'static str, String)> {
    let asks = |arm: &DisciplineSettings| arm.ranker.nature().asks_ai;
    let ranker = &scenario.ranker;
    let mut told = Vec::new();
    if scenario.disciplines.iter().any(asks) {
        let noise = if ranker.temperature > 0.0 { " Its choices vary at random." } else { "" };
        told.push(("AI", format!("Answers in {}.{noise}", length(&ranker.latency))));
        told.extend(ranker.provider.as_ref().map(|rules| ("AI's provider", provider(rules))));
    }
    if scenario.disciplines.iter().any(|arm| !asks(arm)) {
        told.push(("Ranking by rule", format!("Takes {}.", length(&ranker.rule_latency))));
    }
    told
}

/// What the AI's provider allows.
fn provider(rules: &ProviderSettings) -> String {
    let calls = |many: u32| counted(u64::from(many), "call");
    let limits: Vec<String> = [
        rules.calls_per_minute.map(|many| format!("{} a minute", calls(many))),
        rules.concurrent_calls.map(|many| format!("{} at the same time", calls(many))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let allows = if limits.is_empty() {
        "Allows any number of calls.".to_owned()
    } else {
        format!("Allows {}.", list(&limits))
    };
    match rules.failure_rate {
        0.0 => allows,
        rate => format!(
            "{allows} {} of calls fail; each is made up to {} in all.",
            percent(rate),
            counted(u64::from(rules.max_tries), "time")
        ),
    }
}

/// How long the calendar service takes; nothing where nobody books.
fn calendar(scenario: &Scenario) -> Option<String> {
    let books = |agent: &AgentSettings| matches!(agent.mode, ModeRules::OwnerAndSlot(_));
    if !scenario.agents.iter().any(books) {
        return None;
    }
    let times = [
        ("a read", &scenario.calendar.read_latency),
        ("a claim", &scenario.calendar.claim_latency),
        ("a write", &scenario.calendar.write_latency),
    ];
    let told: Vec<String> = times
        .iter()
        .filter(|(_, latency)| !latency.is_zero())
        .map(|(what, latency)| format!("{what} takes {}", length(latency)))
        .collect();
    let takes =
        if told.is_empty() { "Answers at once.".to_owned() } else { sentence(&format!("{}.", list(&told))) };
    Some(format!("{takes} A hold that is not confirmed lapses after {}.", scenario.calendar.lease))
}

/// The prices that are stated.
fn prices(scenario: &Scenario) -> Option<String> {
    let CostSettings { currency, technician_hour, waiting_hour, double_booking, unassigned, .. } =
        &scenario.costs;
    let ranker = &scenario.ranker;
    let some = |price: f64| (price > 0.0).then_some(price);
    let stated = [
        ("a technician's hour", *technician_hour),
        ("an hour that a ticket waits", *waiting_hour),
        ("a ticket in a double booking", *double_booking),
        ("a ticket without an owner", *unassigned),
        ("a million tokens", some(ranker.price_per_million_tokens)),
        ("an Advanced run", some(ranker.price_per_advanced_run)),
        ("a minute of a sandbox", some(ranker.price_per_sandbox_minute)),
    ];
    let told: Vec<String> =
        stated.iter().filter_map(|(what, price)| Some(format!("{what} {}", (*price)?))).collect();
    let currency = currency.as_ref().map_or_else(String::new, |currency| format!(" (in {currency})"));
    (!told.is_empty()).then(|| format!("{}{currency}.", sentence(&list(&told))))
}

/// What a discipline is.
fn arm(arm: &DisciplineSettings) -> String {
    let kind = arm.kind.name();
    let shipped = discipline::shipped();
    let what = shipped.iter().find(|known| known.info.name == kind);
    let what = what.map_or_else(
        || format!("Of the kind {kind}."),
        |known| known.info.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").replace('`', ""),
    );
    let ranker = match arm.ranker.name() {
        "ai" => String::new(),
        other => format!(" Ranked by the rule {other}."),
    };
    if arm.kind.nature().together {
        return what + &ranker;
    }
    format!(
        "{what}{ranker} {} behind the first pick, {} at most.",
        counted(u64::from(arm.alternatives), "alternative"),
        counted(u64::from(arm.max_attempts), "attempt"),
    )
}

/// A random length of time: `2 min 30 s on average (lognormal, sigma 0.55)`.
fn length(distribution: &Distribution) -> String {
    let time = |seconds: f64| SimDuration::from_secs_f64(seconds).to_string();
    match distribution {
        Distribution::Constant { value: 0.0 } => "no time".to_owned(),
        Distribution::Constant { value } => time(*value),
        Distribution::Uniform { low, high } => {
            format!("{} to {}, all equally likely", time(*low), time(*high))
        }
        Distribution::Exponential { mean } => format!("{} on average (exponential)", time(*mean)),
        Distribution::Normal { mean, sd } => {
            format!("{} on average (normal, standard deviation {})", time(*mean), time(*sd))
        }
        Distribution::Lognormal { mean, sigma } => {
            format!("{} on average (lognormal, sigma {sigma:.2})", time(*mean))
        }
        Distribution::Gamma { mean, shape } => format!("{} on average (gamma, shape {shape})", time(*mean)),
        Distribution::Weibull { scale, shape } => {
            format!("a random length (Weibull, scale {}, shape {shape})", time(*scale))
        }
        Distribution::Empirical { values } => match values.len() {
            1 => time(values[0]),
            many => format!("one of {} listed lengths", grouped(&many.to_string())),
        },
    }
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    let percent = (share * 1e4).round() / 1e2;
    format!("{percent}\u{a0}%")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Experiment;
    use super::*;
    use crate::scenario;

    fn told(text: &str) -> Vec<(String, String)> {
        let scenario = scenario::parse(text, "s.toml", Path::new("."), &[]).unwrap_or_else(|e| panic!("{e}"));
        let experiment = Experiment::prepare(scenario).unwrap_or_else(|e| panic!("{e}"));
        let all = assumptions(&experiment.scenario, experiment.workload.desk());
        all.into_iter().map(|it| (it.topic, it.words)).collect()
    }

    #[test]
    fn a_plain_scenario_is_told_by_its_defaults() {
        let told = told(
            "name = \"a\"\nstart = \"2026-11-23T08:00\"\ntime_zone = \"Europe/Berlin\"\n\
             [burst]\ntickets = 1\narrivals = { backlog = {} }\n[desk]\ntechnicians = 1\n\
             [[discipline]]\nkind = \"parallel\"\n",
        );
        let told: Vec<(&str, &str)> =
            told.iter().map(|(topic, words)| (topic.as_str(), words.as_str())).collect();
        assert_eq!(
            told,
            [
                ("Tickets", "1 ticket that waits when the desk opens."),
                ("Work on a ticket", "Not simulated: a ticket's story ends when it is dispatched."),
                ("Technicians", "1 technician in the team Service Desk."),
                ("Working hours", "08:00 to 17:00, Mon to Fri (Europe/Berlin unless a zone is named)."),
                (
                    "Agent dispatch",
                    "Assigns a technician and books a slot: 30 min long, 10 min free between two of them, from 10 min to 24 h \
                     after the calendars were read."
                ),
                ("AI", "Answers in 2 min 30 s on average (lognormal, sigma 0.55)."),
                ("Calendar service", "Answers at once. A hold that is not confirmed lapses after 2 min."),
                (
                    "Discipline parallel",
                    "All at once, the slot is held the moment it is picked. 3 alternatives behind the first pick, 5 attempts at \
                     most."
                ),
            ]
        );
    }

    #[test]
    fn what_is_stated_is_told() {
        let told = told(
            r#"
name = "b"
start = "2026-11-23T08:00"
[burst]
tickets = 30
arrivals = { spike = { mean = "4min", same_company = 0.8 } }
companies = { Acme = 1, Birch = 1 }
work = { uniform = { min = "10min", max = "20min" } }
duplicates = 0.125
[[desk.team]]
name = "Day"
[[desk.team]]
name = "Night"
[[desk.technician]]
name = "Amara"
teams = ["Day"]
[[desk.technician]]
name = "Ben"
teams = ["Night"]
hours = "always"
out = ["09:00-10:00"]
[ranker]
temperature = 1.0
rule_latency = "2s"
provider = { calls_per_minute = 1, failure_rate = 0.1, max_tries = 2 }
[calendar]
read_latency = { exponential = { mean = "1s" } }
[costs]
currency = "EUR"
waiting_hour = 40
[[discipline]]
kind = "batched"
window = "1min"
[[discipline]]
kind = "sequential"
ranker = "least-loaded"
"#,
        );
        let of = |topic: &str| {
            told.iter().find(|(known, _)| known == topic).map_or("", |(_, words)| words.as_str())
        };
        assert_eq!(
            of("Tickets"),
            "30 tickets after an outage, each 4 min after it on average; 80\u{a0}% of them are from one company. 12.5\u{a0}% of \
             them belong to a pair of duplicates."
        );
        assert_eq!(of("Work on a ticket"), "Takes 10 min to 20 min, all equally likely.");
        assert_eq!(of("Technicians"), "2 technicians in 2 teams: Day (1) and Night (1).");
        assert!(of("Working hours").contains("round the clock"), "{}", of("Working hours"));
        assert_eq!(of("Already in the calendars"), "1 technician out at times.");
        assert_eq!(
            of("AI"),
            "Answers in 2 min 30 s on average (lognormal, sigma 0.55). Its choices vary at random."
        );
        assert_eq!(
            of("AI's provider"),
            "Allows 1 call a minute. 10\u{a0}% of calls fail; each is made up to 2 times in all."
        );
        assert_eq!(of("Ranking by rule"), "Takes 2 s.");
        assert!(of("Calendar service").starts_with("A read takes 1 s on average (exponential)."));
        assert_eq!(of("Prices"), "An hour that a ticket waits 40 (in EUR).");
        assert!(of("Discipline sequential").contains("Ranked by the rule least-loaded."));
        assert!(!of("Discipline batched").contains("attempt"), "{}", of("Discipline batched"));
    }

    #[test]
    fn every_shipped_scenario_is_told_in_whole_sentences() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).expect("scenarios") {
            let path = entry.expect("a file").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let scenario = scenario::load(&path, &[]).unwrap_or_else(|e| panic!("{e}"));
            let experiment = Experiment::prepare(scenario).unwrap_or_else(|e| panic!("{e}"));
            for it in assumptions(&experiment.scenario, experiment.workload.desk()) {
                let words = &it.words;
                assert!(words.ends_with('.') && !words.contains("  ") && !words.contains(".."), "{words}");
                assert!(words.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()), "{words}");
            }
            seen += 1;
        }
        assert!(seen > 20, "{seen}");
    }
}
