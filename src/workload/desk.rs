//! The desk of a workload: as the scenario lists it, or as a recording shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ZonedDateTime;

use super::error::{WorkloadError, quoted, unknown_name};
use super::hours::zone_named;
use super::instant::Clock;
use super::recorded::Recording;
use super::spans::{Merge, intervals};
use crate::domain::settings::{BurstPlan, DeskPlan, TechnicianPlan};
use crate::domain::{Board, BoardId, Desk, Team, TeamId, Technician, TechnicianId, WorkingHours};

/// A desk, and where its tickets arrive.
pub(super) struct Built {
    /// The desk.
    pub desk: Desk,
    /// The board for tickets that name none; `None`: drawn as for a synthetic ticket.
    pub boardless: Option<BoardId>,
}

/// The statuses of a desk, each once: `New`, which is that of a ticket that names none; those that tickets arrive in;
/// those that they reach; those that the scenario names elsewhere; those of the tickets that technicians own already, in
/// the desk's order; the recording's.
fn statuses(plan: &DeskPlan, burst: &BurstPlan, recording: Option<&Recording>) -> Vec<String> {
    let arriving = burst.tickets.statuses.iter().map(|(status, _)| status);
    let reached = burst.transitions.iter().map(|transition| &transition.to);
    let open =
        plan.technicians.iter().flat_map(|technician| technician.open.iter().map(|(status, _)| status));
    let recorded = recording.iter().flat_map(|file| &file.statuses.list);
    let mut found = vec![Desk::FIRST_STATUS.to_owned()];
    let mut known: BTreeSet<&str> = BTreeSet::from([Desk::FIRST_STATUS]);
    for status in arriving.chain(reached).chain(&plan.statuses).chain(open).chain(recorded) {
        if known.insert(status) {
            found.push(status.clone());
        }
    }
    found
}

/// The tickets that a technician owns already, by the number of their status.
fn open(planned: &TechnicianPlan, statuses: &[String]) -> Vec<(u32, u32)> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for (status, count) in planned.open.iter().filter(|(_, count)| *count > 0) {
        // Every status of a technician is among the desk's.
        let number = statuses.iter().position(|known| known == status).unwrap_or(0) as u32;
        let total = counts.entry(number).or_insert(0);
        *total = total.saturating_add(*count);
    }
    counts.into_iter().collect()
}

/// Lays a technician's absences and calendar entries out in simulated time.
fn spend(
    technician: &mut Technician,
    planned: &TechnicianPlan,
    start: &ZonedDateTime,
    notes: &mut Vec<String>,
) -> Result<(), WorkloadError> {
    if planned.out.is_empty() && planned.busy.is_empty() {
        return Ok(());
    }
    let clock = match &planned.time_zone {
        Some(name) => Clock::elsewhere(start, zone_named(name)?),
        None => Clock::new(start),
    };
    let mut vanished = Vec::new();
    technician.out = intervals(&planned.out, &clock, Merge::Touching, &mut vanished)?;
    technician.busy = intervals(&planned.busy, &clock, Merge::Overlapping, &mut vanished)?;
    notes.extend(vanished.iter().map(|span| {
        format!("{}: {span} does not exist, because the clocks change then; it is left out.", planned.name)
    }));
    Ok(())
}

/// The desk's names of categories and companies: the plan's, or one name where it lists none, then those of the
/// recording in order of first appearance.
fn lists(burst: &BurstPlan, recording: Option<&Recording>) -> (Vec<String>, Vec<String>) {
    let list = |planned: &[(String, f64)], only: &str, recorded: &[String]| {
        let mut names: Vec<String> = planned.iter().map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            names.push(only.to_owned());
        }
        let planned: BTreeSet<String> = names.iter().cloned().collect();
        names.extend(recorded.iter().filter(|name| !planned.contains(*name)).cloned());
        names
    };
    let (categories, companies) =
        recording.map_or((&[][..], &[][..]), |file| (&file.categories.list, &file.companies.list));
    (
        list(&burst.tickets.categories, Desk::ONLY_CATEGORY, categories),
        list(&burst.tickets.companies, Desk::ONLY_COMPANY, companies),
    )
}

/// The desk of a plan that lists it.
///
/// # Errors
/// A team that is not listed; no board at all; a zone or a span that cannot be read.
pub(super) fn listed(
    plan: &DeskPlan,
    burst: &BurstPlan,
    recording: Option<&Recording>,
    hours: Vec<WorkingHours>,
    start: &ZonedDateTime,
    notes: &mut Vec<String>,
) -> Result<Built, WorkloadError> {
    let (categories, companies) = lists(burst, recording);
    let statuses = statuses(plan, burst, recording);
    let mut teams: Vec<Team> =
        plan.teams.iter().map(|name| Team { name: name.clone(), members: Vec::new() }).collect();
    let numbers: BTreeMap<&str, TeamId> =
        plan.teams.iter().map(String::as_str).zip((0..).map(TeamId)).collect();
    let team_named = |what, name: &str| {
        let known = plan.teams.iter().map(String::as_str);
        numbers.get(name).copied().ok_or_else(|| unknown_name(what, name, known))
    };
    let mut technicians: Vec<Technician> = Vec::with_capacity(plan.technicians.len());
    // Thousands may be in the same teams, with nothing known of any of them: they share the lists that say so.
    let unknown: Arc<[Option<f64>]> = vec![None; categories.len()].into();
    let mut strangers: Vec<&str> = Vec::new();
    for (number, planned) in plan.technicians.iter().enumerate() {
        let mut own: Vec<TeamId> = Vec::with_capacity(planned.teams.len());
        for name in &*planned.teams {
            let team = team_named("a technician's team", name)?;
            if !own.contains(&team) {
                own.push(team);
                teams[team.index()].members.push(TechnicianId(number as u32));
            }
        }
        let same = technicians.last().map(|before| &before.teams).filter(|before| ***before == *own);
        let mut technician = Technician {
            name: planned.name.clone(),
            hours: planned.hours,
            teams: same.map_or_else(|| own.into(), Arc::clone),
            history: Arc::clone(&unknown),
            open: open(planned, &statuses),
            ..Technician::default()
        };
        spend(&mut technician, planned, start, notes)?;
        for (category, rate) in &planned.history {
            match categories.iter().position(|known| known == category) {
                Some(position) => Arc::make_mut(&mut technician.history)[position] = Some(*rate),
                None if strangers.contains(&category.as_str()) => {}
                None => strangers.push(category),
            }
        }
        technicians.push(technician);
    }
    if !strangers.is_empty() {
        notes.push(format!(
            "No ticket can be in {}: success rates in {} are not used.",
            quoted(&strangers),
            if strangers.len() == 1 { "that category" } else { "those categories" },
        ));
    }
    let mut boards = Vec::with_capacity(plan.boards.len());
    for (board, team) in &plan.boards {
        boards.push(Board { name: board.clone(), team: team_named("a board's team", team)? });
    }
    if boards.is_empty() {
        return Err(WorkloadError::BadPlan("the desk has no board for tickets to arrive at: add one".into()));
    }
    let (pods, out_interrupts) = (Vec::new(), plan.out_interrupts);
    let desk =
        Desk { technicians, teams, boards, hours, categories, companies, statuses, pods, out_interrupts };
    Ok(Built { desk, boardless: None })
}

/// The desk that a recording shows: a team for each board of the file, and in it every technician who was assigned a
/// ticket there, anywhere in the file.
///
/// Nobody may wait for a team that the recording does not staff: a board without a known technician is served by all
/// technicians of the file, and so are tickets without a board.
///
/// # Errors
/// A recording that names no technician.
pub(super) fn seen_in(
    recording: &Recording,
    burst: &BurstPlan,
    plan: &DeskPlan,
    hours: Vec<WorkingHours>,
    notes: &mut Vec<String>,
) -> Result<Built, WorkloadError> {
    let (categories, companies) = lists(burst, Some(recording));
    let count = recording.technicians.list.len() as u32;
    if count == 0 {
        return Err(recording.refuse(
            "the desk should be taken from it, but its column assigned_to is missing or names nobody".into(),
        ));
    }
    let file = &recording.name;
    let everybody = || (0..count).map(TechnicianId).collect::<Vec<_>>();
    let mut teams: Vec<Team> =
        (recording.boards.list.iter()).map(|name| Team { name: name.clone(), members: Vec::new() }).collect();
    for &(board, technician) in &recording.members {
        teams[board as usize].members.push(TechnicianId(technician));
    }
    let mut unstaffed = Vec::new();
    for team in teams.iter_mut().filter(|team| team.members.is_empty()) {
        team.members = everybody();
        unstaffed.push(team.name.clone());
    }
    if !unstaffed.is_empty() {
        notes.push(format!(
            "{file}: nobody is seen working for {}; all {count} technicians of the file serve there.",
            quoted(&unstaffed)
        ));
    }
    let mut attached = vec![false; count as usize];
    for team in &teams {
        team.members.iter().for_each(|member| attached[member.index()] = true);
    }
    let lost = recording.tickets.iter().filter(|ticket| ticket.board.is_none()).count();
    let boardless = (lost > 0 || attached.contains(&false)).then(|| {
        // A board of the file may bear the very name.
        let mut name = recording.boardless_name.to_owned();
        while teams.iter().any(|team| team.name == name) {
            name.push('\'');
        }
        if lost > 0 {
            notes.push(format!(
                "{file}: {lost} of {} tickets name no board; they go to the team \"{name}\", in which all {count} \
                 technicians of the file are.",
                recording.tickets.len()
            ));
        }
        teams.push(Team { name, members: everybody() });
        BoardId(teams.len() as u32 - 1)
    });
    if !burst.tickets.boards.is_empty() {
        notes.push("The burst's board weights are not used: the desk is that of the recording.".into());
    }
    let mut teams_of = vec![Vec::new(); count as usize];
    for (number, team) in teams.iter().enumerate() {
        for member in &team.members {
            teams_of[member.index()].push(TeamId(number as u32));
        }
    }
    let unknown: Arc<[Option<f64>]> = vec![None; categories.len()].into();
    let technicians = (recording.technicians.list.iter().zip(teams_of))
        .map(|(name, teams)| Technician {
            name: name.clone(),
            hours: 0,
            teams: teams.into(),
            history: Arc::clone(&unknown),
            ..Technician::default()
        })
        .collect();
    let board =
        |(number, team): (usize, &Team)| Board { name: team.name.clone(), team: TeamId(number as u32) };
    let boards = teams.iter().enumerate().map(board).collect();
    let statuses = statuses(plan, burst, Some(recording));
    // A recording shows nobody as out.
    let (pods, out_interrupts) = (Vec::new(), false);
    let desk =
        Desk { technicians, teams, boards, hours, categories, companies, statuses, pods, out_interrupts };
    Ok(Built { desk, boardless })
}
