//! `segments.csv`: numbers by priority, board, company, category and agent.

use std::io;

use super::summary::{Row, found};
use super::{Columns, Each, Table, values};
use crate::domain::Dimension;
use crate::keys::Named;
use crate::results::Comparison;
use crate::results::replications::DISCIPLINE;

pub(super) const TABLE: Table = Table {
    name: "segments",
    about: "One row per discipline, segment and number: of the tickets that have this value in this dimension. There are rows \
            for the dimensions in which the tickets of the scenario have two to twelve values, and for those that \
            `experiment.by` or the tag of a threshold names. Numbers are means over the replications that had such tickets.",
    optional: true,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

fn columns<'a>() -> Columns<'a, Row<'a>> {
    let leading = Columns::<'_, Row<'a>>::new()
        .with("discipline", DISCIPLINE, |row| row.arm.into())
        .with("dimension", "What the tickets are told apart by.", |row| {
            row.number.segment.as_ref().map(|segment| segment.dimension.name()).into()
        })
        .one_of(values::<Dimension>())
        .with("value", "What they have in common.", |row| {
            row.number.segment.as_ref().map(|segment| segment.value.to_string()).into()
        });
    found(leading)
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    let numbers = &c.setup.numbers;
    for arm in &c.arms {
        let first = numbers.first_segmented();
        for (place, number) in (first..).zip(numbers.segmented()) {
            let Some(summary) = arm.summaries.get(place) else { continue };
            let paired = arm.paired.get(place).copied().flatten();
            each(&Row { arm: &arm.name, number: number.clone(), summary, paired })?;
        }
    }
    Ok(())
}
