//! The pod document: what the desk bears out, and the note for everything it does not.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;

use super::*;
use crate::domain::Technician;
use crate::domain::settings::TechnicianPlan;

/// A desk of three, 09:00 to 17:00 in Berlin but for Cid, who works round the clock in New York.
fn desk() -> (DeskPlan, Desk) {
    let technician = |name: &str, hours: usize, zone: Option<&str>| TechnicianPlan {
        name: name.into(),
        teams: Arc::default(),
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
        technicians: Arc::new(technicians),
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

/// The pods of a table with these lines and the notes.
fn reading(lines: &str) -> Result<(Vec<Pod>, Vec<String>), String> {
    reading_as("pods.csv", lines.as_bytes())
}

/// The pods of a document of this name and the notes.
fn reading_as(name: &str, bytes: &[u8]) -> Result<(Vec<Pod>, Vec<String>), String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
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

/// What the forms below say.
fn red_and_blue() -> [Pod; 2] {
    [pod("Red", &[0, 1], &[0, 2]), pod("Blue", &[2], &[1])]
}

#[test]
fn z12_a_form_is_headings_and_lists() {
    let (pods, notes) = reading_as(
        "pods.TXT",
        "\u{feff}The pods, as agreed in May.\r\n\
         Pod: Red\r\n\
         Technicians: Bob, Andrew Doe (09:00-17:00, Europe/Berlin)\r\n\
         Hours: 09:00 – 17:00\r\n\
         Customers:\r\n\
         - Contoso\r\n\
         - Litware\r\n\
         \r\n\
         ## Pod Blue\r\n\
         TECHNICIANS\r\n\
         1. Cid always America/New_York\r\n\
         **Customers:** \"Fabrikam\"\r\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(pods, red_and_blue());
    assert_eq!(
        notes,
        ["pods.TXT, line 1: the line is ignored: \"The pods, as agreed in May.\" is under no heading."]
    );
}

#[test]
fn z12_a_form_is_tables_as_well() {
    for table in [
        "Pod     Technicians          Hours          Customers\n\
         ----    -----------          -----          ---------\n\
         Red     Bob, Andrew Doe      09:00-17:00    Contoso\n\
        \u{20}                                           Litware\n\
         Blue    Cid                                 Fabrikam\n",
        "| Pod | Technicians | Customers |\n|:---|---|---|\n| Red | Bob; Andrew Doe | Contoso |\n| | | Litware |\n\
         | Blue | Cid | Fabrikam |\n",
        "Customer\tPod\tTechnician\nContoso\tRed\tBob\nLitware\tRed\tAndrew Doe\n\nPod: Blue\nTechnicians    Cid    always\n\
         Customers    Fabrikam\n",
    ] {
        assert_eq!(
            reading_as("pods.md", table.as_bytes()),
            Ok((red_and_blue().into(), Vec::new())),
            "{table}"
        );
    }
}

#[test]
fn z12_what_a_form_says_against_the_desk_is_ignored_as_in_a_table() {
    let (pods, notes) = reading_as(
        "pods.txt",
        b"Customers: Contoso\n\
          Pod: Red\n\
          Technicians: Bob (08:00-17:00), Andy Doe, Cid Europe/London\n\
          Hours: Bob: 09:00-12:00\n\
          Customers: Contoso; Fabricam\n\
          Pod: Blue\n\
          Technicians: Cid\n\
          Customers: Contoso, Litware\n\
          Hours: nine to five\n",
    )
    .unwrap();
    assert_eq!(pods, [pod("Red", &[1, 2], &[0]), pod("Blue", &[2], &[2])]);
    let told = [
        "1: the line is ignored: it belongs to no pod.",
        "3: the desk has \"Bob\" work 09:00-17:00, not \"08:00-17:00\". The desk's hours are used.",
        "3: there is no technician \"Andy Doe\" on the desk; names must match exactly (did the line mean \"Andrew Doe\"?). \
         The line's technician is ignored.",
        "3: the desk has \"Cid\" in America/New_York, not \"Europe/London\". The desk's zone is used.",
        "4: the desk has \"Bob\" work 09:00-17:00, not \"09:00-12:00\". The desk's hours are used.",
        "5: no ticket can be from a company \"Fabricam\"; names must match exactly (did the line mean \"Fabrikam\"?). The \
         line's customer is ignored.",
        "8: \"Contoso\" is in the pod \"Red\" already and cannot be in \"Blue\" too. The line's customer is ignored.",
        "9: the desk has \"Cid\" work round the clock, not \"nine to five\". The desk's hours are used.",
    ];
    assert_eq!(notes, told.map(|text| format!("pods.txt, line {text}")));
}

#[test]
fn z12_a_form_that_cannot_be_used_is_refused_and_lines_that_cannot_be_read_are_counted() {
    let refused = |bytes: &[u8]| reading_as("pods.txt", bytes).unwrap_err();
    assert!(refused(b"Technicians: Bob\n").contains("pods.txt cannot be used: it names no pod"));
    assert!(refused(b"Pod: \xff\n").contains("it is not text in UTF-8"));
    let lines = format!(
        "Pod: Red\u{7}\nPod: Red\nTechnicians: Bob\nCustomers: Contoso\nPod: Red\n{}",
        "What?\n".repeat(23)
    );
    let (pods, notes) = reading_as("pods.txt", lines.as_bytes()).unwrap();
    assert_eq!(pods, [pod("Red", &[1], &[0])]);
    assert_eq!(notes[0], "pods.txt, line 1: the line is ignored: it has control characters.");
    assert_eq!(notes[1], "pods.txt, line 6: the line is ignored: \"What?\" is under no heading.");
    assert_eq!((notes.len(), notes[20].as_str()), (21, "pods.txt: 4 more lines ignored."));
}

#[test]
fn a_name_may_have_commas_and_brackets_in_it() {
    let known = ["Initech, Inc.", "Hills, Ltd", "Ann (Contractor)"];
    let text = "Initech, Inc., Acme; \"Hills, Ltd\" ; Ann (Contractor), Bo (08:00-17:00)";
    let names = form::names(text, |name| known.contains(&name));
    assert_eq!(names, ["Initech, Inc.", "Acme", "Hills, Ltd", "Ann (Contractor)", "Bo", "08:00-17:00"]);
}

/// A PDF whose pages have these contents, with Helvetica as `F1`.
#[cfg(feature = "pdf")]
fn pdf_of(pages: &[&str]) -> Vec<u8> {
    use std::fmt::Write as _;
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} /MediaBox [0 0 612 792] >>",
            kids.join(" "),
            pages.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (page, content) in pages.iter().enumerate() {
        let stream = 5 + 2 * page;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {stream} 0 R >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut out = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(places, "{:010} 00000 n ", out.len());
        let _ = write!(out, "{number} 0 obj\n{object}\nendobj\n");
    }
    let (xref, size) = (out.len(), objects.len() + 1);
    let _ = write!(out, "xref\n0 {size}\n0000000000 65535 f \n{places}");
    let _ = write!(out, "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n");
    out.into_bytes()
}

/// A list as a word processor sets it, and a table as a browser prints it: upside down, column by column.
#[cfg(feature = "pdf")]
#[test]
fn z12_a_form_as_pdf_is_read_line_by_line_and_page_by_page() {
    let list = "BT /F1 11 Tf 14 TL 72 700 Td (Pod: Red) Tj T* (Technicians:) Tj T* (\\225 Bob) Tj T* \
                [(\\225 An) 20 (drew) -280 (Doe)] TJ (Customers: Contoso,) ' T* (Litware) Tj ET";
    let table = "q 1 0 0 -1 0 792 cm BT /F1 11 Tf \
                 1 0 0 -1 420 100 Tm (Customers) Tj 1 0 0 -1 420 120 Tm (Fabrikam) Tj \
                 1 0 0 -1 72 100 Tm (Pod) Tj 1 0 0 -1 72 120 Tm (Blue) Tj \
                 1 0 0 -1 150 100 Tm (Technicians) Tj 1 0 0 -1 150 120 Tm (Cid,) Tj 1 0 0 -1 170 120 Tm (Andy Doe) Tj \
                 1 0 0 -1 300 100 Tm (Hours) Tj ET Q";
    let (pods, notes) = reading_as("pods.pdf", &pdf_of(&[list, table, "0 0 612 792 re f"])).unwrap();
    assert_eq!(pods, red_and_blue());
    assert_eq!(
        notes,
        [
            "pods.pdf, page 3: it has no text that can be read; a picture of text is none. The page is ignored.",
            "pods.pdf, page 2, line 2: there is no technician \"Andy Doe\" on the desk; names must match exactly (did the line \
             mean \"Andrew Doe\"?). The line's technician is ignored.",
        ]
    );
}

#[cfg(feature = "pdf")]
#[test]
fn z12_a_pdf_without_text_is_refused() {
    let refused = |bytes: &[u8]| reading_as("pods.pdf", bytes).unwrap_err();
    assert!(
        refused(b"pod,technician\n").contains("pods.pdf cannot be used: it is no PDF that can be read (")
    );
    assert!(refused(&pdf_of(&["0 0 612 792 re f"])).contains("it has no text that can be read"));
    assert!(refused(&pdf_of(&["BT /F1 11 Tf 72 700 Td (Hello) Tj ET"])).contains("it names no pod"));
    // A page whose drawing breaks off has what came before.
    let broken =
        reading_as("pods.pdf", &pdf_of(&["BT /F1 11 Tf 72 700 Td (Pod: Red) Tj ET BT (Tech"])).unwrap();
    assert_eq!(broken.0, []);
}

#[cfg(feature = "pdf")]
#[test]
fn a_damaged_pdf_is_read_or_refused() {
    let whole = pdf_of(&["BT /F1 11 Tf 72 700 Td (Pod: Red) Tj 0 -14 Td [(Tech) -20 (nicians: Bob)] TJ ET"]);
    for at in 0..whole.len() {
        for (damaged, what) in [(whole[at] ^ 0x15, "flipped"), (b'9', "nine"), (b'<', "angle")] {
            let mut bytes = whole.clone();
            bytes[at] = damaged;
            let outcome = std::panic::catch_unwind(|| reading_as("pods.pdf", &bytes).is_ok());
            assert!(outcome.is_ok(), "byte {at}: {what}");
        }
        let cut = std::panic::catch_unwind(|| reading_as("pods.pdf", &whole[..at]).is_ok());
        assert!(cut.is_ok(), "cut at {at}");
    }
}
