//! `replications.csv`: every number of every replication.

use super::{Columns, Table};
use crate::metrics::catalog;
use crate::results::{Comparison, ReplicationRow};

pub(super) const TABLE: Table = Table {
    name: "replications",
    about: "One row per discipline and replication. After the columns below comes one for each number, named by its key \
            and in the order of the measures; it is empty where nothing was measured.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One replication of an arm, with the arm's name.
type Row<'a> = (&'a str, &'a ReplicationRow);

fn columns<'a>() -> Columns<'a, Row<'a>> {
    let columns = Columns::<'_, Row<'a>>::new()
        .with("discipline", "The discipline, by its name in the scenario.", |&(arm, _)| arm.into())
        .with("replication", "The replication; the first is 0.", |(_, row)| row.replication.into())
        .with("digest", "The digest of its event log: equal digests, equal logs.", |(_, row)| {
            row.digest.to_string().into()
        });
    catalog::all().enumerate().fold(columns, |columns, (position, number)| {
        columns.with(number.key(), "", move |(_, row)| row.values[position].into())
    })
}

fn rows<'a>(c: &'a Comparison, each: &mut dyn FnMut(&Row<'a>)) {
    for arm in &c.arms {
        for row in &arm.replications {
            each(&(&arm.name, row));
        }
    }
}
