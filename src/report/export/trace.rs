//! A trace of the recorded replications, for Perfetto, speedscope and whatever else reads Chrome's trace events.
//!
//! Everything that takes time is a complete event (`X`), in microseconds of simulated time since the scenario's start. A
//! replication under a discipline is a process; its threads are lanes: of dispatches, of calls of the AI, of subagents, of each
//! technician's calendar and work, and of the tickets that wait. Within a lane nothing overlaps but a dispatch and what
//! it consists of, which lies within it: what overlaps gets a further lane. What takes no time is an instant (`i`), as speedscope
//! takes a complete event of no length for one that never ends; a part of no length is left out.

mod slices;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::domain::{SimTime, TechnicianId};
use crate::keys::text;
use crate::results::{Comparison, Recorded, Setup};
use slices::{Day, Slice, Track, slices};

/// Writes the trace, of which one replication at a time is in memory.
///
/// # Errors
/// When a replication cannot be read or the trace cannot be written.
pub fn write(c: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"traceEvents\":[")?;
    let mut events = Events { out, any: false };
    let all: Vec<(&str, &Recorded)> =
        c.arms.iter().flat_map(|arm| arm.recorded.iter().map(|recorded| (&*arm.name, recorded))).collect();
    // No thread has the number of a process, which some viewers would take for its main thread.
    let mut lanes = all.len();
    for (process, (arm, recorded)) in (1_usize..).zip(all) {
        let name = format!("{arm}, replication {}", recorded.replication);
        events.tell(&json!({"ph": "M", "pid": process, "name": "process_name", "args": {"name": name}}))?;
        let order = json!({"sort_index": process});
        events.tell(&json!({"ph": "M", "pid": process, "name": "process_sort_index", "args": order}))?;
        let mut slices = slices(&c.setup, recorded)?;
        slices.sort_by_key(|slice| (slice.track, slice.start, slice.end));
        let mut rest = &slices[..];
        while let Some(first) = rest.first() {
            let (own, others) = rest.split_at(rest.partition_point(|slice| slice.track == first.track));
            lanes = events.track(&c.setup, process, lanes, own)?;
            rest = others;
        }
    }
    events.out.write_all(b"\n],\"displayTimeUnit\":\"ms\"}\n")
}

/// Events on their way out.
struct Events<'o> {
    out: &'o mut dyn Write,
    /// Whether there is one already.
    any: bool,
}

impl Events<'_> {
    /// Writes an event.
    fn tell(&mut self, event: &Value) -> io::Result<()> {
        let between = if self.any { ",\n" } else { "\n" };
        self.any = true;
        self.out.write_all(between.as_bytes())?;
        self.out.write_all(text::json(&event.to_string()).as_bytes())
    }

    /// Writes the slices of a track, which come in the order of their starts, into as many lanes as it takes. Threads are
    /// numbered from the one after `last`; returns the last of them.
    fn track(&mut self, setup: &Setup, process: usize, last: usize, slices: &[Slice]) -> io::Result<usize> {
        // Until when each lane is taken.
        let mut lanes: Vec<SimTime> = Vec::new();
        for slice in slices {
            let lane = lanes.iter().position(|&taken| taken <= slice.start).unwrap_or(lanes.len());
            let thread = last + 1 + lane;
            if lane == lanes.len() {
                lanes.push(slice.end);
                let name = titled(setup, slice.track, lane);
                let args = json!({"name": name});
                self.tell(
                    &json!({"ph": "M", "pid": process, "tid": thread, "name": "thread_name", "args": args}),
                )?;
                let args = json!({"sort_index": thread});
                self.tell(
                    &json!({"ph": "M", "pid": process, "tid": thread, "name": "thread_sort_index", "args": args}),
                )?;
            }
            lanes[lane] = slice.end;
            let mut slice_of = |name: &str, start: SimTime, end: SimTime, args: &Value| {
                let (at, taken) = (start.micros(), (end - start).micros());
                self.tell(&if taken == 0 {
                    json!({"ph": "i", "s": "t", "pid": process, "tid": thread, "ts": at, "name": name, "args": args})
                } else {
                    json!({
                        "ph": "X", "pid": process, "tid": thread, "ts": at, "dur": taken, "name": name, "args": args
                    })
                })
            };
            slice_of(&slice.name, slice.start, slice.end, &slice.args)?;
            for part in slice.parts.iter().filter(|part| part.start < part.end) {
                slice_of(part.name, part.start, part.end, &json!({}))?;
            }
        }
        Ok(last + lanes.len())
    }
}

/// What a lane is called; further ones are numbered.
fn titled(setup: &Setup, track: Track, lane: usize) -> String {
    let technician = |id: TechnicianId| &setup.desk.technicians[id.index()].name;
    let title = match track {
        Track::Waiting => "waiting".to_owned(),
        Track::Dispatch => "dispatch".to_owned(),
        Track::Ai => "AI".to_owned(),
        Track::Subagents => "subagents".to_owned(),
        Track::Technician(id, Day::Calendar) => format!("{}: calendar", technician(id)),
        Track::Technician(id, Day::Work) => format!("{}: work", technician(id)),
    };
    if lane == 0 { title } else { format!("{title} {}", lane + 1) }
}
