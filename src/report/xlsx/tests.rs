//! Workbooks read back: what is in their cells, that names are text, and that the same results are the same bytes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::*;
use crate::report::plan::tests::nine;
use crate::report::sweep::tests::{grid, sweep as swept};
use crate::report::tests::comparison as sample;

/// The files in a workbook.
fn files(workbook: Vec<u8>) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let places = 0..archive.len();
    let read = |place: usize| {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    places.map(read).collect()
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(from).skip(1).filter_map(move |rest| rest.split(to).next())
}

/// The cells of a sheet, row by row: `B=3.5` a number, `B'Ann` a text, `B?1` yes or no, `B#1=46349` a number in a format.
fn rows(files: &BTreeMap<String, String>, sheet: usize) -> Vec<Vec<String>> {
    let strings: Vec<&str> = between(&files["xl/sharedStrings.xml"], "<si>", "</si>")
        .map(|item| item.split_once('>').unwrap().1.strip_suffix("</t>").unwrap())
        .collect();
    let cell = |cell: &str| {
        let (head, rest) = cell.split_once('>').unwrap();
        let place = between(head, "r=\"", "\"").next().unwrap();
        let column = place.trim_end_matches(|c: char| c.is_ascii_digit());
        let value = between(rest, "<v>", "</v>").next().unwrap_or_default();
        let format = between(head, "s=\"", "\"").next().map_or(String::new(), |format| format!("#{format}"));
        if head.contains("t=\"s\"") {
            format!("{column}'{}", strings[value.parse::<usize>().unwrap()])
        } else if head.contains("t=\"b\"") {
            format!("{column}?{value}")
        } else {
            format!("{column}{format}={value}")
        }
    };
    let sheet = &files[&format!("xl/worksheets/sheet{sheet}.xml")];
    between(sheet, "<row ", "</row>").map(|row| between(row, "<c", "</c>").map(cell).collect()).collect()
}

/// The names of the sheets.
fn names(files: &BTreeMap<String, String>) -> Vec<&str> {
    between(&files["xl/workbook.xml"], "<sheet name=\"", "\"").collect()
}

#[test]
fn a_comparison_has_its_sheets_with_numbers_instants_and_truths_of_their_own_types() {
    let c = sample();
    let files = files(comparison(&c).unwrap());
    assert_eq!(names(&files), ["overview", "thresholds", "summary", "tickets", "bookings"]);
    assert_eq!(
        rows(&files, 1)[..3],
        [
            &[
                "A'discipline",
                "B'first arrival to last owner (min)",
                "C'arrival to owner, 95 % (min)",
                "D'tickets in a double booking",
                "E'tickets left without an owner",
                "F'thresholds",
                "G'crossed"
            ][..],
            &["A'sequential", "B=10", "C=9.667", "D=0", "E=0", "F=1", "G=0"],
            &["A'unsafe-parallel", "B=3.333", "C=3.167", "D=2", "E=0", "F=0", "G=0"],
        ]
    );
    assert_eq!(
        rows(&files, 2)[1],
        [
            "A'parallel",
            "B'conflict_rate",
            "C'mean &lt; 0.35",
            "D'share",
            "E=0.4",
            "F=0.46",
            "G'upper 95 % bound of the mean",
            "H?0"
        ]
    );
    let tickets = rows(&files, 4);
    let header = tickets[0].join(" ");
    for title in ["D'arrived_at (America/New_York)", "'dispatch_delay (s)", "'double_booked", "'technician"] {
        assert!(header.contains(title), "{title}: {header}");
    }
    // 23 November 2026, 08:00 in New York; a day is 1.
    assert_eq!(tickets[1][..4], ["A'sequential", "B=0", "C'T-001", "D#2=46349.33333333333"]);
    assert!(tickets[1].iter().any(|cell| cell.ends_with("?0")), "{:?}", tickets[1]);
    let sheet = &files["xl/worksheets/sheet4.xml"];
    assert!(sheet.contains("<autoFilter ref=\"A1:") && sheet.contains("state=\"frozen\""), "{sheet}");
    assert!(files["xl/styles.xml"].contains("yyyy-mm-dd hh:mm:ss"));
    let chart = &files["xl/charts/chart1.xml"];
    assert!(
        chart.contains("first arrival to last owner, minutes") && chart.contains("overview!$B$2:$B$4"),
        "{chart}"
    );
}

#[test]
fn what_nobody_measured_and_nothing_recorded_has_no_cell_and_no_sheet() {
    let mut c = sample();
    c.verdicts.clear();
    for arm in &mut c.arms {
        arm.recorded.clear();
        arm.summaries.iter_mut().for_each(|summary| summary.mean = None);
    }
    let found = files(comparison(&c).unwrap());
    assert_eq!(names(&found), ["overview", "summary"]);
    assert_eq!(rows(&found, 1)[1], ["A'sequential", "B=0", "C=0"]);
    assert!(!found.keys().any(|name| name.contains("chart")), "there is nothing to draw");
    crate::report::tests::set(&mut c.arms[1], "makespan", f64::INFINITY, 0.0);
    let found = files(comparison(&c).unwrap());
    assert_eq!(rows(&found, 1)[2], ["A'unsafe-parallel", "B'never", "C=0", "D=0"]);
}

#[test]
fn names_are_text_whatever_they_look_like() {
    const NAMES: [&str; 7] = [
        "=HYPERLINK(\"http://example.org\";\"x\")",
        "http://example.org",
        "<r><t>bold</t></r>",
        "</t></si><si>",
        "_x0041_&amp;",
        "-2+3",
        "\u{202e}gnp.exe\u{1b}",
    ];
    let mut c = sample();
    let pattern = c.arms.remove(0);
    c.setup.name = NAMES[2].to_owned();
    c.arms = NAMES.map(|name| crate::results::Arm { name: name.to_owned(), ..pattern.clone() }).into();
    c.verdicts[0].discipline = NAMES[0].to_owned();
    let files = files(comparison(&c).unwrap());
    let all = rows(&files, 1);
    let shown: Vec<&str> = all[1..=NAMES.len()].iter().map(|row| &row[0][..]).collect();
    assert_eq!(
        shown,
        [
            "A'=HYPERLINK(\"http://example.org\";\"x\")",
            "A'http://example.org",
            "A'&lt;r&gt;&lt;t&gt;bold&lt;/t&gt;&lt;/r&gt; ",
            "A'&lt;/t&gt;&lt;/si&gt;&lt;si&gt;",
            "A'_x005F_x0041_&amp;amp;",
            "A'-2+3",
            "A'\\u{202e}gnp.exe\\u{1b}",
        ]
    );
    for (name, text) in &files {
        assert!(!text.contains("TargetMode=\"External\""), "{name}");
        let markup: String = text.split('"').step_by(2).collect();
        for acting in ["hyperlink", "<f>", "<f ", "<r>", "externalLink", "DDE"] {
            assert!(!markup.contains(acting), "{acting} in {name}");
        }
    }
}

#[test]
fn the_same_results_are_the_same_bytes() {
    let (c, s, p) = (sample(), swept(), nine());
    for make in [&(|| comparison(&c)) as &dyn Fn() -> io::Result<Vec<u8>>, &|| sweep(&s), &|| plan(&p)] {
        let made = make().unwrap();
        assert!(made == make().unwrap());
        assert!(files(made)["docProps/core.xml"].contains("2000-01-01T00:00:00Z"));
    }
}

#[test]
fn a_sheet_ends_where_it_would_be_long_and_says_where_the_rest_is() {
    let c = sample();
    let mut book = Book::new(&c.setup);
    let all = u64::from(page::ROWS) + 2;
    let fill = |rows: u64| {
        move |sheet: &mut dyn Sheet| {
            sheet.header(&["a", "b"])?;
            (0..rows).try_for_each(|row| {
                sheet.cell(row.into())?;
                sheet.cell("x".into())?;
                sheet.end_row()
            })
        }
    };
    book.add("long", "data/long.csv", fill(all)).unwrap();
    book.add("full", "data/full.csv", fill(all - 2)).unwrap();
    book.add("none", "data/none.csv", fill(0)).unwrap();
    let files = files(book.finish().unwrap());
    assert_eq!(names(&files), ["long", "full"]);
    let long = rows(&files, 1);
    assert_eq!(long.len(), all as usize);
    assert_eq!(long[10_001], ["A'The first 10,000 of 10,002 rows; all are in data/long.csv."]);
    assert_eq!(long[10_000], ["A=9999", "B'x"]);
    assert_eq!(rows(&files, 2).len(), 10_001);
    assert!(files["xl/worksheets/sheet1.xml"].contains("<autoFilter ref=\"A1:B10001\"/>"));
}

#[test]
fn a_sweep_has_a_row_per_point_and_values_that_are_numbers_are_numbers() {
    let found = files(sweep(&swept()).unwrap());
    assert_eq!(names(&found), ["overview", "points"]);
    assert_eq!(
        rows(&found, 1),
        [
            &["A'tickets", "B'sequential", "C'parallel"][..],
            &["A=5", "B=15", "C=5"],
            &["A=20", "B=60", "C=8"],
            &["A=60", "B=150", "C'never"],
        ]
    );
    assert_eq!(rows(&found, 2)[1][..5], ["A=1", "B=5", "C'sequential", "D'dispatch_delay.p95", "E'seconds"]);
    assert!(found["xl/charts/chart1.xml"].contains("overview!$C$2:$C$4"));
    let mut grid = grid();
    grid.points[0].values[0] = "every monday".to_owned();
    let found = files(sweep(&grid).unwrap());
    assert_eq!(rows(&found, 1)[1][..2], ["A'every monday", "B=4"]);
    assert!(found["xl/charts/chart1.xml"].contains("overview!$A$2:$B$5"));
    let mut empty = swept();
    empty.points.iter_mut().flat_map(|point| &mut point.arms).for_each(|arm| arm.numbers.clear());
    assert_eq!(names(&files(sweep(&empty).unwrap())), ["points"]);
}

#[test]
fn a_plan_has_its_answer_and_what_was_tried() {
    let found = files(plan(&nine()).unwrap());
    assert_eq!(names(&found), ["answer", "probes"]);
    assert!(rows(&found, 1)[1][1].contains("desk.technicians"), "{:?}", rows(&found, 1));
    let probes = rows(&found, 2);
    assert_eq!(probes[0][..2], ["A'desk.technicians", "B'discipline"]);
    assert!(probes[1][0].starts_with("A="), "{:?}", probes[1]);
}

#[test]
fn an_instant_before_spreadsheets_have_dates_is_a_text() {
    let mut c = sample();
    c.setup.start = "1899-11-23T08:00:00+00:00[UTC]".parse().unwrap();
    let files = files(comparison(&c).unwrap());
    assert_eq!(rows(&files, 4)[1][3], "D'1899-11-23T08:00:00+00:00");
}
