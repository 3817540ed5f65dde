//! Which agent takes a ticket, and whom it may ask.

use super::*;
use crate::domain::desk::{Pod, Team, Technician};
use crate::domain::settings::TriggerSettings;
use crate::domain::{Board, BoardId, Interval, SimDuration, WorkingHours};

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

/// Ann, Ben and Cid in the team, Dee in none of it; hours from minute 10 to 20.
fn desk() -> Desk {
    let at = |minute| SimTime::ZERO + SimDuration::from_mins(minute);
    let technician = |name: &str| Technician { name: name.into(), ..Technician::default() };
    Desk {
        technicians: ["Ann", "Ben", "Cid", "Dee"].map(technician).to_vec(),
        teams: vec![Team { name: "All".into(), members: [0, 1, 2].map(TechnicianId).to_vec() }],
        boards: ["Net", "Apps"].map(|name| Board { name: name.into(), team: TeamId(0) }).to_vec(),
        hours: vec![WorkingHours {
            windows: vec![Interval { start: at(10), end: at(20) }],
            ..WorkingHours::default()
        }],
        statuses: names(&["New", "Waiting"]),
        companies: names(&["Acme", "Bolt", "Crux"]),
        categories: names(&["vpn", "mail"]),
        pods: vec![
            Pod { name: "North".into(), members: vec![TechnicianId(0), TechnicianId(3)], companies: vec![0] },
            Pod { name: "Away".into(), members: vec![TechnicianId(3)], companies: vec![1] },
        ],
        ..Desk::default()
    }
}

fn rule(action: SopAction) -> SopRule {
    SopRule { companies: Vec::new(), categories: Vec::new(), priorities: Vec::new(), hours: None, action }
}

fn agent(trigger: TriggerSettings, sop: Vec<SopRule>) -> Agent {
    let settings =
        AgentSettings { name: "one".into(), mode: ModeRules::TeamOnly, trigger, sop, status_after: None };
    Agent::new(&settings, &desk()).expect("the desk knows these names")
}

fn ticket(board: u32, company: u32) -> Ticket {
    Ticket { board: BoardId(board), company, priority: 3, ..Ticket::default() }
}

/// Whom the rules leave, by technician.
fn left(sop: Vec<SopRule>, ticket: &Ticket, minute: i64) -> String {
    let agent = agent(TriggerSettings::default(), sop);
    let now = SimTime::ZERO + SimDuration::from_mins(minute);
    let among = Admission::default().among(&agent, ticket, now, &desk());
    let sign = |bar: &Option<Bar>| match bar {
        None => '+',
        Some(Bar::Sop) => 's',
        Some(Bar::Pod) => 'p',
    };
    among.map_or_else(|| "all".to_owned(), |among| among.iter().map(sign).collect())
}

#[test]
fn z13_every_rule_counts_and_never_wins() {
    let assign = |list: &[&str]| rule(SopAction::AssignTo(names(list)));
    let never = |list: &[&str]| rule(SopAction::NeverAssignTo(names(list)));
    let other = ticket(0, 2);
    assert_eq!(left(vec![], &other, 0), "all");
    assert_eq!(left(vec![assign(&["Ann", "Ben"])], &other, 0), "++ss");
    assert_eq!(left(vec![assign(&["Ann", "Ben"]), assign(&["Ben", "Cid"])], &other, 0), "s+ss");
    assert_eq!(left(vec![assign(&["Ann"]), assign(&["Cid"])], &other, 0), "ssss");
    assert_eq!(left(vec![assign(&["Ann", "Ben"]), never(&["Ann"])], &other, 0), "s+ss");
    assert_eq!(left(vec![never(&["Cid"]), assign(&["Cid"])], &other, 0), "ssss");
    assert_eq!(left(vec![never(&["Dee"])], &other, 0), "all", "Dee is not in the team");
}

#[test]
fn z12_the_pod_counts_where_it_has_a_member_in_the_team_and_assign_to_overrules_it() {
    let never = rule(SopAction::NeverAssignTo(names(&["Ann"])));
    let assign = rule(SopAction::AssignTo(names(&["Ben"])));
    assert_eq!(left(vec![], &ticket(0, 0), 0), "+pp+");
    assert_eq!(left(vec![], &ticket(0, 1), 0), "all", "its pod has nobody in the team");
    assert_eq!(left(vec![never], &ticket(0, 0), 0), "spp+");
    assert_eq!(left(vec![assign], &ticket(0, 0), 0), "s+ss");
}

#[test]
fn z13_a_rule_speaks_of_tickets_that_meet_all_its_conditions() {
    let never = || rule(SopAction::NeverAssignTo(names(&["Ann"])));
    let ticket = Ticket { category: 1, ..ticket(0, 2) };
    let silent = [
        SopRule { companies: names(&["Acme"]), ..never() },
        SopRule { categories: names(&["vpn"]), ..never() },
        SopRule { priorities: vec![1, 2], ..never() },
        SopRule { companies: names(&["Crux"]), priorities: vec![1], ..never() },
        SopRule { hours: Some(0), ..never() },
    ];
    assert_eq!(left(silent.to_vec(), &ticket, 20), "all", "at the end of the hours");
    assert_eq!(left(silent[4..].to_vec(), &ticket, 9), "all");
    let all = SopRule {
        companies: names(&["Acme", "Crux"]),
        categories: names(&["mail"]),
        priorities: vec![3],
        hours: Some(0),
        ..never()
    };
    assert_eq!(left(vec![all], &ticket, 10), "s+++");
}

#[test]
fn what_is_remembered_of_one_ticket_is_not_used_for_another() {
    let rules = vec![
        SopRule { companies: names(&["Crux"]), ..rule(SopAction::AssignTo(names(&["Ann"]))) },
        SopRule { hours: Some(0), ..rule(SopAction::NeverAssignTo(names(&["Ben"]))) },
    ];
    let (agent, desk) = (agent(TriggerSettings::default(), rules.clone()), desk());
    let mut admission = Admission::default();
    for (company, minute) in [(2, 0), (1, 0), (2, 15), (0, 15), (2, 0), (1, 15), (0, 0)] {
        let now = SimTime::ZERO + SimDuration::from_mins(minute);
        let ticket = ticket(0, company);
        let fresh = Admission::default().among(&agent, &ticket, now, &desk);
        assert_eq!(admission.among(&agent, &ticket, now, &desk), fresh, "{company} at {minute}");
    }
}

#[test]
fn z10_the_first_agent_whose_trigger_passes_takes_the_ticket_or_whoever_it_came_furthest_with() {
    let trigger =
        |boards: &[&str], statuses: &[&str], excluded: &[&str], companies: &[&str]| TriggerSettings {
            boards: names(boards),
            statuses: names(statuses),
            companies: names(companies),
            excluded_companies: names(excluded),
            overwrite_owner: false,
        };
    let leave = || vec![rule(SopAction::LeaveToPeople)];
    let of = |agents: &[Agent], ticket: &Ticket| {
        Agents::new(agents.to_vec(), &desk()).of_ticket(ticket, SimTime::ZERO, &desk()).0
    };
    // Each fails the ticket at a later test than the one before it.
    let ladder = [
        agent(trigger(&["Apps"], &[], &[], &[]), vec![]),
        agent(trigger(&[], &["Waiting"], &[], &[]), vec![]),
        agent(trigger(&[], &[], &["Acme"], &[]), vec![]),
        agent(trigger(&[], &[], &[], &["Bolt"]), vec![]),
        agent(trigger(&[], &[], &[], &[]), leave()),
        agent(trigger(&[], &[], &[], &[]), vec![]),
        agent(trigger(&[], &[], &[], &[]), vec![]),
    ];
    for most in 2..=6 {
        assert_eq!(of(&ladder[..most], &ticket(0, 0)), most as u32 - 1);
    }
    assert_eq!(of(&ladder, &ticket(0, 0)), 5, "the first of those that pass");
    assert_eq!(of(&ladder[..2], &ticket(1, 0)), 0);
    assert_eq!(of(&ladder[4..6], &ticket(0, 0)), 1, "left to people by one, taken by the other");
    let nowhere = [ladder[0].clone(), ladder[0].clone()];
    assert_eq!(of(&nowhere, &ticket(0, 0)), 0);
}
