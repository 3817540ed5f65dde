//! Desk and burst: absences, calendar entries, open tickets, tables beside the scenario, statuses and duplicates.

use super::*;
use crate::domain::civil::CivilSpan;
use crate::domain::settings::Transition;

/// [`MINIMAL`] with other staff.
fn staffed(desk: &str) -> String {
    MINIMAL.replace("technicians = 2\n", desk)
}

/// The problems of `text`, one line each.
fn problems(text: &str) -> Vec<String> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems.iter().map(ToString::to_string).collect(),
    }
}

/// A technician with these keys is refused with a line that contains all of `parts`.
#[track_caller]
fn refused(keys: &str, parts: &[&str]) {
    let found = problems(&staffed(&format!("[[desk.technician]]\nname = \"Ann\"\n{keys}\n")));
    let [line] = &found[..] else { panic!("{keys}: {found:#?}") };
    for part in parts {
        assert!(line.contains(part), "expected {part} in {line}");
    }
}

#[test]
fn absences_entries_and_open_tickets_are_read() {
    let text = staffed(
        "[[desk.technician]]\nname = \"Ann\"\nout = [\"12:00-13:00\", \"2026-11-24T00:00/2026-11-25T00:00\"]\n\
         busy = [\"22:00-24:00\"]\nopen = { Waiting = 2, \"In Progress\" = 0 }\n\
         [[desk.technician]]\nname = \"Bob\"\ntime_zone = \"Pacific/Honolulu\"\nbusy = [\"09:00-10:30\"]\n",
    );
    let desk = read(&text).expect("right").desk;
    let span = |from: &str, to: &str| CivilSpan { from: from.to_owned(), to: to.to_owned() };
    let [ann, bob] = &desk.technicians[..] else { panic!("two technicians") };
    assert_eq!(
        ann.out,
        [span("2026-11-23T12:00", "2026-11-23T13:00"), span("2026-11-24T00:00", "2026-11-25T00:00")]
    );
    assert_eq!(ann.busy, [span("2026-11-23T22:00", "2026-11-24T00:00")]);
    assert_eq!(ann.open, [("Waiting".to_owned(), 2), ("In Progress".to_owned(), 0)]);
    assert_eq!((ann.time_zone.as_deref(), bob.time_zone.as_deref()), (None, Some("Pacific/Honolulu")));
    // Monday 08:00 UTC is Sunday in Honolulu.
    assert_eq!(bob.busy, [span("2026-11-22T09:00", "2026-11-22T10:30")]);
    let plain = read(&staffed("[[desk.technician]]\nname = \"Ann\"\n")).expect("right").desk;
    let ann = &plain.technicians[0];
    assert!(ann.out.is_empty() && ann.busy.is_empty() && ann.open.is_empty());
}

#[test]
fn flags_set_open_tickets_of_everybody_and_of_one() {
    let team = staffed("[[desk.technician]]\nname = \"Ann\"\n[[desk.technician]]\nname = \"Bob\"\n");
    let scenario = read_with(&team, &["desk.technician.open.New=3", "desk.technician.Bob.open.Waiting=1"]);
    let open = scenario.expect("right").desk.technicians;
    let open = open.iter().map(|person| person.open.clone());
    let (new, waiting) = (("New".to_owned(), 3), ("Waiting".to_owned(), 1));
    assert_eq!(open.collect::<Vec<_>>(), [vec![new.clone()], vec![new, waiting]]);
}

#[test]
fn spans_and_open_tickets_are_checked() {
    let example = "expected a span such as \"09:00-10:30\" (on the first day) or";
    refused("out = [\"12:00\"]", &["8:8: `desk.technician[0].out[0]` is the string \"12:00\"", example]);
    refused(
        "busy = [\"09:00-10:00\", \"noon\"]",
        &["8:24: `desk.technician[0].busy[1]`", "\"noon\"", example],
    );
    refused("busy = [\"2026-11-31T09:00/2026-12-01T09:00\"]", &["8:9: ", example]);
    refused("busy = [9]", &["`desk.technician[0].busy[0]` is the number 9", example]);
    refused("busy = \"09:00-10:00\"", &["8:8: `desk.technician[0].busy`", "expected a list"]);
    refused(
        "out = [\"13:00-12:00\"]",
        &["8:8: ", "a span that ends after it begins", "one past midnight is written"],
    );
    refused("out = [\"2026-11-24T09:00/2026-11-24T09:00\"]", &["a span that ends after it begins"]);
    refused(
        "open = { Waiting = -1 }",
        &["8:20: `desk.technician[0].open.Waiting`", "a whole number from 0 to 1000000"],
    );
    refused("open = { \" \" = 1 }", &["8:10: a status in `desk.technician[0].open` is empty"]);
}

#[test]
fn a_table_is_a_fourth_way_to_staff() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("staff.csv"), "technician\nAnn\n").expect("the folder is writable");
    let with = |desk: &str| parse(&staffed(desk), "test.toml", folder.path(), &[]);
    let table = "technicians_file = \"staff.csv\"\n";
    let desk = with(&format!("{table}weekdays = [\"sat\"]\npods = \"staff.csv\"\n")).expect("right").desk;
    assert_eq!(desk.technicians_file, Some(folder.path().join("staff.csv")));
    assert_eq!(desk.pods, Some(folder.path().join("staff.csv")));
    assert_eq!(desk.weekdays, Some([false, false, false, false, false, true, false]));
    assert!(desk.technicians.is_empty() && desk.teams == ["Service Desk"]);
    // Whether the teams are staffed is in the table.
    assert!(with(&format!("{table}[[desk.team]]\nname = \"Net\"\n")).is_ok());
    for (desk, line) in [
        (
            "technicians_file = \"staff.csv\"\ntechnicians = 2\n",
            "test.toml:7:1: `desk.technicians` and `desk.technicians_file` are both there",
        ),
        (
            "technicians_file = \"staff.csv\"\n[[desk.technician]]\nname = \"A\"\n",
            "test.toml:6:1: `desk.technicians_file` and [[desk.technician]] are both there",
        ),
        (
            "technicians_file = \"staff.csv\"\n[[desk.team]]\nname = \"A\"\ntechnicians = 1\n",
            "test.toml:9:1: `desk.team[0].technicians` and `desk.technicians_file` are both there",
        ),
        (
            "technicians_file = \"none.csv\"\n",
            "test.toml:6:20: there is no file \"none.csv\": expected a CSV file",
        ),
        (
            "technicians = 2\npods = \"none.csv\"\n",
            "test.toml:7:8: there is no file \"none.csv\": expected a document of pods",
        ),
    ] {
        let found = with(desk).expect_err(line).problems;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].to_string().starts_with(line), "{}", found[0]);
    }
    let found = with("technicians_file = \"staff.csv\"\nfrom_recording = true\n").expect_err("two ways");
    assert!(
        found.to_string().contains("`desk.technicians_file` does not go with `desk.from_recording`"),
        "{found}"
    );
}

#[test]
fn transitions_are_read_and_checked() {
    let with = |keys: &str| {
        MINIMAL.replace("[desk]", &format!("statuses = {{ New = 1, Waiting = 1 }}\n{keys}\n[desk]"))
    };
    let one = |keys: &str| with(&format!("transition = [{{ {keys} }}]"));
    let plan = |text: &str| read(text).expect("right").burst.transitions;
    let right = "from = \"Waiting\", to = \"Parked\", after = \"5min\"";
    let expected = Transition {
        from: "Waiting".into(),
        to: "Parked".into(),
        after: Distribution::Constant { value: 300.0 },
        share: 1.0,
    };
    assert_eq!(plan(&one(right)), [expected]);
    let two = format!("transition = [{{ {right}, share = 0.3 }}, {{ {right}, share = 0.7 }}]");
    assert_eq!(plan(&with(&two)).len(), 2, "shares of 1 together");
    for (keys, problem) in [
        ("to = \"New\", after = \"5min\"", "`burst.transition[0].from` is missing"),
        ("from = \"Waiting\", after = \"5min\"", "`burst.transition[0].to` is missing"),
        ("from = \"Waiting\", to = \"New\"", "`burst.transition[0].after` is missing"),
        (
            "from = \"New\", to = \"New\", after = \"1s\"",
            "`burst.transition[0].to` is the status that the ticket leaves",
        ),
        (
            "from = \"Wating\", to = \"New\", after = \"1s\"",
            "no ticket is ever in status \"Wating\" (did you mean \"Waiting\"?)",
        ),
        ("from = \"Waiting\", to = \"New\", after = \"-1s\"", "`burst.transition[0].after` is "),
        (
            "from = \"Waiting\", to = \"New\", after = \"1s\", share = 1.5",
            "`burst.transition[0].share` is the number 1.5",
        ),
    ] {
        let error = read(&one(keys)).expect_err(keys).to_string();
        assert!(error.contains(problem), "{keys}: {error}");
    }
    let error = read(&with(&two.replace("0.7", "0.8"))).expect_err("too much").to_string();
    assert!(
        error.contains("the shares of the transitions from \"Waiting\" are more than 1 together"),
        "{error}"
    );
}

#[test]
fn statuses_and_duplicates_are_read_and_checked() {
    let with = |keys: &str| MINIMAL.replace("[desk]", &format!("{keys}\n[desk]"));
    let burst =
        read(&with("statuses = { Open = 1, New = 3 }\nduplicates = 0.25")).expect("right").burst.tickets;
    assert_eq!(burst.statuses, [("Open".to_owned(), 1.0), ("New".to_owned(), 3.0)]);
    assert_eq!(burst.duplicates, 0.25);
    let plain = read(MINIMAL).expect("right").burst;
    assert_eq!((plain.tickets.statuses.len(), plain.tickets.duplicates), (0, 0.0));
    for (keys, part) in [
        ("statuses = { Open = 0 }", "5:1: `burst.statuses` leaves nothing to choose from"),
        ("statuses = { \"\" = 1 }", "5:14: a name in `burst.statuses` is empty"),
        ("statuses = { Open = -1 }", "5:21: `burst.statuses.Open` is the number -1"),
        ("duplicates = 1.5", "5:14: `burst.duplicates` is the number 1.5: expected a number from 0 to 1"),
    ] {
        let found = problems(&with(keys));
        assert!(found.len() == 1 && found[0].contains(part), "{found:#?}");
    }
    let digest = |order: &str| read(&with(&format!("statuses = {order}"))).expect("right").digest;
    assert_ne!(digest("{ a = 1, b = 1 }"), digest("{ b = 1, a = 1 }"), "draws depend on this order");
}

#[test]
fn the_schema_knows_the_keys_of_desk_and_burst() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).expect("the schema is JSON");
    for path in [
        "/burst/statuses/Open",
        "/burst/duplicates",
        "/desk/technicians_file",
        "/desk/pods",
        "/desk/technician/out",
        "/desk/technician/busy",
        "/desk/technician/open/Waiting",
    ] {
        let part = schema_at(&schema, path).unwrap_or_else(|| panic!("{path} is not in the schema"));
        assert!(part.as_object().is_some_and(|part| !part.is_empty()), "{path}");
    }
    let pattern = &schema_at(&schema, "/desk/technician/out").expect("there")["items"]["pattern"];
    let written = pattern.as_str().expect("a pattern");
    assert!(written.starts_with("^\\s*(") && written.contains("T[0-9]{2}:[0-9]{2}\\s*/"), "{written}");
}

#[test]
fn round_the_clock_keeps_to_the_days_that_are_stated() {
    let hours = |desk: &str| {
        let desk = read(&staffed(desk)).unwrap_or_else(|error| panic!("{desk}: {error}")).desk;
        desk.technicians.iter().map(|person| desk.hours[person.hours].clone()).collect::<Vec<_>>()
    };
    let all_day = |day: usize| {
        let weekdays = std::array::from_fn(|other| other == day);
        HoursPlan::Daily { from_minute: 0, to_minute: 1440, weekdays, time_zone: None }
    };
    let ann = "[[desk.technician]]\nname = \"Ann\"\n";
    let always = "hours = \"always\"\n";
    assert_eq!(hours(&format!("technicians = 1\n{always}")), [HoursPlan::Always]);
    assert_eq!(hours(&format!("technicians = 1\n{always}weekdays = [\"mon\"]\n")), [all_day(0)]);
    assert_eq!(hours(&format!("{ann}{always}weekdays = [\"sat\"]\n")), [all_day(5)]);
    // Hours of one's own and the desk's days, and the other way round.
    assert_eq!(hours(&format!("weekdays = [\"tue\"]\n{ann}{always}")), [all_day(1)]);
    assert_eq!(hours(&format!("{always}{ann}weekdays = [\"wed\"]\n")), [all_day(2)]);
    // Days that nobody states are all days, and so are all seven.
    assert_eq!(hours(&format!("{ann}{always}")), [HoursPlan::Always]);
    let every_day = "weekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]\n";
    assert_eq!(hours(&format!("{ann}{always}{every_day}")), [HoursPlan::Always]);
}

#[test]
fn slots_fit_the_hours_that_technicians_have() {
    let own = |hours: &str| format!("[[desk.technician]]\nname = \"{hours}\"\nhours = \"{hours}\"\n");
    // Nobody has the desk's hours.
    let (early, late) = (own("08:00-16:00"), own("09:00-17:00"));
    let second_day = |desk: &str| format!("{}[dispatch]\nsecond_day = true\n", staffed(desk));
    assert_eq!(problems(&second_day(&format!("hours = \"always\"\n{early}{late}"))), [""; 0]);
    assert_eq!(problems(&staffed(&format!("hours = \"08:00-08:05\"\n{early}"))), [""; 0]);
    // One who can take a slot is enough, but there has to be one.
    let (short, shorter) = (own("08:00-08:20"), own("08:00-08:10"));
    assert_eq!(problems(&staffed(&format!("{short}{early}"))), [""; 0]);
    let refused = |line: &str| {
        format!(
            "test.toml:{line}: a slot of 30 min fits into no working day: expected at most the longest working day, \
             20 min"
        )
    };
    assert_eq!(problems(&staffed(&format!("{shorter}{short}"))), [refused("11:9")]);
    let desk = format!("hours = \"08:00-08:20\"\n{shorter}[[desk.technician]]\nname = \"Ann\"\n");
    assert_eq!(problems(&staffed(&desk)), [refused("6:9")]);
    let always = format!("{}{early}", own("always"));
    assert!(problems(&second_day(&always))[0].contains("there is no second working day"));
}

#[test]
fn days_laid_end_to_end_are_no_weekdays() {
    let joined = staffed("technicians = 2\njoined_days = 3\n");
    assert_eq!(read(&joined).expect("right").desk.joined_days, Some(3));
    assert!(read(&joined.replace("= 3", "= 3653")).is_ok());
    assert_eq!(
        problems(&joined.replace("= 3", "= 3654")),
        ["test.toml:7:15: `desk.joined_days` is the number 3654: expected a whole number from 1 to 3653"]
    );
    for (desk, line) in [
        (
            "technicians = 2\njoined_days = 3\nweekdays = [\"sun\"]\n",
            "test.toml:8:1: `desk.weekdays` does not go with `desk.joined_days` (leave it out: days that are laid end \
             to end are no days of a week)",
        ),
        (
            "joined_days = 3\n[[desk.technician]]\nname = \"Ann\"\nweekdays = [\"sun\"]\n",
            "test.toml:9:1: `desk.technician[0].weekdays` does not go with `desk.joined_days` (leave it out: days that \
             are laid end to end are no days of a week)",
        ),
    ] {
        assert_eq!(problems(&staffed(desk)), [line]);
    }
}
