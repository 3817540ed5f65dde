//! Every column of the table of technicians, and every way it can be refused.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A desk of two teams, 09:00 to 17:00 from Monday to Friday; the start is a Monday.
fn plan() -> DeskPlan {
    let weekdays = HoursPlan::WORKDAYS;
    DeskPlan {
        from_recording: false,
        technicians: Arc::default(),
        technicians_file: None,
        teams: vec!["Network".into(), "Mail".into()],
        boards: vec![("Network".into(), "Network".into()), ("Mail".into(), "Mail".into())],
        hours: vec![HoursPlan::Daily { from_minute: 540, to_minute: 1020, weekdays, time_zone: None }],
        weekdays: None,
        joined_days: None,
        out_interrupts: false,
        statuses: Vec::new(),
        pods: None,
    }
}

/// The desk of a table with these lines and the notes.
fn reading(lines: impl AsRef<[u8]>, plan: &DeskPlan) -> Result<(DeskPlan, Vec<String>), String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("technicians.csv");
    fs::write(&path, lines).unwrap();
    let start = "2026-11-23T08:00[Europe/Berlin]".parse().unwrap();
    let mut notes = Vec::new();
    read(&path, plan, &start, &mut notes)
        .map(|plan| (plan, notes))
        .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn span(from: &str, to: &str) -> CivilSpan {
    CivilSpan { from: from.into(), to: to.into() }
}

#[test]
fn every_column_arrives_where_it_belongs() {
    let table = "open,busy,out,history,Time_Zone,weekdays,hours,teams,technician,phone\n\
                 In Progress=3; Waiting = 0,09:00-10:30;2026-11-25T09:00/2026-11-25T10:00,13:00-14:00,network=0.9;mail=0.7,\
                 America/New_York,sat;sun,10:00-18:30,Mail;Network, Ann ,42\n\
                 ,,,,,,,,Bob,\n\
                 ,,,,,,always,Mail;,Cid,\n";
    let (plan, notes) = reading(table, &plan()).unwrap();
    let ann = &plan.technicians[0];
    assert_eq!((ann.name.as_str(), &ann.teams[..]), ("Ann", &["Mail".to_owned(), "Network".to_owned()][..]));
    assert_eq!(ann.time_zone.as_deref(), Some("America/New_York"));
    assert_eq!(
        plan.hours[ann.hours],
        HoursPlan::Daily {
            from_minute: 600,
            to_minute: 1110,
            weekdays: [false, false, false, false, false, true, true],
            time_zone: Some("America/New_York".into())
        }
    );
    assert_eq!(ann.history, [("network".to_owned(), 0.9), ("mail".to_owned(), 0.7)]);
    assert_eq!(ann.out, [span("2026-11-23T13:00", "2026-11-23T14:00")]);
    assert_eq!(
        ann.busy,
        [span("2026-11-23T09:00", "2026-11-23T10:30"), span("2026-11-25T09:00", "2026-11-25T10:00")]
    );
    assert_eq!(ann.open, [("In Progress".to_owned(), 3), ("Waiting".to_owned(), 0)]);
    let bob = &plan.technicians[1];
    assert_eq!((bob.teams.len(), bob.hours, &bob.time_zone), (2, 0, &None));
    assert!(bob.history.is_empty() && bob.out.is_empty() && bob.busy.is_empty() && bob.open.is_empty());
    let cid = &plan.technicians[2];
    assert_eq!((&cid.teams[..], &plan.hours[cid.hours]), (&["Mail".to_owned()][..], &HoursPlan::Always));
    assert_eq!(notes, ["technicians.csv: columns that are not used: \"phone\"."]);
}

#[test]
fn what_a_row_leaves_out_is_the_desks() {
    // A zone or days of one's own leave the desk's hours as they are.
    let (plan, _) =
        reading("technician,time_zone,weekdays\nAnn,Asia/Tokyo,\nBob,,tue\nCid,,tue\n", &plan()).unwrap();
    let hours = |weekdays, time_zone: Option<&str>| HoursPlan::Daily {
        from_minute: 540,
        to_minute: 1020,
        weekdays,
        time_zone: time_zone.map(str::to_owned),
    };
    assert_eq!(plan.hours[1], hours(HoursPlan::WORKDAYS, Some("Asia/Tokyo")));
    assert_eq!(plan.hours[2], hours([false, true, false, false, false, false, false], None));
    let numbers: Vec<usize> = plan.technicians.iter().map(|person| person.hours).collect();
    assert_eq!((numbers, plan.hours.len()), (vec![1, 2, 2], 3), "equal hours are shared");
    // On a desk that works round the clock, hours of one's own are kept on the desk's days.
    let always = DeskPlan { hours: vec![HoursPlan::Always], ..self::plan() };
    let (plan, _) = reading("technician,hours\nAnn,09:00-17:00\nBob,\n", &always).unwrap();
    assert_eq!(plan.hours, [HoursPlan::Always, hours(HoursPlan::WORKDAYS, None)]);
}

#[test]
fn round_the_clock_keeps_to_the_days_that_are_stated() {
    let days = |day: usize| std::array::from_fn(|other| other == day);
    let all_day = |day: usize| HoursPlan::Daily {
        from_minute: 0,
        to_minute: 1440,
        weekdays: days(day),
        time_zone: None,
    };
    let table = "technician,hours,weekdays\nAnn,always,sat\nBob,always,\nCid,,tue\n";
    let hours = |desk: &DeskPlan| {
        let (plan, _) = reading(table, desk).unwrap();
        plan.technicians.iter().map(|person| plan.hours[person.hours].clone()).collect::<Vec<_>>()
    };
    let tuesday = HoursPlan::Daily { from_minute: 540, to_minute: 1020, weekdays: days(1), time_zone: None };
    assert_eq!(hours(&plan()), [all_day(5), HoursPlan::Always, tuesday]);
    let always = DeskPlan { hours: vec![HoursPlan::Always], ..plan() };
    assert_eq!(hours(&always), [all_day(5), HoursPlan::Always, all_day(1)]);
    let mondays = DeskPlan { hours: vec![all_day(0)], weekdays: Some(days(0)), ..plan() };
    assert_eq!(hours(&mondays), [all_day(5), all_day(0), all_day(1)]);
}

#[test]
fn days_laid_end_to_end_are_no_weekdays() {
    let joined = DeskPlan { joined_days: Some(2), ..plan() };
    assert!(reading("technician,weekdays\nAnn,\n", &joined).is_ok());
    let error = reading("technician,weekdays\nAnn,sat\n", &joined).unwrap_err();
    let wanted = "weekdays: found \"sat\", expected nothing, as `desk.joined_days` lays days end to end";
    assert!(error.contains(wanted), "{error}");
}

#[test]
fn a_span_without_a_day_is_on_the_first_day_where_the_technician_is() {
    // Monday 08:00 in Berlin is Sunday night in Honolulu.
    let (plan, _) = reading("technician,time_zone,out\nAnn,Pacific/Honolulu,20:00-24:00\n", &plan()).unwrap();
    assert_eq!(plan.technicians[0].out, [span("2026-11-22T20:00", "2026-11-23T00:00")]);
}

#[test]
fn bad_rows_name_file_line_column_and_value() {
    let header = "technician,teams,hours,weekdays,time_zone,history,out,busy,open";
    for (row, expected) in [
        (",Mail,,,,,,,", "technician: found \"\", expected a value"),
        ("Ann,,,", "found \"4 fields\", expected 9, as in the header"),
        ("\"A\nnn\",,,,,,,,", "technician: found \"A\\nnn\", expected text without control characters"),
        (
            "Ann,Netwrk,,,,,,,",
            "teams: found \"Netwrk\", expected a team of the desk (did you mean \"Network\"?)",
        ),
        ("Ann,Zoo,,,,,,,", "teams: found \"Zoo\", expected a team of the desk: \"Network\", \"Mail\""),
        ("Ann,Mail;Mail,,,,,,,", "teams: found \"Mail\", expected each team once"),
        (
            "Ann,,9-17,,,,,,",
            "hours: found \"9-17\", expected working hours such as \"08:00-17:00\", or \"always\"",
        ),
        ("Ann,,17:00-09:00,,,,,,", "hours: found \"17:00-09:00\", expected hours that end after they start"),
        ("Ann,,,mon;tues,,,,,", "weekdays: found \"tues\", expected weekdays from \"mon\" to \"sun\""),
        (
            "Ann,,,,Europe/Berln,,,,",
            "time_zone: found \"Europe/Berln\", expected an IANA time zone such as \"Europe/Berlin\" (did you mean \
             \"Europe/Berlin\"?)",
        ),
        (
            "Ann,,,,,mail=90%,,,",
            "history: found \"mail=90%\", expected a category and its success rate from 0 to 1",
        ),
        ("Ann,,,,,mail=1.5,,,", "history: found \"mail=1.5\""),
        ("Ann,,,,,=0.5,,,", "history: found \"=0.5\""),
        ("Ann,,,,,mail=0.5;mail=0.6,,,", "history: found \"mail=0.6\", expected each name once"),
        ("Ann,,,,,,lunch,,", "out: found \"lunch\", expected a span such as \"09:00-10:30\""),
        ("Ann,,,,,,10:00-09:00,,", "out: found \"10:00-09:00\", expected a span that ends after it begins"),
        ("Ann,,,,,,,09:00-10:00;noon,", "busy: found \"noon\", expected a span such as"),
        ("Ann,,,,,,,,Waiting", "open: found \"Waiting\", expected a status and a number of tickets"),
        ("Ann,,,,,,,,Waiting=-1", "open: found \"Waiting=-1\""),
        ("Ann,,,,,,,,Waiting=1000001", "open: found \"Waiting=1000001\""),
    ] {
        let error = reading(format!("{header}\n\n{row}\n"), &plan()).unwrap_err();
        let wanted = "technicians.csv has 1 row that cannot be read:\n  line 3";
        assert!(error.starts_with(wanted) && error.contains(expected), "{expected} in {error}");
        assert!(error.ends_with("\ncorrect them"), "no row may be left out: {error}");
    }
}

#[test]
fn all_bad_rows_are_told_at_once() {
    let error =
        reading("technician,hours\nAnn,9\nBob,\nBob,\nAnn,\nCid,\"08:00-17:00\"\n", &plan()).unwrap_err();
    assert_eq!(
        error,
        "technicians.csv has 3 rows that cannot be read:\n  \
         line 2, hours: found \"9\", expected working hours such as \"08:00-17:00\", or \"always\"\n  \
         line 4, technician: found \"Bob\", expected a technician who is not in the table yet (\"Bob\" is on line 3)\n  \
         line 5, technician: found \"Ann\", expected a technician who is not in the table yet (\"Ann\" is on line 2)\n\
         correct them"
    );
}

#[test]
fn tables_without_use_are_refused() {
    for (table, expected) in [
        (&b"name,teams\nAnn,\n"[..], "its header has no column technician, but \"name\", \"teams\"."),
        (b"technician,hours,hours\nAnn,,\n", "it has two columns named hours"),
        (b"technician\n", "it has a header but no rows"),
        (b"", "it is empty; expected a header and rows below it"),
        (
            b"technician,teams\nAnn,Mail\n",
            "nobody in it is in \"Network\": name the team in the column teams",
        ),
    ] {
        let error = reading(table, &plan()).unwrap_err();
        assert!(error.starts_with("technicians.csv cannot be used: ") && error.contains(expected), "{error}");
    }
    let start = "2026-11-23T08:00[Europe/Berlin]".parse().unwrap();
    let none = Path::new("none.csv");
    let error = read(none, &plan(), &start, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.starts_with("cannot read none.csv: "), "{error}");
}
