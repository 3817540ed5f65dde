//! Many tickets against many slots: the costs of every pairing.

use super::Calendar;
use super::reading::{OfferOrder, Outlook, Request};
use crate::domain::ids::TechnicianId;
use crate::domain::interval::Interval;
use crate::domain::settings::SlotRules;
use crate::domain::time::SimTime;

/// What each ticket of a batch would cost in each slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostTable {
    /// The slots: whose, and when they start. Those of one technician keep clear of each other.
    pub columns: Vec<(TechnicianId, SimTime)>,
    /// The cost of each ticket in each column; infinite where the technician is not eligible.
    pub costs: Vec<Vec<f64>>,
}

impl Calendar {
    /// The table for the tickets of `requests`: for each technician, as many of the first free slots within the
    /// horizon as there are tickets that could go there.
    ///
    /// The k-th slot of a technician is costed as if the ones before it were booked.
    pub fn table(
        &mut self,
        now: SimTime,
        requests: &[Request],
        rules: &SlotRules,
        outlook: &Outlook,
    ) -> CostTable {
        let OfferOrder::Cost(preference) = outlook.order else { return CostTable::default() };
        let from = rules.round_up(now + rules.lead);
        let latest = now.saturating_add(rules.horizon);
        let mut table = CostTable { columns: Vec::new(), costs: vec![Vec::new(); requests.len()] };
        for number in 0..self.desk.technicians.len() {
            let technician = TechnicianId(number as u32);
            let eligible: Vec<bool> =
                requests.iter().map(|request| self.is_candidate(technician, now, request)).collect();
            let tickets = eligible.iter().filter(|is| **is).count();
            let hours = &self.desk.hours[self.desk.technicians[number].hours];
            let mut at = from;
            for place in 0..tickets {
                let gap = self.diaries[number].gap_from(rules, hours, at);
                if gap.first > latest {
                    break;
                }
                let start = gap.first;
                let taken = Interval::new(start, rules.slot).length() * place as i64;
                table.columns.push((technician, start));
                for ((request, is_eligible), costs) in requests.iter().zip(&eligible).zip(&mut table.costs) {
                    let cost = self.cost(technician, start, now, request, &preference, taken);
                    costs.push(if *is_eligible { cost } else { f64::INFINITY });
                }
                at = rules.round_up(start + rules.slot + rules.buffer);
            }
        }
        table
    }
}
