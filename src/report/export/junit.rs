//! `junit.xml`: each threshold as a test case per discipline, for whatever reads the XML of JUnit.
//!
//! No case has a time, a date or an identifier of its own: the same comparison is the same bytes.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::super::content;
use super::super::figures::clean;
use super::Exporter;
use crate::metrics::thresholds::Verdict;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;
use crate::results::{Comparison, Setup, Source};

/// `junit.xml`.
#[derive(Clone, Copy, Debug)]
pub struct Junit;

impl Exporter for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        let name = clean(&c.setup.name);
        let cases = c.verdicts.iter().map(|verdict| case(&name, None, verdict));
        xml(&c.setup, &c.source, cases.collect())
    }
}

/// The `junit.xml` of a sweep: a case per point as well. A sweep explores, so a threshold that does not hold at a point fails
/// nothing: its case is skipped.
pub fn of_sweep(s: &Sweep) -> Vec<u8> {
    let name = clean(&s.setup.name);
    let points = s.points.iter().map(|point| (point.name(&s.keys), &point.verdicts));
    let cases = points.flat_map(|(point, verdicts)| {
        let case = |verdict| case(&name, Some(&point), verdict);
        verdicts.iter().map(case).collect::<Vec<_>>()
    });
    xml(&s.setup, &s.source, cases.collect())
}

/// The `junit.xml` of a plan: a case with what was found, which fails where there is no answer.
pub fn of_plan(p: &Plan, found: &str) -> Vec<u8> {
    let found = clean(found);
    let mut status = TestCaseStatus::success();
    if !p.is_answered() {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(&*found).set_type("plan");
    }
    let mut case = TestCase::new("plan", status);
    case.set_classname(&*clean(&p.setup.name)).set_system_out(&*found);
    xml(&p.setup, &p.source, vec![case])
}

/// The cases with what they are of; where there are none, a case that is skipped, as readers take a file without cases for a
/// broken one.
fn xml(setup: &Setup, source: &Source, cases: Vec<TestCase>) -> Vec<u8> {
    let name = clean(&setup.name);
    let mut suite = TestSuite::new(&*name);
    let about = [
        ("stampede", source.stampede.clone()),
        ("scenario_digest", setup.scenario_digest.clone()),
        ("seed", setup.seed.to_string()),
        ("replications", setup.replications.to_string()),
    ];
    suite.add_properties(about.map(|(name, value)| Property::new(name, value)));
    if cases.is_empty() {
        let mut status = TestCaseStatus::skipped();
        status.set_message("no threshold was judged");
        let mut none = TestCase::new("thresholds", status);
        none.set_classname(&*name);
        suite.add_test_case(none);
    }
    suite.add_test_cases(cases);
    let mut report = Report::new("stampede");
    report.add_test_suite(suite);
    let text = report.to_string().expect("names and sentences lie in memory, which takes their XML too");
    text.into_bytes()
}

/// A threshold, judged for one discipline, and of a sweep at one point.
fn case(scenario: &str, point: Option<&str>, verdict: &Verdict) -> TestCase {
    let found = content::finding(verdict);
    let found = clean(&found);
    let mut status = match (verdict.holds, point) {
        (true, _) => TestCaseStatus::success(),
        (false, None) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (false, Some(_)) => TestCaseStatus::skipped(),
    };
    if !verdict.holds {
        status.set_message(&*found).set_type("threshold").set_description(&*content::demand(verdict));
    }
    let threshold = &verdict.threshold;
    let at = point.map_or_else(String::new, |point| format!(" at {point}"));
    let mut case = TestCase::new(&*clean(&format!("{} {}{at}", threshold.metric, threshold.text)), status);
    case.set_classname(format!("{scenario}.{}", clean(&verdict.discipline)));
    case.set_system_out(&*found);
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

    fn exported(c: &Comparison) -> String {
        String::from_utf8(Junit.export(c)).expect("XML is text")
    }

    /// What the common schemas of the format agree on: counts that are right, cases that are named, the measured value
    /// behind the verdict, and nothing that a second run would write otherwise.
    #[test]
    fn a_case_for_each_threshold_and_discipline_has_what_was_measured() {
        let c = comparison();
        let text = exported(&c);
        let report = Report::deserialize_from_str(&text).expect("it is a report");
        assert_eq!((report.tests, report.failures, report.errors, report.skipped), (2, 1, 0, 0));
        let [suite] = &report.test_suites[..] else { panic!("one suite") };
        assert_eq!((suite.name.as_str(), suite.tests, suite.failures), ("monday-4", 2, 1));
        let cases: Vec<_> = suite
            .test_cases
            .iter()
            .map(|case| {
                let (class, out) = (case.classname.as_ref(), case.system_out.as_ref());
                (class.unwrap().as_str(), case.name.as_str(), out.unwrap().as_str())
            })
            .collect();
        assert_eq!(
            cases,
            [
                (
                    "monday-4.parallel",
                    "conflict_rate mean < 0.35",
                    "40 % (upper 95 % bound of the mean: 46 %)"
                ),
                (
                    "monday-4.sequential",
                    "dispatch_delay p(95) < 10min",
                    "9 min 40 s (upper 95 % bound of the mean: 9 min 54 s)"
                ),
            ]
        );
        let TestCaseStatus::NonSuccess { message, description, .. } = &suite.test_cases[0].status else {
            panic!("it is crossed")
        };
        assert_eq!(message.as_ref().unwrap().as_str(), cases[0].2);
        assert_eq!(description.as_ref().unwrap().as_str(), "parallel: conflict_rate mean < 0.35");
        assert!(matches!(suite.test_cases[1].status, TestCaseStatus::Success { .. }));
        for word in ["time", "uuid", "hostname"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert_eq!(text, exported(&comparison()));
    }

    #[test]
    fn without_thresholds_a_case_is_skipped_and_none_fails() {
        let mut c = comparison();
        c.verdicts.clear();
        let report = Report::deserialize_from_str(&exported(&c)).expect("it is a report");
        assert_eq!((report.tests, report.failures, report.errors, report.skipped), (1, 0, 0, 1));
    }

    #[test]
    fn hostile_names_stay_names() {
        let mut c = comparison();
        c.setup.name = "<a href=\"x\">]]>&amp;\u{1b}[31m\u{0}\u{202e}'\n".to_owned();
        c.verdicts[0].discipline = "</testcase>".to_owned();
        let text = exported(&c);
        assert!(!text.contains("<a") && !text.contains(['\u{1b}', '\u{0}', '\u{202e}']), "{text}");
        let report = Report::deserialize_from_str(&text).expect("it is a report");
        let suite = &report.test_suites[0];
        assert_eq!(suite.name.as_str(), "<a href=\"x\">]]>&amp;\\u{1b}[31m\\u{0}\\u{202e}'\\n");
        assert!(suite.test_cases[0].classname.as_ref().unwrap().as_str().ends_with(".</testcase>"));
    }

    #[test]
    fn a_sweep_has_a_case_per_point_and_fails_nothing() {
        let s = crate::report::sweep::tests::sweep();
        let text = String::from_utf8(of_sweep(&s)).expect("XML is text");
        let report = Report::deserialize_from_str(&text).expect("it is a report");
        let judged: Vec<_> = s.points.iter().flat_map(|point| &point.verdicts).collect();
        let crossed = judged.iter().filter(|verdict| !verdict.holds).count();
        assert_eq!((report.tests, report.failures, report.skipped), (judged.len(), 0, crossed));
        let point = s.points[0].name(&s.keys);
        assert!(report.test_suites[0].test_cases[0].name.as_str().ends_with(&format!(" at {point}")));
    }

    #[test]
    fn a_plan_is_a_case_that_fails_without_an_answer() {
        use crate::report::plan::tests::{nine, plan};
        let failures = |p: &Plan| {
            let text = String::from_utf8(of_plan(p, "nine <do>")).expect("XML is text");
            let report = Report::deserialize_from_str(&text).expect("it is a report");
            let case = &report.test_suites[0].test_cases[0];
            assert_eq!(case.system_out.as_ref().unwrap().as_str(), "nine <do>");
            (report.tests, report.failures)
        };
        assert_eq!(failures(&nine()), (1, 0));
        assert_eq!(failures(&plan(Vec::new(), None)), (1, 1));
    }
}
