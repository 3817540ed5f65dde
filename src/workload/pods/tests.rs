//! The pod document: what the desk bears out, and the note for everything it does not.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::domain::Technician;
use crate::domain::settings::TechnicianPlan;

/// A desk of three, 09:00 to 17:00 in Berlin but for Cid, who works round the clock in New York.
fn desk() -> (DeskPlan, Desk) {
    let technician = |name: &str, hours: usize, zone: Option<&str>| TechnicianPlan {
        name: name.into(),
        teams: Vec::new(),
        hours,
        time_zone: zone.map(str::to_owned),
        history: Vec::new(),
        out: Vec::new(),
        busy: Vec::new(),
        open: Vec::new(),
    };
    let technicians = vec![
        technician("Andrew Doe", 0, None),
        technician("Bob", 0, None),
        technician("Cid", 1, Some("America/New_York")),
    ];
    let built = Desk {
        technicians: (technicians.iter())
            .map(|planned| Technician {
                name: planned.name.clone(),
                hours: planned.hours,
                ..Technician::default()
            })
            .collect(),
        companies: ["Contoso", "Fabrikam", "Litware"].map(str::to_owned).to_vec(),
        ..Desk::default()
    };
    let weekdays = [true, true, true, true, true, false, false];
    let plan = DeskPlan {
        from_recording: false,
        technicians,
        technicians_file: None,
        teams: Vec::new(),
        boards: Vec::new(),
        hours: vec![
            HoursPlan::Daily { from_minute: 540, to_minute: 1020, weekdays, time_zone: None },
            HoursPlan::Always,
        ],
        weekdays: None,
        joined_days: None,
        out_interrupts: false,
        statuses: Vec::new(),
        pods: None,
    };
    (plan, built)
}

/// The pods of a document with these lines and the notes.
fn reading(lines: &str) -> Result<(Vec<Pod>, Vec<String>), String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pods.csv");
    fs::write(&path, lines).unwrap();
    let (plan, built) = desk();
    let start = "2026-11-23T08:00[Europe/Berlin]".parse().unwrap();
    let mut notes = Vec::new();
    read(&path, &plan, &built, &start, &mut notes)
        .map(|pods| (pods, notes))
        .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

/// The notes on a document that begins with a whole pod, `Red`: Bob for Contoso.
fn notes(lines: &str) -> Vec<String> {
    reading(&format!("pod,technician,hours,zone,customer\nRed,Bob,,,Contoso\n{lines}")).unwrap().1
}

fn pod(name: &str, members: &[u32], companies: &[u32]) -> Pod {
    let members = members.iter().copied().map(TechnicianId).collect();
    Pod { name: name.into(), members, companies: companies.to_vec() }
}

#[test]
fn z12_a_pod_is_what_its_rows_say_together() {
    let (pods, notes) = reading(
        "customer,Zone,hours,technician,pod,room\n\
         Litware,,,Cid,Red,1\n\
         Fabrikam,,,,Blue,\n\
         Contoso,,,Andrew Doe,Red,\n\
         ,Europe/Berlin,09:00-17:00,Bob,Blue,\n\
         Contoso,america/new_york,always,Cid,Red,\n\
         ,,,Cid,Blue,\n\
         ,,,,Blue,\n",
    )
    .unwrap();
    assert_eq!(pods, [pod("Red", &[0, 2], &[0, 2]), pod("Blue", &[1, 2], &[1])]);
    assert_eq!(notes, ["pods.csv: columns that are not used: \"room\"."]);
}

#[test]
fn z12_names_must_match_exactly() {
    assert_eq!(
        notes("Red,Andy Doe,,,\nRed,bob,,,\nRed,Zacharias,,,Fabricam\nRed,,,,Wingtip\n"),
        [
            "pods.csv, line 3: there is no technician \"Andy Doe\" on the desk; names must match exactly (did the line \
             mean \"Andrew Doe\"?). The line's technician is ignored.",
            "pods.csv, line 4: there is no technician \"bob\" on the desk; names must match exactly (did the line mean \
             \"Bob\"?). The line's technician is ignored.",
            "pods.csv, line 5: there is no technician \"Zacharias\" on the desk; names must match exactly. The line's \
             technician is ignored.",
            "pods.csv, line 5: no ticket can be from a company \"Fabricam\"; names must match exactly (did the line \
             mean \"Fabrikam\"?). The line's customer is ignored.",
            "pods.csv, line 6: no ticket can be from a company \"Wingtip\"; names must match exactly. The line's \
             customer is ignored.",
        ]
    );
    // The near name is never taken, and the rest of the line holds.
    let (pods, _) = reading("pod,technician,customer\nRed,Bob,Litware\nRed,Andy Doe,Contoso\n").unwrap();
    assert_eq!(pods, [pod("Red", &[1], &[0, 2])]);
}

#[test]
fn z12_the_desks_hours_and_zone_win() {
    assert_eq!(
        notes(
            "Red,Bob,08:00-17:00,,\nRed,Bob,nine to five,Europe/London,\nRed,Cid,09:00-17:00,,\nRed,Cid,,Amerika,\n\
             Red,,09:00-17:00,,Litware\nRed,Nobody,08:00-09:00,UTC,\n"
        ),
        [
            "pods.csv, line 3: the desk has \"Bob\" work 09:00-17:00, not \"08:00-17:00\". The desk's hours are used.",
            "pods.csv, line 4: the desk has \"Bob\" work 09:00-17:00, not \"nine to five\". The desk's hours are used.",
            "pods.csv, line 4: the desk has \"Bob\" in Europe/Berlin, not \"Europe/London\". The desk's zone is used.",
            "pods.csv, line 5: the desk has \"Cid\" work round the clock, not \"09:00-17:00\". The desk's hours are \
             used.",
            "pods.csv, line 6: the desk has \"Cid\" in America/New_York, not \"Amerika\". The desk's zone is used.",
            "pods.csv, line 7: hours and zone belong to a technician, and the line names none. They are ignored.",
            "pods.csv, line 8: there is no technician \"Nobody\" on the desk; names must match exactly. The line's \
             technician is ignored.",
        ]
    );
}

#[test]
fn z12_a_company_stays_in_its_first_pod() {
    let (pods, notes) =
        reading("pod,technician,customer\nRed,Bob,Contoso\nBlue,Cid,Contoso\nBlue,,Litware\n").unwrap();
    assert_eq!(pods, [pod("Red", &[1], &[0]), pod("Blue", &[2], &[2])]);
    assert_eq!(
        notes,
        [
            "pods.csv, line 3: \"Contoso\" is in the pod \"Red\" already and cannot be in \"Blue\" too. The line's customer \
          is ignored."
        ]
    );
}

#[test]
fn z12_pods_left_without_technicians_or_companies_are_ignored() {
    let (pods, notes) =
        reading("pod,technician,customer\nRed,,Contoso\nBlue,Cid,\nGreen,,\nGrey,Bob,Litware\n").unwrap();
    assert_eq!(pods, [pod("Grey", &[1], &[2])]);
    assert_eq!(
        notes,
        [
            "pods.csv: the pod \"Red\" is left without technicians: it is ignored, and its companies are in no pod.",
            "pods.csv: the pod \"Blue\" is left without companies: it is ignored.",
            "pods.csv: the pod \"Green\" is left without technicians and companies: it is ignored.",
        ]
    );
}

#[test]
fn malformed_documents_are_refused() {
    for (lines, expected) in [
        ("team,technician\nRed,Bob\n", "its header has no column pod, but \"team\", \"technician\"."),
        ("pod,customer,customer\nRed,,\n", "it has two columns named customer"),
        ("pod,technician\n", "it has a header but no rows"),
        ("", "it is empty"),
    ] {
        let error = reading(lines).unwrap_err();
        assert!(error.starts_with("pods.csv cannot be used: ") && error.contains(expected), "{error}");
    }
    assert_eq!(
        reading("pod,technician\n,Bob\nRed\nRed,Bob\n").unwrap_err(),
        "pods.csv has 2 rows that cannot be read:\n  line 2, pod: found \"\", expected a value\n  \
         line 3: found \"1 field\", expected 2, as in the header\ncorrect them"
    );
}
