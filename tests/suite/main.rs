//! What Stampede promises, one file per behaviour.

mod architecture;
mod bad_input;
mod charts;
mod command_line;
mod common;
mod coverage;
mod determinism;
mod docs;
mod events;
mod extremes;
mod gates;
mod hostile;
mod interruptions;
mod plan;
mod plan_command;
mod precision;
mod real_monday;
mod resuming;
mod rules;
mod schemas;
mod shards;
mod shipped;
mod sweep;
mod theory;
mod trace;
mod walks;
