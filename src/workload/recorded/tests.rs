//! Every way a recording can be read or refused.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

mod sample;

const START: &str = "2026-11-23T08:00[Europe/Berlin]";

fn plan(file: &Path, format: RecordingFormat) -> RecordingPlan {
    RecordingPlan { file: file.to_owned(), format, skip_bad_rows: false, from: None, until: None }
}

/// Reads `bytes` from a file named burst.csv, after `change` has had its way with the plan.
fn reading(
    bytes: impl AsRef<[u8]>,
    format: RecordingFormat,
    change: impl FnOnce(&mut RecordingPlan),
) -> Result<Recording, WorkloadError> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("burst.csv");
    fs::write(&file, bytes).unwrap();
    let mut plan = plan(&file, format);
    change(&mut plan);
    read(&plan, &START.parse().unwrap())
}

fn native(bytes: impl AsRef<[u8]>) -> Result<Recording, WorkloadError> {
    reading(bytes, RecordingFormat::Native, |_| {})
}

fn skipping(bytes: impl AsRef<[u8]>) -> Result<Recording, WorkloadError> {
    reading(bytes, RecordingFormat::Native, |plan| plan.skip_bad_rows = true)
}

/// The message of an error, without the temporary folder's name.
fn message(result: Result<Recording, WorkloadError>) -> String {
    let text = result.unwrap_err().to_string();
    let place = text.find("burst.csv").expect("the message names the file");
    let before = text[..place].rfind(' ').map_or(0, |blank| blank + 1);
    format!("{}{}", &text[..before], &text[place..])
}

fn names(recording: &Recording) -> Vec<&str> {
    recording.tickets.iter().map(|ticket| ticket.name.as_str()).collect()
}

#[test]
fn all_columns_are_read_in_any_order() {
    let recording = native(
        "Priority, work_minutes ,arrived_at,ticket,category,board,company,assigned_to,resolved_at,assigned_at,status\n\
         1,12.5,2026-11-23T08:05,A,Mail,Desk,Contoso,Ada,2026-11-23T09:00,2026-11-23T08:10,New\n\
         ,,2026-11-23T07:01:00Z,B,,,,,,,\n",
    )
    .unwrap();
    assert_eq!(names(&recording), ["B", "A"]);
    let [b, a] = &recording.tickets[..] else { panic!() };
    assert_eq!(a.arrived_at, SimTime::from_micros(300_000_000));
    assert_eq!((a.priority, a.work), (Some(1), Some(SimDuration::from_secs(750))));
    assert_eq!((a.board, a.company, a.category), (Some(0), Some(0), Some(0)));
    assert_eq!(b.arrived_at, SimTime::from_micros(60_000_000));
    assert_eq!((b.priority, b.work, b.board, b.company, b.category), (None, None, None, None, None));
    assert_eq!(recording.members, BTreeSet::from([(0, 0)]));
    assert_eq!(recording.technicians.list, ["Ada"]);
    assert_eq!(recording.notes, [""; 0]);
}

#[test]
fn whoever_was_assigned_before_a_ticket_arrived_owns_it() {
    let recording = native(
        "ticket,arrived_at,assigned_to,assigned_at\n\
         A,2026-11-23T08:05,Ada,2026-11-23T08:05\n\
         B,2026-11-23T08:06,Ada,2026-11-23T08:01\n\
         C,2026-11-23T08:07,Ada,2026-11-23T08:08\n\
         D,2026-11-23T08:08,Ada,\n\
         E,2026-11-23T08:09,,2026-11-23T08:01\n",
    )
    .unwrap();
    let owned: Vec<bool> = recording.tickets.iter().map(|ticket| ticket.owned).collect();
    assert_eq!(owned, [false, true, false, false, false]);
}

#[test]
fn marks_line_ends_quotes_and_blank_lines_make_no_difference() {
    let plain = "ticket,arrived_at,company\nA,2026-11-23T08:05,\"Smith, Jones\"\nB,2026-11-23T08:06,X\n";
    let plain = native(plain).unwrap();
    let dressed = native(
        "\u{feff}\"ticket\",arrived_at,company\r\n\r\n,,\r\n\"A\",2026-11-23T08:05,\"Smith, Jones\"\r\n\n\
         B,\"2026-11-23T08:06\",\"X\"",
    )
    .unwrap();
    assert_eq!(format!("{:?}", plain.tickets[0].arrived_at), format!("{:?}", dressed.tickets[0].arrived_at));
    assert_eq!(names(&plain), names(&dressed));
    assert_eq!(plain.companies.list, ["Smith, Jones", "X"]);
    assert_eq!(plain.companies.list, dressed.companies.list);
    assert_eq!(plain.tickets.iter().map(|ticket| ticket.line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(dressed.tickets.iter().map(|ticket| ticket.line).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn equal_instants_keep_the_order_of_the_file() {
    let recording = native(
        "ticket,arrived_at\nC,2026-11-23T08:06\nB,2026-11-23T08:05\nA,2026-11-23T08:05\nD,2026-11-23T08:05\n",
    )
    .unwrap();
    assert_eq!(names(&recording), ["B", "A", "D", "C"]);
}

#[test]
fn unused_columns_are_noted() {
    let recording = native("ticket,summary,arrived_at,colour\nA,x,2026-11-23T08:05,\n").unwrap();
    assert_eq!(recording.notes, ["burst.csv: columns that are not used: \"summary\", \"colour\"."]);
}

#[test]
fn a_bad_row_names_file_line_column_value_and_what_is_expected() {
    let text = message(native(
        "ticket,arrived_at,priority,work_minutes,assigned_at\n\
         A,yesterday,,,\n\
         ,2026-11-23T08:05,,,\n\
         B,2026-11-23T08:05,urgent,,\n\
         C,2026-11-23T08:05,0,,\n\
         D,2026-11-23T08:05,3,-5,\n\
         E,2026-11-23T08:05,3,NaN,\n\
         F,2026-11-23T08:05,3,5,soon\n\
         G,2026-11-23T08:05\n\
         \"H\nI\",,,,\n\
         J,,,,\n",
    ));
    assert_eq!(
        text,
        "burst.csv has 10 rows that cannot be read:\n  \
         line 2, arrived_at: found \"yesterday\", expected an instant, as in \"2026-11-23T08:05:30+01:00\", or civil \
         time, as in \"2026-11-23 08:05\"\n  \
         line 3, ticket: found \"\", expected a value\n  \
         line 4, priority: found \"urgent\", expected a whole number from 1, the most urgent, to 9\n  \
         line 5, priority: found \"0\", expected a whole number from 1, the most urgent, to 9\n  \
         line 6, work_minutes: found \"-5\", expected minutes of work from 0 to 525600, a year, as in 12.5\n  \
         line 7, work_minutes: found \"NaN\", expected minutes of work from 0 to 525600, a year, as in 12.5\n  \
         line 8, assigned_at: found \"soon\", expected an instant, as in \"2026-11-23T08:05:30+01:00\", or civil \
         time, as in \"2026-11-23 08:05\"\n  \
         line 9: found \"2 fields\", expected 5, as in the header\n  \
         line 10, ticket: found \"H\\nI\", expected text without control characters\n  \
         line 12, arrived_at: found \"\", expected a value\n\
         correct them, or leave them out and have them counted with --skip-bad-rows"
    );
}

#[test]
fn twenty_bad_rows_are_listed_and_the_rest_counted() {
    let rows = "A,never\n".repeat(25);
    let text = message(native(format!("ticket,arrived_at\n{rows}")));
    assert_eq!(text.matches("\n  line ").count(), 20);
    assert!(text.contains("\n  and 5 more\n"), "{text}");
}

#[test]
fn bad_rows_can_be_skipped_and_are_counted() {
    let recording =
        skipping("ticket,arrived_at\nA,2026-11-23T08:05\nB,never\nA,2026-11-23T08:06\nC,2026-11-23T08:07\n")
            .unwrap();
    assert_eq!(names(&recording), ["A", "C"]);
    assert_eq!(
        recording.tickets[0].arrived_at,
        SimTime::from_micros(300_000_000),
        "the first row of A counts"
    );
    let [note] = &recording.notes[..] else { panic!("{:?}", recording.notes) };
    assert!(
        note.starts_with("burst.csv: left out 2 rows that could not be read; the first: line 3"),
        "{note}"
    );
    assert!(message(skipping("ticket,arrived_at\nB,never\n")).contains("none of its rows can be read"));
}

#[test]
fn a_ticket_may_be_there_once() {
    let text =
        message(native("ticket,arrived_at\nA,2026-11-23T08:05\nB,2026-11-23T08:05\nA,2026-11-23T09:05\n"));
    assert!(
        text.contains(
            "line 4, ticket: found \"A\", expected a ticket that is not in the file yet (it is on line 2)"
        ),
        "{text}"
    );
}

#[test]
fn files_that_hold_no_burst_are_refused() {
    assert!(message(native("")).contains("burst.csv cannot be used: it is empty"));
    assert!(message(native("\r\n\r\n")).contains("it is empty"));
    assert!(message(native("ticket,arrived_at\n")).contains("it has a header but no rows"));
    let text = message(native("ticket,arrived\nA,2026-11-23T08:05\n"));
    assert!(
        text.contains("no column arrived_at, but \"ticket\", \"arrived\". Is it the one named \"arrived\"?"),
        "{text}"
    );
    let text = message(native("ticket;arrived_at\nA;2026-11-23T08:05\n"));
    assert!(text.contains("Separate its columns with commas."), "{text}");
    let text = message(native("ticket\rA\r"));
    assert!(text.contains("End its lines with a line feed."), "{text}");
    assert!(message(native("ticket,arrived_at,Ticket\nA,,\n")).contains("two columns named ticket"));
    let utf16: Vec<u8> = "\u{feff}ticket,arrived_at\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(message(native(utf16)).contains("not text in UTF-8"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("burst.csv");
    let result = read(&plan(&missing, RecordingFormat::Native), &START.parse().unwrap());
    assert!(message(result).starts_with("cannot read burst.csv: "));
    fs::create_dir(&missing).unwrap();
    let result = read(&plan(&missing, RecordingFormat::Native), &START.parse().unwrap());
    assert!(message(result).starts_with("cannot read burst.csv: "));
}

#[test]
fn bytes_that_are_not_utf_8_are_found_by_line_where_they_matter() {
    let text =
        message(native(b"ticket,arrived_at,board\nA,2026-11-23T08:05,x\nB,2026-11-23T08:05,Caf\xe9\n"));
    assert!(text.contains("line 3, board: found \"Caf\u{fffd}\", expected text in UTF-8"), "{text}");
    assert!(native(b"ticket,arrived_at,summary\nA,2026-11-23T08:05,Caf\xe9\n").is_ok());
}

#[test]
fn an_open_quotation_mark_is_suspected() {
    let text = message(native("ticket,arrived_at\nA,\"2026-11-23T08:05\nB,2026-11-23T08:05\n"));
    assert!(text.contains("line 2") && text.contains("arrived_at"), "{text}");
    let text = message(native("ticket,arrived_at\n\"A,2026-11-23T08:05\nB,2026-11-23T08:05\n"));
    assert!(
        text.contains(
            "line 2: found \"1 field\", expected 2, as in the header; is a quotation mark left open?"
        )
    );
}

#[test]
fn limits_leave_tickets_out_and_say_how_many() {
    let rows = "ticket,arrived_at,board,assigned_to\n\
                A,2026-11-23T07:59,Night,Eve\n\
                B,2026-11-23T08:00,Day,Ada\n\
                C,2026-11-23T08:59:59,Day,Bob\n\
                D,2026-11-23T09:00,Day,Cid\n";
    let recording = reading(rows, RecordingFormat::Native, |plan| {
        plan.from = Some("2026-11-23T08:00".into());
        plan.until = Some("2026-11-23T09:00".into());
    })
    .unwrap();
    assert_eq!(names(&recording), ["B", "C"]);
    assert_eq!(
        recording.technicians.list,
        ["Eve", "Ada", "Bob", "Cid"],
        "the roster is that of the whole file"
    );
    assert_eq!(recording.notes, ["burst.csv: left out 2 tickets outside `from` and `until`, kept 2."]);
    let text =
        message(reading(rows, RecordingFormat::Native, |plan| plan.from = Some("2027-01-01T00:00".into())));
    assert!(text.contains("they arrive from 2026-11-23T07:59 to 2026-11-23T09:00"), "{text}");
    let error = reading(rows, RecordingFormat::Native, |plan| plan.until = Some("noon".into())).unwrap_err();
    assert!(error.to_string().starts_with("`until` = \"noon\" is not an instant"), "{error}");
}

#[test]
fn a_ticket_before_the_start_is_an_error_that_says_what_to_set() {
    let rows = "ticket,arrived_at\nA,2026-11-23T07:59\nB,2026-11-23T08:00\nC,2026-11-23T07:58\n";
    assert_eq!(
        message(native(rows)),
        "burst.csv has 2 arrivals before the scenario's start 2026-11-23T08:00, the first at 2026-11-23T07:58: \
         set `start` to that or earlier, or leave out what is earlier with `from = \"2026-11-23T08:00\"`"
    );
    let recording =
        reading(rows, RecordingFormat::Native, |plan| plan.from = Some("2026-11-23T08:00".into())).unwrap();
    assert_eq!(names(&recording), ["B"]);
}

#[test]
fn arrivals_in_a_change_of_clocks_are_noted() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("burst.csv");
    fs::write(&file, "ticket,arrived_at\nA,2026-03-29T02:30\nB,2026-03-29T02:30+02:00\n").unwrap();
    let recording =
        read(&plan(&file, RecordingFormat::Native), &"2026-03-29T00:00[Europe/Berlin]".parse().unwrap())
            .unwrap();
    assert_eq!(names(&recording), ["B", "A"]);
    assert_eq!(
        recording.tickets[1].arrived_at,
        SimTime::from_micros(9_000_000_000),
        "03:30, two and a half hours in"
    );
    assert!(recording.notes[0].starts_with("burst.csv: 1 arrival at civil times"), "{:?}", recording.notes);
}

const LOG: &str = "number,opened_at,sys_mod_count,assignment_group,assigned_to,priority,category,closed_at\n\
                   INC2,23/11/2026 08:07,0,?,Rosa,3 - Moderate,?,1/12/2026 08:00\n\
                   INC1,23/11/2026 08:05,0,?,?,?,?,?\n\
                   INC2,23/11/2026 08:07,1,Group 70,Sven,2 - High,Mail,1/12/2026 08:00\n\
                   INC1,23/11/2026 08:05,1,?,?,1 - Critical,?,?\n\
                   INC2,23/11/2026 08:07,2,Group 20,Rosa,2 - High,Net,1/12/2026 08:00\n\
                   INC3,2026-11-23 09:00:00,0,Group 20,?,4 - Low,Net,?\n";

fn event_log(bytes: impl AsRef<[u8]>) -> Result<Recording, WorkloadError> {
    reading(bytes, RecordingFormat::ServiceNow, |_| {})
}

#[test]
fn an_incident_of_many_rows_is_one_ticket() {
    let recording = event_log(LOG).unwrap();
    assert_eq!(names(&recording), ["INC1", "INC2", "INC3"]);
    let [first, second, third] = &recording.tickets[..] else { panic!() };
    assert_eq!(recording.boards.list, ["Group 70", "Group 20"]);
    assert_eq!((first.board, second.board, third.board), (None, Some(0), Some(1)), "the first known group");
    assert_eq!((first.priority, second.priority, third.priority), (Some(1), Some(3), Some(4)));
    assert_eq!(
        second.category.map(|number| recording.categories.list[number as usize].as_str()),
        Some("Mail")
    );
    assert_eq!(third.arrived_at, SimTime::from_micros(3_600_000_000));
    assert!(recording.tickets.iter().all(|ticket| ticket.work.is_none()), "elapsed time is not work time");
    assert_eq!(recording.technicians.list, ["Rosa", "Sven"]);
    assert_eq!(recording.members, BTreeSet::from([(0, 1), (1, 0)]), "seen with the group in the same row");
}

#[test]
fn an_event_log_brings_its_changes_of_state() {
    let log = "number,opened_at,sys_updated_at,incident_state,assignment_group\n\
               INC1,23/11/2026 08:05,23/11/2026 08:05,New,Net\n\
               INC2,23/11/2026 08:06,23/11/2026 08:06,New,Net\n\
               INC1,23/11/2026 08:05,23/11/2026 08:30,New,Net\n\
               INC1,23/11/2026 08:05,23/11/2026 10:00,Active,Net\n\
               INC1,23/11/2026 08:05,23/11/2026 09:00,Awaiting User Info,Net\n\
               INC1,23/11/2026 08:05,?,Closed,Net\n";
    let recording = event_log(log).unwrap();
    let changes = |ticket: usize| -> Vec<(i64, &str)> {
        let named = recording.tickets[ticket].changes.iter();
        let minute = |at: SimTime| at.micros() / 60_000_000;
        named.map(|(at, state)| (minute(*at), recording.statuses.list[*state as usize].as_str())).collect()
    };
    assert_eq!(changes(0), [(60, "Awaiting User Info"), (120, "Active")]);
    assert_eq!(changes(1), []);
    assert!(
        message(event_log(log.replace("23/11/2026 09:00", "nine")))
            .contains("sys_updated_at: found \"nine\"")
    );
}

#[test]
fn bad_rows_of_an_event_log_are_refused_like_those_of_any_file() {
    let text = message(event_log(
        "number,opened_at,assignment_group,priority\n\
         INC1,32/11/2026 08:07,?,?\n?,23/11/2026 08:07,?,?\nINC2,?,?,?\nINC3,23/11/2026 08:07,?,Low\n",
    ));
    for part in [
        "line 2, opened_at: found \"32/11/2026 08:07\", expected d/m/yyyy HH:MM",
        "line 3, number: found \"?\", expected an incident number",
        "line 4, opened_at: found \"?\", expected a time in at least one row of INC2",
        "line 5, priority: found \"Low\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(message(event_log("number,opened_at\n")).contains("no column assignment_group"));
}

#[test]
fn the_published_event_log_yields_its_monday_morning() {
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/servicenow_week_2016-04-04.csv");
    if !file.exists() {
        println!("skipped: the ServiceNow event log (UCI id 498) is not beside the project");
        return;
    }
    let mut plan = plan(&file, RecordingFormat::ServiceNow);
    plan.from = Some("2016-04-04T08:00".into());
    plan.until = Some("2016-04-04T12:00".into());
    let recording = read(&plan, &"2016-04-04T08:00[America/Sao_Paulo]".parse().unwrap()).unwrap();
    assert_eq!(recording.tickets.len(), 224);
    assert_eq!(recording.tickets.iter().filter(|ticket| ticket.board.is_none()).count(), 10);
    assert_eq!(recording.boards.list.len(), 61);
    assert_eq!(recording.technicians.list.len(), 151);
    assert!(recording.tickets.iter().all(|ticket| ticket.work.is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), skip: bool) {
        for (format, header) in [
            (RecordingFormat::Native, &b"ticket,arrived_at,priority,work_minutes\n"[..]),
            (RecordingFormat::ServiceNow, b"number,opened_at,assignment_group,priority\n"),
        ] {
            for start in [&b""[..], header] {
                let _ = reading([start, &bytes].concat(), format, |plan| plan.skip_bad_rows = skip);
            }
        }
    }

    #[test]
    fn no_table_makes_a_reader_panic(
        rows in proptest::collection::vec("[A-C?]?,[0-9T :/-]{0,17}Z?,[0-9.a-]{0,3},[0-9.e-]{0,5}\r?\n", 0..20),
        skip: bool,
    ) {
        for (format, header) in [
            (RecordingFormat::Native, "ticket,arrived_at,priority,work_minutes\n"),
            (RecordingFormat::ServiceNow, "number,opened_at,priority,assignment_group\n"),
        ] {
            let _ = reading(format!("{header}{}", rows.concat()), format, |plan| plan.skip_bad_rows = skip);
        }
    }
}
