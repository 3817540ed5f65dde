//! `[output]`, and how to run from `[experiment]`: disciplines that exist, defaults filled in.

use super::Resolver;
use crate::domain::settings::DisciplineSettings;
use crate::scenario::document::KeyPath;
use crate::scenario::file::experiment::ExperimentFile;
use crate::scenario::file::output::OutputFile;
use crate::scenario::running::Running;

impl Resolver<'_> {
    /// How to run.
    pub(super) fn running(
        &mut self,
        experiment: &ExperimentFile,
        output: &OutputFile,
        disciplines: &[DisciplineSettings],
    ) -> Running {
        let list = KeyPath::root().key("experiment").key("disciplines");
        if experiment.disciplines.as_ref().is_some_and(Vec::is_empty) && !self.document.is_damaged(&list) {
            let help = "leave it out to run all".to_owned();
            self.refuse(&list, format!("`{list}` names none"), "", Some(help));
        }
        let names = experiment.disciplines.clone().unwrap_or_default();
        let arms_known = !self.document.is_damaged(&KeyPath::root().key("discipline"));
        for (index, name) in names.iter().enumerate() {
            if arms_known && !disciplines.iter().any(|arm| arm.name == *name) {
                let help = Self::did_you_mean(name, disciplines.iter().map(|arm| arm.name.as_str()));
                self.refuse(&list.index(index), format!("there is no discipline named {name:?}"), "", help);
            }
        }
        let folder = KeyPath::root().key("output").key("folder");
        if output.folder.as_ref().is_some_and(String::is_empty) {
            self.refuse(
                &folder,
                format!("`{folder}` is empty"),
                "expected a folder such as \"results/monday\"",
                None,
            );
        }
        Running {
            disciplines: names,
            engine: experiment.engine,
            threads: experiment.threads.map(|threads| threads.0 as u16),
            folder: output.folder.as_ref().map(Into::into),
            format: output.format.unwrap_or_default(),
            quiet: output.quiet.unwrap_or_default(),
            color: output.color.unwrap_or_default(),
        }
    }
}
