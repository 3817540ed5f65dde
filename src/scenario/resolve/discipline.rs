//! `[[discipline]]`: arms with names of their own, and for each kind the keys that it has.

use super::super::document::KeyPath;
use super::super::file::discipline::{DisciplineFile, InsideFile, KindFile, SplitFile, WritesFile};
use super::super::file::ranker::RankerKindFile;
use super::Resolver;
use super::ranker::ranker_kind;
use crate::domain::SimDuration;
use crate::domain::settings::{
    AgentSettings, DisciplineKind, DisciplineSettings, Mode, Split, SubagentSettings, Writes,
};

/// The kinds whose tickets are ranked one by one. In a batch nothing is refused, and no dispatch considers anybody.
const NOT_BATCHED: [&str; 7] =
    ["sequential", "unsafe-parallel", "parallel", "optimistic", "locked", "pods", "subagents"];

/// The keys of a discipline that go with some kinds only.
pub(in super::super) const KEYS_OF_KINDS: [(&str, &[&str]); 13] = [
    ("alternatives", &NOT_BATCHED),
    ("max_attempts", &NOT_BATCHED),
    ("peer_awareness", &NOT_BATCHED),
    ("concurrency", &["unsafe-parallel", "parallel", "optimistic", "locked"]),
    ("protected_share", &["parallel"]),
    ("window", &["batched", "subagents"]),
    ("writes", &["pods", "subagents"]),
    ("subagents", &["subagents"]),
    ("split", &["subagents"]),
    ("max_in_flight", &["subagents"]),
    ("ceiling", &["subagents"]),
    ("token_budget", &["subagents"]),
    ("inside", &["subagents"]),
];

impl Resolver<'_> {
    /// The arms.
    pub(super) fn disciplines(&mut self, files: &[DisciplineFile]) -> Vec<DisciplineSettings> {
        let list = KeyPath::root().key("discipline");
        // A preset that is misspelt would have brought its own.
        let preset = KeyPath::root().key("preset");
        if files.is_empty() && !self.document.is_damaged(&list) && !self.document.is_damaged(&preset) {
            let help = "write [[discipline]] and below it kind = \"sequential\"".to_owned();
            self.refuse(&KeyPath::root(), "there is no [[discipline]] to simulate", "", Some(help));
        }
        let mut arms: Vec<DisciplineSettings> = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let path = list.index(index);
            let Some(kind) = self.required(file.kind, &path, "kind", "kind = \"parallel\"") else { continue };
            let name = file.name.clone().unwrap_or_else(|| kind_name(kind).to_owned());
            self.plain_name(&name, "a discipline", &path.key("name"));
            if arms.iter().any(|arm| arm.name == name) {
                let at = if file.name.is_some() { path.key("name") } else { path.key("kind") };
                let help = "give one of them another name".to_owned();
                self.refuse(&at, format!("there are two disciplines named \"{name}\""), "", Some(help));
            }
            self.keys_go_with(&path, "kind", kind_name(kind), &KEYS_OF_KINDS);
            if kind == KindFile::Subagents && file.peer_awareness.is_some_and(|share| share.0 > 0.0) {
                let at = path.key("peer_awareness");
                let help = "leave it out: subagents do not see each other".to_owned();
                self.refuse_key(&at, format!("`{at}` does not go with kind \"subagents\""), Some(help));
            }
            let default_awareness = if kind == KindFile::Parallel { 1.0 } else { 0.0 };
            arms.push(DisciplineSettings {
                name,
                kind: self.kind(kind, file, &path),
                concurrency: file.concurrency.map(|number| number.0),
                alternatives: file.alternatives.map_or(3, |number| number.0),
                max_attempts: file.max_attempts.map_or(5, |number| number.0),
                peer_awareness: file.peer_awareness.map_or(default_awareness, |share| share.0),
                ranker: file.ranker.map(ranker_kind),
            });
        }
        arms
    }

    /// The discipline with its parameters.
    fn kind(&mut self, kind: KindFile, file: &DisciplineFile, path: &KeyPath) -> DisciplineKind {
        match kind {
            KindFile::Sequential => DisciplineKind::Sequential,
            KindFile::UnsafeParallel => DisciplineKind::UnsafeParallel,
            KindFile::Parallel => DisciplineKind::Parallel {
                protected_share: file.protected_share.map_or(1.0, |share| share.0),
            },
            KindFile::Optimistic => DisciplineKind::Optimistic,
            KindFile::Locked => DisciplineKind::Locked,
            KindFile::Batched => DisciplineKind::Batched {
                window: file.window.map_or(SimDuration::from_mins(2), |window| window.0),
            },
            KindFile::Pods => {
                if file.writes == Some(WritesFile::Parent) {
                    let at = path.key("writes");
                    let help = "pods have no parent that could write for them".to_owned();
                    let message = format!("`{at}` \"parent\" does not go with kind \"pods\"");
                    self.refuse(&at, message, "expected \"unsafe\" or \"held\"", Some(help));
                }
                DisciplineKind::Pods { writes: writes(file.writes) }
            }
            KindFile::Subagents => DisciplineKind::Subagents(self.subagents(file, path)),
        }
    }

    fn subagents(&mut self, file: &DisciplineFile, path: &KeyPath) -> SubagentSettings {
        let split = match file.split {
            None | Some(SplitFile::Even) => Split::Even,
            Some(SplitFile::Company) => Split::Company,
        };
        if split == Split::Company && file.subagents.is_some() {
            let at = path.key("subagents");
            let help = "leave it out: there are as many subagents as companies".to_owned();
            self.refuse_key(&at, format!("`{at}` does not go with split \"company\""), Some(help));
        }
        SubagentSettings {
            window: file.window.map_or(SimDuration::from_mins(1), |window| window.0),
            subagents: file.subagents.map_or(5, |count| count.0),
            split,
            max_in_flight: file.max_in_flight.map_or(5, |number| number.0),
            ceiling: file.ceiling.map_or(SimDuration::from_mins(30), |ceiling| ceiling.0),
            token_budget: file.token_budget.map(|budget| u64::from(budget.0)),
            writes: writes(file.writes),
            inside_parallel: file.inside == Some(InsideFile::Parallel),
        }
    }

    /// Checks that batched arms have costs to compare, and slots to match tickets to. `kind` is who ranks where an
    /// arm does not say.
    pub(super) fn batches_can_be_matched(
        &mut self,
        files: &[DisciplineFile],
        agents: &[AgentSettings],
        kind: Option<RankerKindFile>,
    ) {
        for (index, file) in files.iter().enumerate() {
            if file.kind != Some(KindFile::Batched) {
                continue;
            }
            let path = KeyPath::root().key("discipline").index(index);
            let why = "a batch is matched by the costs that the AI gives";
            if file.ranker.is_some_and(|ranker| ranker != RankerKindFile::Ai) {
                let at = path.key("ranker");
                let message = format!("`{at}` does not go with kind \"batched\"");
                self.refuse(&at, message, "expected \"ai\"", Some(why.to_owned()));
            } else if file.ranker.is_none() && kind.is_some_and(|kind| kind != RankerKindFile::Ai) {
                let message = "kind \"batched\" needs the ranker \"ai\", and `ranker.kind` is another";
                let help = format!("write ranker = \"ai\" in this discipline: {why}");
                self.refuse(&path.key("kind"), message, "", Some(help));
            }
            if let Some(agent) = agents.iter().find(|agent| matches!(agent.mode, Mode::OwnerOnly(_))) {
                let message = format!(
                    "kind \"batched\" does not go with agent \"{}\", which books no slots",
                    agent.name
                );
                let help = "with mode \"owner-only\" there is nothing to match tickets to".to_owned();
                self.refuse(&path.key("kind"), message, "", Some(help));
            }
        }
    }
}

/// The kind as it is typed.
fn kind_name(kind: KindFile) -> &'static str {
    match kind {
        KindFile::Sequential => "sequential",
        KindFile::UnsafeParallel => "unsafe-parallel",
        KindFile::Parallel => "parallel",
        KindFile::Optimistic => "optimistic",
        KindFile::Locked => "locked",
        KindFile::Batched => "batched",
        KindFile::Pods => "pods",
        KindFile::Subagents => "subagents",
    }
}

/// How slots are taken.
fn writes(file: Option<WritesFile>) -> Writes {
    match file {
        Some(WritesFile::Unsafe) => Writes::Unsafe,
        None | Some(WritesFile::Held) => Writes::Held,
        Some(WritesFile::Parent) => Writes::Parent,
    }
}
