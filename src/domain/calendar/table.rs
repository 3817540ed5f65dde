//! Many tickets against many slots: the costs of every pairing.

use super::Calendar;
use super::cost::CostUnit;
use super::reading::{Finding, OfferOrder, Outlook, Request};
use crate::domain::criteria::Criteria;
use crate::domain::ids::TechnicianId;
use crate::domain::interval::Interval;
use crate::domain::settings::SlotRules;
use crate::domain::time::SimTime;

/// What each ticket of a batch would cost in each slot. A slot's own cost does not depend on the ticket, and what a ticket
/// adds to it depends on the technician alone, so that the table is far smaller than its pairs are many.
#[derive(Clone, Debug, PartialEq)]
pub struct CostTable {
    /// The unit in which costs are compared.
    pub unit: CostUnit,
    /// Who has slots to offer.
    pub technicians: Vec<Slots>,
    /// The tickets.
    pub rows: Vec<Row>,
}

/// Where things are compared one after the other, all that is but the first: that is the cost.
pub type Further = [f64; Criteria::MOST - 1];

/// A technician's slots.
#[derive(Clone, Debug, PartialEq)]
pub struct Slots {
    /// Whose they are.
    pub technician: TechnicianId,
    /// When each of them starts and what it costs whoever gets it, the cheapest first. They keep clear of each other.
    pub slots: Vec<(SimTime, f64)>,
    /// What decides between slots that cost the same, for each of them; empty where things are weighed.
    pub further: Vec<Further>,
}

/// A ticket of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it adds to the cost of a slot, by technician; infinite where the technician may not get it.
    pub added: Vec<f64>,
    /// What it adds to what decides between slots that cost the same; empty where things are weighed.
    pub further: Vec<Further>,
    /// Whether anybody is eligible, with or without a slot.
    pub has_eligible: bool,
}

impl CostTable {
    /// A table without tickets.
    pub fn empty() -> Self {
        Self { unit: CostUnit::of(1.0), technicians: Vec::new(), rows: Vec::new() }
    }
}

impl Calendar {
    /// The table for the tickets of `requests`, at least one, which are decided on together: for each technician, as many
    /// of the first free slots within the horizon as there are tickets that could go there.
    ///
    /// The k-th slot of a technician is costed as if the ones before it were booked.
    pub fn table(
        &mut self,
        now: SimTime,
        requests: &[Request],
        rules: &SlotRules,
        outlook: &Outlook,
    ) -> CostTable {
        let order = outlook.order;
        if !matches!(order, OfferOrder::Cost(_) | OfferOrder::InTurn(_)) {
            return CostTable::empty();
        }
        let mut table = CostTable {
            unit: outlook.order.unit(),
            technicians: Vec::new(),
            rows: vec![Row { added: Vec::new(), further: Vec::new(), has_eligible: true }; requests.len()],
        };
        for number in 0..self.desk.technicians.len() {
            let technician = TechnicianId(number as u32);
            let eligible: Vec<bool> =
                requests.iter().map(|request| self.is_candidate(technician, now, request)).collect();
            let tickets = eligible.iter().filter(|is| **is).count();
            let span = requests[0].span(now, rules);
            let slots = self.first_slots(technician, (now, span), rules, order, tickets);
            if slots.slots.is_empty() {
                continue;
            }
            table.technicians.push(slots);
            for ((request, is_eligible), row) in requests.iter().zip(eligible).zip(&mut table.rows) {
                let (cost, further) = match order {
                    OfferOrder::Cost(preference) => {
                        (self.ticket_cost(technician, request, &preference), None)
                    }
                    OfferOrder::InTurn(criteria) => {
                        let [cost, further @ ..] = self.of_ticket(criteria, technician, request);
                        (cost, Some(further))
                    }
                    OfferOrder::Active | OfferOrder::Rotation => (f64::INFINITY, None),
                };
                row.added.push(if is_eligible { cost } else { f64::INFINITY });
                row.further.extend(further);
            }
        }
        for (row, request) in table.rows.iter_mut().zip(requests) {
            row.has_eligible =
                row.added.iter().any(|cost| cost.is_finite()) || self.has_eligible(now, request, rules);
        }
        table
    }

    /// The technician's first free slots that start within the span, as seen at `now`: at most so many, the cheapest first.
    fn first_slots(
        &self,
        technician: TechnicianId,
        (now, (from, latest)): (SimTime, (SimTime, SimTime)),
        rules: &SlotRules,
        order: OfferOrder,
        most: usize,
    ) -> Slots {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let mut at = from;
        let mut found: Vec<(SimTime, [f64; Criteria::MOST])> = Vec::new();
        while found.len() < most {
            let start = self.diaries[technician.index()].gap_from(rules, hours, at).first;
            if start > latest {
                break;
            }
            let taken = Interval::new(start, rules.slot).length() * found.len() as i64;
            let values = match order {
                OfferOrder::Cost(preference) => {
                    [self.slot_cost(technician, start, now, &preference, taken), 0.0, 0.0, 0.0]
                }
                OfferOrder::InTurn(criteria) => self.of_slot(criteria, technician, start, now, taken),
                OfferOrder::Active | OfferOrder::Rotation => [0.0; Criteria::MOST],
            };
            found.push((start, values));
            at = rules.round_up(start + rules.slot + rules.buffer);
        }
        // The next day is empty again, so a later slot may cost less.
        let is_in_turn = matches!(order, OfferOrder::InTurn(_));
        if is_in_turn {
            found.sort_by_key(|(_, values)| values.map(|value| order.unit().count(value)));
        } else {
            found.sort_by(|one, other| one.1[0].total_cmp(&other.1[0]));
        }
        let further = |(_, [_, further @ ..]): &(SimTime, [f64; Criteria::MOST])| *further;
        Slots {
            technician,
            slots: found.iter().map(|(start, values)| (*start, values[0])).collect(),
            further: if is_in_turn { found.iter().map(further).collect() } else { Vec::new() },
        }
    }

    /// Whether anybody of the team is eligible for the ticket, with or without a free slot.
    pub fn has_eligible(&self, now: SimTime, request: &Request, rules: &SlotRules) -> bool {
        let members = &self.desk.teams[request.team.index()].members;
        members.iter().any(|&member| {
            matches!(self.slot_finding(member, now, request, rules), Ok(_) | Err(Finding::NoSlot))
        })
    }
}
