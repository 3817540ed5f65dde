//! `pods`: one at a time inside a pod, pods in parallel. Only technicians whom pods share can be raced for.

use std::collections::BTreeMap;

use super::contract::{Approach, Discipline, Ended, Orders, Take, Waiting};
use super::definition::{DisciplineDefinition, Nature, Place};
use super::lane::Lane;
use super::writes::Writes;
use crate::domain::{SimTime, TicketId};
use crate::kernel::stream::Streams;
use crate::keys::At;
use crate::section;

section! {
    /// One at a time inside a pod, pods in parallel.
    pub struct PodsSettings: Copy {
        /// How slots are taken: "unsafe" or "held".
        writes: Writes = "held",
    }
}

impl DisciplineDefinition for PodsSettings {
    fn name(&self) -> &'static str {
        "pods"
    }

    fn nature(&self) -> Nature {
        Nature { claims: self.writes.claims(), ..Nature::PLAIN }
    }

    fn check(&self, at: &mut At<'_, '_>) {
        if self.writes == Writes::Parent {
            let path = at.path.key("writes");
            let message = format!("`{path}` \"parent\" does not go with kind \"pods\"");
            let help = "pods have no parent that could write for them".to_owned();
            at.reading.refuse(&path, message, "expected \"unsafe\" or \"held\"", Some(help));
        }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(Pods::new(self.writes))
    }
}

/// A lane for each pod; tickets whose company has none go by their team.
pub struct Pods {
    take: Take,
    lanes: BTreeMap<u32, Lane>,
    /// The lane of each ticket that waits or is under way.
    lane_of: BTreeMap<TicketId, u32>,
}

impl Pods {
    /// Slots are held first, or written without another look.
    pub fn new(writes: Writes) -> Self {
        let take = if writes == Writes::Held { Take::Hold } else { Take::Write };
        Self { take, lanes: BTreeMap::new(), lane_of: BTreeMap::new() }
    }
}

impl Discipline for Pods {
    fn reset(&mut self, _streams: &Streams) {
        self.lanes.clear();
        self.lane_of.clear();
    }

    fn waits(&mut self, _now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.lane_of.insert(waiting.ticket, waiting.pod);
        let lane = self.lanes.entry(waiting.pod).or_insert_with(|| Lane::new(Some(1)));
        lane.join(waiting.ticket, orders);
    }

    fn ended(&mut self, _now: SimTime, ended: Ended, orders: &mut Orders) {
        let pod = self.lane_of.remove(&ended.ticket);
        if let Some(lane) = pod.and_then(|pod| self.lanes.get_mut(&pod)) {
            lane.leave(orders);
        }
    }

    fn approach(&self, _ticket: TicketId) -> Approach {
        Approach::by(self.take)
    }
}
