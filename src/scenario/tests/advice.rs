//! Messages that say what to write instead, for whole kinds of mistakes.

use super::bad::{minimal, problems};
use super::*;

/// [`MINIMAL`] with `keys` before its discipline has one problem, whose line contains all of `parts`.
#[track_caller]
fn advised(keys: &str, parts: &[&str]) {
    let found = problems(&MINIMAL.replace("[[discipline]]", &format!("{keys}\n[[discipline]]")));
    let [line] = found.as_slice() else { panic!("{keys}: {found:#?}") };
    for part in parts {
        assert!(line.contains(part), "expected {part} in {line}");
    }
}

#[test]
fn a_name_where_a_table_is_wanted_gets_an_example() {
    let shape = "{ uniform = { over = \"2min\" } }";
    for (typed, example) in [
        ("\"uniform\"", "write arrivals = { uniform = { over = \"15min\" } }"),
        ("\"poison\"", "write arrivals = { poisson = { mean_gap = \"20s\" } }"),
        ("\"backlog\"", "write arrivals = { backlog = {} }"),
        ("{ backlog = true }", "write backlog = {}"),
        ("{ spike = \"5min\" }", "write spike = { mean = \"5min\" }"),
        ("{ poisson = 3 }", "write poisson = { mean_gap = \"20s\" }"),
        (
            "true",
            "write a table in braces, with keys such as uniform, poisson, profile, backlog, spike and recorded",
        ),
        ("{}", "write for example arrivals = { uniform = { over = \"2min\" } }"),
    ] {
        minimal(shape, typed, &[example]);
    }
    for (typed, example) in [
        ("\"lognormal\"", "write latency = { lognormal = { mean = \"2min\", cv = 0.6 } }"),
        ("\"weibull\"", "write latency = { weibull = { scale = \"2min\", shape = 2 } }"),
        (
            "{ lognormal = { mean = \"2min\" } }",
            "write for example lognormal = { mean = \"2min\", cv = 0.6 }",
        ),
        ("{ gamma = { mean = \"2min\" } }", "write for example gamma = { mean = \"2min\", cv = 0.6 }"),
        ("{ uniform = { min = \"2min\" } }", "write uniform = { min = \"2min\", max = \"20min\" }"),
        ("{}", "write for example latency = { exponential = { mean = \"2min\" } }"),
    ] {
        advised(&format!("[ranker]\nlatency = {typed}"), &[example]);
    }
    advised("[ranker]\ntokens = \"normal\"", &["write tokens = { normal = { mean = 2000, sd = 2000 } }"]);
}

#[test]
fn headers_have_as_many_brackets_as_they_need() {
    minimal("[[discipline]]", "[discipline]", &["write [[discipline]], with two brackets on either side"]);
    advised("[[calendar]]", &["write [calendar], with one bracket on either side"]);
    advised("[dispatch.sop]\nassign_to = [\"X\"]", &["write [[dispatch.sop]], with two"]);
    advised("[agent]\nname = \"a\"", &["write [[agent]], with two"]);
    minimal("technicians = 2\n", "technician = { name = \"A\" }\n", &["write [[desk.technician]], with two"]);
    let head = MINIMAL.replace("name = \"minimal\"", "name = \"minimal\"\ncalendar = true");
    assert!(problems(&head)[0].contains("write [calendar] and its keys below it"), "{:?}", problems(&head));
}

#[test]
fn lists_and_maps_of_names_are_shown_with_the_names_that_were_typed() {
    let burst = |keys: &str, example: &str| minimal("[desk]", &format!("{keys}\n[desk]"), &[example]);
    burst(
        "categories = [\"vpn\", \"no mail\"]",
        "write for example categories = { vpn = 1, \"no mail\" = 1 }",
    );
    burst("companies = \"Acme\"", "write for example companies = { Acme = 1 }");
    burst("boards = []", "write for example boards = { name = 1 }");
    minimal(
        "technicians = 2\n",
        "[[desk.technician]]\nname = \"A\"\nhistory = [\"vpn\"]\n",
        &["write for example history = { vpn = 0.5 }"],
    );
    advised("[dispatch]\nboards = \"Desk\"", &["write boards = [\"Desk\"]"]);
}

#[test]
fn days_of_the_week_are_recognised_however_they_are_written() {
    let days = |typed: &str, part: &str| {
        minimal("technicians = 2\n", &format!("technicians = 2\nweekdays = [\"{typed}\"]\n"), &[part]);
    };
    for (typed, day) in [
        ("Monday", "mon"),
        ("Sunday", "sun"),
        ("TUE", "tue"),
        ("Thurs.", "thu"),
        ("Wendesday", "wed"),
        ("Sa", "sat"),
    ] {
        days(typed, &format!("did you mean \"{day}\"?"));
    }
    days("mon-fri", "list the days one by one: \"mon\", \"tue\", \"wed\", \"thu\", \"fri\"");
    days("Sat-Sun", "list the days one by one: \"sat\", \"sun\"");
    days("fri-mon", "expected \"mon\" or \"tue\"");
    days("noon", "expected \"mon\" or \"tue\"");
}

#[test]
fn a_start_that_no_clock_shows_is_put_where_clocks_go_on() {
    let at = |start: &str, zone: &str, parts: &[&str]| {
        let head = format!("start = \"{start}\"\ntime_zone = \"{zone}\"\nname = \"minimal\"");
        let found = problems(&MINIMAL.replace("name = \"minimal\"", &head));
        let [line] = found.as_slice() else { panic!("{found:#?}") };
        for part in parts {
            assert!(line.contains(part), "expected {part} in {line}");
        }
    };
    // Samoa and Tokelau went without this day when they moved across the date line.
    let parts =
        &["2011-12-30T09:15 does not exist in Pacific/Apia", "left out there", "\"2011-12-31T09:15\""][..];
    at("2011-12-30T09:15", "Pacific/Apia", parts);
    at("2011-12-30T00:00", "Pacific/Fakaofo", &["write \"2011-12-31T00:00\""]);
    at("2026-03-29T02:30", "Europe/Berlin", &["they are put forward here", "write \"2026-03-29T03:30\""]);
    // Half an hour only.
    at("2026-10-04T02:10", "Australia/Lord_Howe", &["write \"2026-10-04T02:40\""]);
}

#[test]
fn what_a_flag_gets_wrong_is_shown_as_it_was_typed() {
    let flag = |key: &str, value: &str, origin: &str| {
        let flag = Override { key: key.to_owned(), value: value.to_owned(), origin: origin.to_owned() };
        let error = parse(MINIMAL, "test.toml", Path::new(""), &[flag]).expect_err(value);
        error.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let names = flag("experiment.disciplines", "[\"parallel\", \"nope\", \"nada\"]", "--discipline");
    let line = |name: &str| {
        format!(
            "--discipline parallel,nope,nada: there is no discipline named \"{name}\" (known names: parallel)"
        )
    };
    assert_eq!(names, [line("nope"), line("nada")]);
    for value in ["[company]", "{ Acme = }", "\"open"] {
        let [line] = &flag("burst.companies", value, "--set")[..] else { panic!("one problem") };
        assert!(
            line.contains("is not valid TOML") && line.contains("texts in it go in double quotes"),
            "{line}"
        );
    }
    let skip = flag("burst.arrivals.recorded.skip_bad_rows", "true", "--skip-bad-rows");
    let [line] = &skip[..] else { panic!("{skip:#?}") };
    assert!(line.starts_with("--skip-bad-rows: the burst is not recorded"), "{line}");
}

#[test]
fn no_burst_has_more_than_a_hundred_million_tickets() {
    let shape = "tickets = 30\narrivals = { uniform = { over = \"2min\" } }";
    let profile = |counts: &str| {
        let arrivals = format!("arrivals = {{ profile = {{ mean_counts = {counts} }} }}");
        problems(&MINIMAL.replace(shape, &arrivals))
    };
    assert_eq!(profile("[5e7, 4.9e7]"), [""; 0]);
    for counts in ["[1e12]", "[5e7, 6e7]", "[1e8]", "[4294967296.0, 1]", "[4e7], dispersion = 1e6"] {
        let found = profile(counts);
        let [line] = &found[..] else { panic!("{counts}: {found:#?}") };
        assert!(
            line.starts_with("test.toml:3:40: ") && line.contains("expected at most 100000000"),
            "{line}"
        );
    }
    for arrivals in ["backlog = {}", "poisson = { mean_gap = \"1s\" }", "spike = { mean = \"1s\" }"] {
        let text = format!("tickets = 100000001\narrivals = {{ {arrivals} }}");
        let found = problems(&MINIMAL.replace(shape, &text));
        assert!(found.len() == 1 && found[0].contains("a whole number from 1 to 100000000"), "{found:#?}");
    }
}

#[test]
fn long_lists_of_names_end_after_ten() {
    let companies: Vec<String> = (0..400).map(|number| format!("C{number:03} = 1")).collect();
    let text = MINIMAL.replace("[desk]", &format!("companies = {{ {} }}\n[desk]", companies.join(", ")));
    let found = problems(&format!("{text}[dispatch]\ncompanies = [\"Zebra\"]\n"));
    assert!(found.len() == 1 && found[0].ends_with("C008, C009 and 390 more)"), "{found:#?}");
}
