//! Scenarios that are wrong: each kind of mistake, with the line, the column and the help it gets.

use super::*;
use crate::domain::charts::OF_COMPARISONS;

/// The problems of `text`, one line each.
pub(super) fn problems(text: &str) -> Vec<String> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems.iter().map(ToString::to_string).collect(),
    }
}

/// Replaces the one occurrence of `old` in [`FULL`].
fn full_with(old: &str, new: &str) -> String {
    assert_eq!(FULL.matches(old).count(), 1, "{old}");
    FULL.replace(old, new)
}

/// Asserts that [`FULL`] with `old` replaced by `new` has one problem, which starts at `new`'s `at` and whose line
/// contains all of `parts`.
#[track_caller]
pub(super) fn one(old: &str, new: &str, at: &str, parts: &[&str]) {
    let text = full_with(old, new);
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{new}: {found:#?}");
    let start = text.find(new).expect("just inserted") + new.find(at).expect("`at` is in `new`");
    let before = &text[..start];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    let place = format!("test.toml:{line}:{column}: ");
    assert!(found[0].starts_with(&place), "expected {place} in {}", found[0]);
    for part in parts {
        assert!(found[0].contains(part), "expected {part} in {}", found[0]);
    }
}

#[test]
fn unknown_keys_get_a_suggestion_in_every_section() {
    for (old, new, known) in [
        ("summary =", "sumary =", "summary"),
        ("work = {", "wrok = {", "work"),
        ("same_company =", "same_compny =", "same_company"),
        ("weekdays = [\"mon\"", "weekday = [\"mon\"", "weekdays"),
        ("boards = [", "board = [", "boards"),
        ("history = {", "histroy = {", "history"),
        ("second_day =", "secondday =", "second_day"),
        ("w_peers =", "w_pears =", "w_peers"),
        ("cv = 0.5 } }\ncategories", "cw = 0.5 } }\ncategories", "cv"),
        ("lease =", "leese =", "lease"),
        ("concurrency =", "concurency =", "concurrency"),
        ("confidence =", "confidense =", "confidence"),
        ("[experiment]", "[experimant]", "experiment"),
    ] {
        let found = problems(&full_with(old, new));
        let key = new.trim_start_matches('[').split([' ', ']']).next().expect("a word");
        assert!(
            found[0].contains(&format!("unknown key `{key}`"))
                && found[0].ends_with(&format!("(did you mean `{known}`?)")),
            "{found:#?}"
        );
        assert!(found.len() == 1 || known == "boards", "nothing follows from it: {found:#?}");
    }
    one("lease =", "colour = 3\nlease =", "colour", &["known keys: read_latency, claim_latency,"]);
}

#[test]
fn types_and_ranges_are_checked() {
    one("seed = 7", "seed = -7", "-7", &["`seed` is the number -7: expected a whole number from 0"]);
    one("seed = 7", "seed = 1.5", "1.5", &["a whole number from 0"]);
    one("seed = 7", "seed = 99999999999999999999", "999", &["at most 64 bits"]);
    one("tickets = 12", "tickets = \"x\"", "\"x\"", &["`burst.tickets` is the string \"x\"", "from 1 to"]);
    one("tickets = 12", "tickets = 0", "0", &["is the number 0", "from 1 to 100000000"]);
    one("tickets = 12", "tickets = 12.0", "12.0", &["a whole number"]);
    one("mean = \"5min\"", "mean = \"-5min\"", "\"-5min\"", &["a duration that is not negative"]);
    one("mean = \"5min\"", "mean = \"0s\"", "\"0s\"", &["a duration above zero"]);
    one("mean = \"5min\"", "mean = 300", "300", &["with a unit", "write for example \"300s\" or \"300min\""]);
    one("mean = \"5min\"", "mean = \"300\"", "\"300\"", &["with a unit", "\"300s\""]);
    one("mean = \"5min\"", "mean = \"1000000d\"", "\"1000000d\"", &["at most \"365250d\", which is a"]);
    one("mean = \"5min\"", "mean = \"5 minutes\"", "\"5 minutes\"", &["units are us, ms, s, min, h and d"]);
    one("same_company = 0.4", "same_company = 1.4", "1.4", &["a number from 0 to 1"]);
    one("network = 0.9", "network = 90", "90", &["desk.technician[0].history.network", "from 0 to 1"]);
    one("slot = \"1h\"", "slot = \"20h\"", "\"20h\"", &["from \"1min\" to \"8h\"", "480 minutes"]);
    one("grid = \"30min\"", "grid = \"0s\"", "\"0s\"", &["above zero"]);
    one("second_day = true", "second_day = \"yes\"", "\"yes\"", &["expected true or false"]);
    one("temperature = 0.1", "temperature = inf", "inf", &["a finite number"]);
    one("temperature = 0.1", "temperature = -1", "-1", &["at least 0"]);
    one("confidence = 0.9", "confidence = 95", "95", &["0.5 to 0.9999"]);
    one("replications = 200", "replications = 0", "0", &["from 1 to"]);
    one("max_attempts = 4", "max_attempts = 0", "0", &["discipline[1].max_attempts"]);
    one("max_attempts = 4", "max_attempts = 10001", "10001", &["from 1 to 10000"]);
    one("[calendar]", "[[calendar]]", "[[calendar]]", &["`calendar` is a list: expected a table"]);
    one("lease = \"90s\"", "lease = [\"90s\"]", "[\"90s\"]", &["is a list: expected a duration"]);
    one("history = { network", "history = 0.9 # { network", "0.9", &["expected a table"]);
    one(
        "read_latency = \"200ms\"",
        "read_latency = true",
        "true",
        &["is true: expected a duration", "exponential"],
    );
}

#[test]
fn how_to_run_is_checked() {
    one("\"parallel-5\", \"seq", "\"paralel-5\", \"seq", "\"paralel-5", &["did you mean \"parallel-5\"?"]);
    one(
        "disciplines = [\"parallel-5\", \"sequential\"]",
        "disciplines = []",
        "[]",
        &["names none", "leave it out"],
    );
    one(
        "disciplines = [\"parallel-5\", \"sequential\"]",
        "disciplines = \"all\"",
        "\"all\"",
        &["expected a list"],
    );
    one("engine = \"direct\"", "engine = \"drect\"", "\"drect\"", &["did you mean \"direct\"?"]);
    one("threads = 3", "threads = 0", "0", &["from 1 to 1024"]);
    one("threads = 3", "threads = 1025", "1025", &["from 1 to 1024"]);
    one("max_memory = \"1.5 GB\"", "max_memory = 2", "2", &["an amount of memory", "\"2 GB\""]);
    one("folder = \"out/full\"", "folder = \"\"", "\"\"", &["`output.folder` is empty"]);
    one("format = \"markdown\"", "format = \"jsn\"", "\"jsn\"", &["did you mean \"json\"?"]);
    one("quiet = true", "quiet = 1", "1", &["expected true or false"]);
    one("color = \"never\"", "color = \"no\"", "\"no\"", &["\"auto\" or \"always\" or \"never\""]);
    one("color = \"never\"", "colour = \"never\"", "colour", &["did you mean `color`?"]);
    one("[\"gantt\",", "[\"gannt\",", "\"gannt\"", &["no chart named \"gannt\"", "did you mean \"gantt\"?"]);
    let unknown = format!("known names: {} and 3 more", OF_COMPARISONS.join(", "));
    one("[\"gantt\",", "[\"pie\",", "\"pie\"", &[&unknown]);
    one(
        "\"dispatch_delay.p95\"]",
        "\"dispatch_dely.p95\"]",
        "\"dispatch_dely.p95\"",
        &["\"dispatch_delay.p95\"?"],
    );
    one("[\"gantt\", \"dispatch_delay.p95\"]", "[]", "[]", &["`output.charts` names none", "leave it out"]);
    for bad in ["1600", "1600x", "600x900", "1600x9000", "1600 x 900"] {
        let typed = format!("\"{bad}\"");
        one("\"1600x900\"", &typed, &typed, &["from \"640x360\" to \"3840x2160\""]);
    }
    let misspelt = "chart_disciplines = [\"sequental\"]";
    one("chart_disciplines = [\"sequential\"]", misspelt, "\"sequental\"", &["did you mean \"sequential\"?"]);
}

#[test]
fn a_list_is_no_table_without_its_keys() {
    one(
        "arrivals = { spike = { mean = \"5min\", same_company = 0.4 } }",
        "arrivals = { spike = [\"5min\", 0.4] }",
        "[\"5min\"",
        &["is a list: expected a table"],
    );
}

#[test]
fn names_from_a_list_get_a_suggestion() {
    one("kind = \"sequential\"", "kind = \"sequental\"", "\"sequental\"", &["did you mean \"sequential\"?"]);
    one(
        "mode = \"owner-and-slot\"",
        "mode = \"owner-slot\"",
        "\"owner-slot\"",
        &["\"owner-and-slot\" or \"owner-only\" or \"team-only\" or \"read-only\""],
    );
    one(
        "weekdays = [\"mon\", \"sat\"]",
        "weekdays = [\"mon\", \"sta\"]",
        "\"sta\"",
        &["desk.weekdays[1]", "\"sat\"?"],
    );
    one("kind = \"sequential\"", "kind = 1", "1", &["expected \"sequential\" or \"unsafe-parallel\""]);
}

/// A minimal scenario with `old` replaced by `new` has exactly these problems, each given by a part of its line.
#[track_caller]
pub(super) fn minimal(old: &str, new: &str, parts: &[&str]) {
    assert_eq!(MINIMAL.matches(old).count(), 1, "{old}");
    let found = problems(&MINIMAL.replace(old, new));
    assert_eq!(found.len(), parts.len(), "{new}: {found:#?}");
    for (line, part) in found.iter().zip(parts) {
        assert!(line.contains(part), "expected {part} in {line}");
    }
}

#[test]
fn exactly_one_shape_of_arrivals_and_one_family() {
    let shape = "{ uniform = { over = \"2min\" } }";
    minimal(
        shape,
        "{}",
        &[
            "4:1: `burst.arrivals` has none of the keys that it needs one of: expected exactly one of uniform, poisson",
        ],
    );
    minimal(
        shape,
        "{ backlog = {}, spike = { mean = \"1s\" } }",
        &["4:1: `burst.arrivals` has both backlog and spike"],
    );
    minimal("arrivals = { uniform = { over = \"2min\" } }", "", &["2:2: `burst.arrivals` is missing"]);
    minimal(shape, "{ uniform = {} }", &["4:14: `burst.arrivals.uniform.over` is missing"]);
    minimal("tickets = 30\n", "", &["2:2: `burst.tickets` is missing"]);
    minimal(
        shape,
        "{ profile = { mean_counts = [] } }",
        &[
            "3:1: `burst.tickets` does not go with profile arrivals",
            "4:40: `burst.arrivals.profile.mean_counts` yields no tickets",
        ],
    );
    minimal(
        shape,
        "{ recorded = { file = \"none.csv\" } }",
        &["3:1: `burst.tickets` does not go with recorded arrivals", "4:34: there is no file \"none.csv\""],
    );
    for (family, part) in [
        ("{}", "`ranker.latency` has none of the keys that it needs one of"),
        ("{ constant = \"1s\", normal = { mean = \"1s\", sd = \"1s\" } }", "both constant and normal"),
        (
            "{ lognormal = { mean = \"1s\" } }",
            "`ranker.latency.lognormal` has neither cv nor sigma: expected exactly one of cv, sigma",
        ),
        ("{ gamma = { mean = \"1s\", shape = 1, cv = 1 } }", "both shape and cv"),
        ("{ gamma = { mean = \"1s\", cv = -1 } }", "`ranker.latency.gamma.cv` is the number -1"),
        ("{ weibull = { scale = \"1s\" } }", "`ranker.latency.weibull.shape` is missing"),
        ("{ exponential = {} }", "`ranker.latency.exponential.mean` is missing"),
        ("{ uniform = { min = \"2s\", max = \"1s\" } }", "`ranker.latency.uniform.max` is less than min"),
        ("{ exponental = { mean = \"1s\" } }", "did you mean `exponential`?"),
        ("{ empirical = \"none.csv\" }", "\"none.csv\" cannot be opened"),
        ("{ empirical = 5 }", "`ranker.latency.empirical` is the number 5: expected a string"),
    ] {
        minimal("[[discipline]]", &format!("[ranker]\nlatency = {family}\n[[discipline]]"), &[part]);
    }
}

#[test]
fn a_bad_line_of_an_empirical_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let with = |content: &[u8]| {
        std::fs::write(folder.path().join("d.csv"), content).expect("writable");
        let text = format!("{MINIMAL}[ranker]\nlatency = {{ empirical = \"d.csv\" }}\n");
        parse(&text, "test.toml", folder.path(), &[]).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(with(b"1\n2s\n"), Ok(()));
    for (content, part) in [
        (&b"delay\n90s\nsoon,x\n"[..], "\"d.csv\" line 3: \"soon\" is not a duration or a number of seconds"),
        (b"1\n-2\n", "line 2: \"-2\""),
        (b"1\nnan\n", "line 2: \"nan\""),
        (b"1\n\xff\n", "line 2"),
        (b"delay\n", "has no values"),
        (b"", "has no values"),
    ] {
        let error = with(content).expect_err(part);
        assert!(error.starts_with("test.toml:10:25: ") && error.contains(part), "{error}");
    }
}

#[test]
fn weights_can_be_drawn_from() {
    one(
        "priorities = { 3 = 0.9, 1 = 0.1 }",
        "priorities = { 3 = 0.9, 12 = 0.1 }",
        "12",
        &["`12` is not a priority"],
    );
    one(
        "companies = { \"Zeta Ltd\" = 2",
        "companies = { \"Zeta Ltd\" = -2",
        "-2",
        &["`burst.companies.\"Zeta Ltd\"` is the number -2"],
    );
    one(
        "boards = { Network = 1, Wifi = 3 }",
        "boards = { Network = 1, Wify = 3 }",
        "Wify",
        &["no team serves a board \"Wify\"", "\"Wifi\"?"],
    );
    minimal(
        "[desk]",
        "categories = { a = 0, b = 0.0 }\n[desk]",
        &["5:1: `burst.categories` leaves nothing to choose"],
    );
    minimal("[desk]", "categories = {}\n[desk]", &["5:1: `burst.categories` leaves nothing to choose"]);
}

#[test]
fn times_and_zones_exist() {
    one(
        "start = 2026-03-30T07:30",
        "start = \"2026-03-29T02:30\"",
        "\"2026",
        &["does not exist in Europe/Berlin"],
    );
    one("start = 2026-03-30T07:30", "start = \"2026-03-30T25:30\"", "\"2026", &["a civil time such as"]);
    one("start = 2026-03-30T07:30", "start = 2026-03-30T07:30:00+02:00", "2026", &["without an offset"]);
    one("start = 2026-03-30T07:30", "start = 2026-03-30", "2026", &["a civil time such as"]);
    one(
        "start = 2026-03-30T07:30",
        "start = \"9026-03-30T07:30\"",
        "\"9026",
        &["between the years 1900 and 2200"],
    );
    one(
        "\"Europe/Berlin\"",
        "\"Europe/Berlni\"",
        "\"Europe",
        &["no time zone", "did you mean \"Europe/Berlin\"?"],
    );
    one("\"America/New_York\"", "\"New_York\"", "\"New", &["did you mean \"America/New_York\"?"]);
    for hours in ["9-17", "17:00-09:00", "09:00-24:30", "09:60-10:00", "09:00", "é-é", "09:00-09:00"] {
        let new = format!("hours = \"{hours}\"");
        one(
            "hours = \"10:00-18:30\"",
            &new,
            &format!("\"{hours}\""),
            &["desk.technician[1].hours", "expected"],
        );
    }
}

#[test]
fn the_desk_is_staffed_in_one_way() {
    minimal("technicians = 2\n", "", &["5:2: the desk has no technicians"]);
    minimal("technicians = 2\n", "technicians = 0\n", &["6:15: `desk.technicians` is the number 0"]);
    minimal(
        "technicians = 2\n",
        "technicians = 2\n[[desk.technician]]\nname = \"A\"\n",
        &["6:1: `desk.technicians` and [[desk.technician]] are both there"],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\n[[desk.team]]\nname = \"A\"\ntechnicians = 1\n",
        &["9:1: `desk.team[0].technicians` and `desk.technicians` are both there"],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\nfrom_recording = true\n",
        &[
            "6:1: `desk.technicians` does not go with `desk.from_recording`",
            "7:1: `desk.from_recording` needs a recorded burst",
        ],
    );
    minimal(
        "technicians = 2\n",
        "[[desk.team]]\nname = \"A\"\ntechnicians = 1\n[[desk.team]]\nname = \"B\"\n",
        &["10:8: nobody is in team \"B\""],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\nhours = \"always\"\njoined_days = 2\n",
        &["8:1: `desk.joined_days` needs"],
    );
    one("weekdays = [\"tue\"]", "weekdays = []", "[]", &["`desk.technician[1].weekdays` is empty"]);
}

#[test]
fn names_are_unique_and_known() {
    one("name = \"Bob\"", "name = \"Ann\" # again", "\"Ann\" #", &["there are two technicians \"Ann\""]);
    one("name = \"Bob\"", "name = \"\"", "\"\"", &["`desk.technician[1].name` is empty"]);
    one(
        "name = \"Desk\"",
        "name = \"Network\" # again",
        "\"Network\" #",
        &["there are two teams \"Network\""],
    );
    one(
        "name = \"Desk\"",
        "name = \"Desk\"\nboards = [\"Wifi\"]",
        "\"Wifi\"",
        &["served by team \"Network\" already"],
    );
    one(
        "teams = [\"Network\"]",
        "teams = [\"Netwrk\"]",
        "\"Netwrk\"",
        &["no team \"Netwrk\"", "did you mean \"Network\"?"],
    );
    one(
        "history = { network",
        "history = { netwrok",
        "netwrok",
        &["no category \"netwrok\"", "\"network\"?"],
    );
    minimal(
        "kind = \"parallel\"",
        "kind = \"parallel\"\nname = \"a.b\"",
        &["9:8: \"a.b\" cannot name a discipline"],
    );
    one(
        "kind = \"unsafe-parallel\"",
        "kind = \"sequential\" # again",
        "\"sequential\" #",
        &["two disciplines named \"sequential\""],
    );
}

#[test]
fn keys_that_do_not_go_together_are_refused() {
    one(
        "kind = \"unsafe-parallel\"",
        "kind = \"sequential\"\nname = \"s\"\nconcurrency = 5",
        "concurrency",
        &["leave it out"],
    );
    one("records = 2", "records = 201", "201", &["at most the number of replications, 200"]);
    minimal(
        "[[discipline]]",
        "[dispatch]\nmode = \"team-only\"\nslot = \"1h\"\nlead = \"1h\"\n[[discipline]]",
        &[
            "9:1: `dispatch.slot` does not go with mode \"team-only\"",
            "10:1: `dispatch.lead` does not go with mode \"team-only\"",
        ],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\nhours = \"always\"\n[dispatch]\nsecond_day = true\n",
        &["9:1: with hours \"always\" there is no second working day"],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\njoined_days = 1\n[dispatch]\nsecond_day = true\n",
        &["9:1: with"],
    );
    minimal(
        "technicians = 2\n",
        "technicians = 2\nhours = \"08:00-09:00\"\n[dispatch]\nslot = \"2h\"\n",
        &["9:8: a slot of 2 h fits into no working day: expected at most the longest working day, 1 h"],
    );
    one("lead = \"15min\"", "lead = \"49h\"", "\"49h\"", &["the lead is longer than the horizon"]);
}

#[test]
fn thresholds_name_metrics_and_arms() {
    one("= \"mean < 0.35\"", "= \"mean\"", "\"mean\"", &[]);
    minimal(
        "[[discipline]]",
        "[thresholds]\nno_metric = \"p(95) < 1min\"\n[[discipline]]",
        &["8:1: there is no metric `no_metric`"],
    );
    one(
        "\"parallel-5.conflict_rate\"",
        "\"parallel.conflict_rate\"",
        "\"parallel",
        &["no discipline named `parallel`", "parallel-5"],
    );
    one(
        "\"parallel-5.conflict_rate\"",
        "parallel-5.conflict_rate",
        "parallel",
        &["needs quotes around its key"],
    );
    one("= \"mean < 0.35\"", "= 0.35", "0.35", &["expected a threshold such as"]);
    one("= \"mean < 0.35\"", "= []", "[]", &["demands nothing"]);
}

#[test]
fn a_scenario_needs_its_sections() {
    let found = problems("summary = \"\"\n");
    let missing =
        ["`name` is missing", "`burst` is missing", "`desk` is missing", "there is no [[discipline]]"];
    assert_eq!(found.len(), missing.len(), "{found:#?}");
    for (line, part) in found.iter().zip(missing) {
        assert!(line.starts_with("test.toml:1:1: ") && line.contains(part), "{line}");
    }
    assert_eq!(problems("").len(), 4);
    assert!(problems("discipline = []").iter().any(|line| line.contains("there is no [[discipline]]")));
}

#[test]
fn syntax_errors_have_their_place() {
    let found = problems("name = \n[burst\ntickets = 3\n");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("test.toml:1:8: not valid TOML: a value is missing"), "{found:#?}");
    assert!(
        found[1].starts_with("test.toml:2:7: not valid TOML: unclosed table: expected `]`"),
        "{found:#?}"
    );
    let found = problems("seed = 1\nseed = 2\n");
    assert!(found[0].starts_with("test.toml:2:1: not valid TOML: duplicate key"), "{found:#?}");
}

#[test]
fn a_header_that_stands_twice_is_taken_for_a_list() {
    let found =
        problems("[discipline]\nkind = \"sequential\"\n[discipline]\nkind = \"parallel\"\n").join("\n");
    assert!(found.contains("where it is a list of tables, write [[discipline]] above each"), "{found}");
    let found = problems("[[discipline]]\nkind = \"sequential\"\nkind = \"parallel\"\n").join("\n");
    assert!(found.contains("duplicate key") && !found.contains("list of tables"), "{found}");
}

#[test]
fn columns_count_characters() {
    minimal(
        "tickets = 30\n",
        "\"categories\" = { \"Störung 🔥\" = 1 }\ntickets = 30\ncompanies = { \"Störung\" = 1, \"ß\" = \"x\" }\n",
        &["5:36: `burst.companies.\"ß\"` is the string \"x\""],
    );
}

#[test]
fn unreadable_files_are_explained() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let load_text = |name: &str| load(&folder.path().join(name), &[]).expect_err("unreadable").to_string();
    assert!(
        load_text("none.toml")
            .ends_with("none.toml: there is no such file (check the path and the folder you are in)")
    );
    assert!(load_text("").ends_with(": this is a folder: expected a scenario file"));
    std::fs::write(folder.path().join("latin.toml"), b"name = \"a\"\nsummary = \"\xe9t\xe9\"\n")
        .expect("writable");
    let error = load_text("latin.toml");
    assert!(error.contains("latin.toml:2:12: byte 0xe9 at offset 22 is not UTF-8"), "{error}");
}

#[test]
fn flags_are_blamed_for_their_values() {
    let refused = |sets: &[&str]| read_with(FULL, sets).expect_err("refused").to_string();
    assert_eq!(
        refused(&["burst.tickets=many"]),
        "--set burst.tickets=many: `burst.tickets` is the string \"many\": expected a whole number from 1 to 100000000"
    );
    assert_eq!(
        refused(&["discipline.alternativs=2"]),
        "--set discipline.alternativs=2: unknown key `alternativs` in `discipline[0]` (did you mean `alternatives`?)"
    );
    assert!(
        refused(&["discipline.paralel-5.alternatives=2"]).contains("did you mean `discipline.parallel-5`?")
    );
    assert!(refused(&["discipline.9.alternatives=2"]).contains("there is no 9"));
    assert!(refused(&["desk.team.Desk.technicians=2"]).contains("[[desk.technician]] are both there"));
    assert!(refused(&["burst.tickets.x=2"]).contains("`burst.tickets` has a plain value"));
    assert!(refused(&["burst..x=2"]).contains("`burst..x` is not a key"));
    assert!(refused(&["ranker.temperature=nan"]).contains("a finite number"));
    let seed = Override { key: "seed".into(), value: "-1".into(), origin: "--seed".into() };
    let error = parse(FULL, "t", Path::new(""), &[seed]).expect_err("negative").to_string();
    assert!(error.starts_with("--seed -1: `seed` is the number -1: expected a whole number"), "{error}");
    let none = read_with(MINIMAL, &["desk.team.A.technicians=2"]).expect_err("no team").to_string();
    assert!(none.contains("the scenario has no [[desk.team]]"), "{none}");
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    for text in [
        format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000)),
        format!("a = {}1", "{ a = ".repeat(50_000)),
        format!("{}a = 1", "a.".repeat(50_000)),
        format!("[{}a]\nb = 1", "a.".repeat(50_000)),
    ] {
        assert!(!problems(&text).is_empty());
        // As a flag's value it is no TOML, so it is a text, and a burst is a table.
        assert!(read_with(MINIMAL, &[&format!("burst={text}")]).is_err());
    }
}

#[test]
fn a_crowd_is_refused_before_it_is_made() {
    let team = |number| format!("[[desk.team]]\nname = \"T{number}\"\ntechnicians = 1000000\n");
    let teams = (0..5).map(team).collect::<Vec<_>>().concat();
    minimal(
        "technicians = 2\n",
        &teams,
        &["6:1: the teams have 5000000 technicians: expected at most 1000000"],
    );
}

#[test]
fn very_many_problems_end_somewhere_and_the_last_says_that_there_are_more() {
    let wrong = |count: usize| {
        let keys = (0..count).map(|number| format!("key{number} = 1\n")).collect::<Vec<_>>().concat();
        problems(&format!("{keys}{MINIMAL}"))
    };
    assert_eq!(wrong(100).len(), 100);
    for count in [101, 5000] {
        let found = wrong(count);
        assert_eq!(found.len(), 101);
        assert!(found[100].contains("more is wrong: of the problems 100 are shown"), "{}", found[100]);
    }
}
