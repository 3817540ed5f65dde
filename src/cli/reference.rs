//! `stampede reference`: the pages of the documentation that follow from the definitions.

use super::arguments::{Reference, ReferenceOf};
use super::exit::{Exit, Failure};
use super::print;
use crate::keys::text::Allowed;
use crate::{metrics, report, scenario};

/// Runs the command.
pub fn reference(arguments: &Reference) -> Result<Exit, Failure> {
    let page = match arguments.of {
        ReferenceOf::Scenario => scenario::reference(),
        ReferenceOf::Measures => metrics::reference(),
        ReferenceOf::Tables => report::tables::reference(),
    };
    print(page, Allowed::Nothing)?;
    Ok(Exit::Fine)
}
