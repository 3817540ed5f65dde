//! What files call things: one word for each, in lower case.

use crate::domain::SpecId;
use crate::domain::settings::Stage;
use crate::facts::{Finding, Part, Reason, Refusal, SpecStatus, Test};

/// A refusal's name in files.
pub(super) fn refusal_name(why: Refusal) -> &'static str {
    match why {
        Refusal::Held => "held",
        Refusal::Booked => "booked",
        Refusal::Started => "started",
        Refusal::Busy => "busy",
        Refusal::Changed => "changed",
    }
}

/// A trigger test's name in files.
pub(super) fn test_name(test: Test) -> &'static str {
    match test {
        Test::Board => "board",
        Test::Status => "status",
        Test::Company => "company",
        Test::ExcludedCompany => "excluded_company",
        Test::Sop => "sop",
    }
}

/// A reason's name in files.
pub(super) fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::NoSlot => "no_slot",
        Reason::AttemptsExhausted => "attempts_exhausted",
        Reason::NobodyEligible => "nobody_eligible",
        Reason::Timeout => "timeout",
        Reason::Budget => "budget",
        Reason::TooManySpecs => "too_many_specs",
        Reason::RankerFailed => "ranker_failed",
    }
}

/// A triage step's name in files, which is also that of the field it fills.
pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Company => "company",
        Stage::Priority => "priority",
        Stage::Board => "board",
        Stage::Contact => "contact",
        Stage::Agreement => "agreement",
        Stage::Summary => "summary",
    }
}

/// A finding's name in files.
pub(super) fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Eligible => "eligible",
        Finding::Out => "out",
        Finding::AfterHours => "after_hours",
        Finding::NoSlot => "no_slot",
        Finding::AtCap => "at_cap",
        Finding::Sop => "sop",
        Finding::Pod => "pod",
    }
}

/// The name of a part of the cost in files.
pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Start => "start",
        Part::Load => "load",
        Part::History => "history",
        Part::Peers => "peers",
        Part::Noise => "noise",
        Part::Active => "active",
        Part::Rotation => "rotation",
    }
}

/// The name of how a subagent ended in files.
pub(super) fn spec_status_name(status: SpecStatus) -> &'static str {
    match status {
        SpecStatus::Success => "success",
        SpecStatus::Failed => "failed",
        SpecStatus::Timeout => "timeout",
    }
}

/// A spec's id: `spec-1` is the first.
pub(super) fn spec_name(spec: SpecId) -> String {
    format!("spec-{}", spec.0)
}
