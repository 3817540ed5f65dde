//! What a morning costs: each part at its price, and all of them together.

use super::counts::Counts;
use super::units::Unit;
use crate::domain::settings::PaidHours;

/// Seconds in an hour.
const HOUR: f64 = 3600.0;

/// A part of the total.
type Part = fn(&Counts) -> Option<f64>;

/// The parts that the total is the sum of, in the order of the files.
const PARTS: [Part; 5] = [
    Counts::ai_cost,
    Counts::technicians_cost,
    Counts::waiting_cost,
    Counts::double_bookings_cost,
    Counts::unassigned_cost,
];

impl Counts {
    /// What the AI cost: its tokens, and what runs and sandboxes of subagents cost.
    pub fn ai_cost(&self) -> Option<f64> {
        let context = &self.context;
        let tokens = self.tokens as f64 * context.price_per_million_tokens / 1e6;
        let runs = self.advanced_runs() as f64 * context.price_per_advanced_run;
        let sandboxes = self.sandbox_time.as_mins_f64() * context.price_per_sandbox_minute;
        self.reaches_dispatch().then_some(tokens + runs + sandboxes)
    }

    /// What the technicians' hours cost. Before anybody has worked it is not known up to when they are paid.
    pub fn technicians_cost(&self) -> Option<f64> {
        let costs = &self.context.costs;
        let paid = match costs.technician_hours {
            PaidHours::Scheduled => self.scheduled,
            PaidHours::Worked => self.worked,
        };
        Some(costs.technician_hour? * paid?.as_hours_f64())
    }

    /// What it costs that tickets wait for an owner, a team or their result.
    pub fn waiting_cost(&self) -> Option<f64> {
        let price = self.context.costs.waiting_hour.filter(|_| self.any_arrived())?;
        Some(price * (self.delay.as_secs_f64() / HOUR))
    }

    /// What double-booked tickets cost.
    pub fn double_bookings_cost(&self) -> Option<f64> {
        let price = self.context.costs.double_booking.filter(|_| self.books())?;
        Some(price * self.double_booked as f64)
    }

    /// What tickets without an owner cost.
    pub fn unassigned_cost(&self) -> Option<f64> {
        let price = self.context.costs.unassigned.filter(|_| self.any_arrived())?;
        Some(price * self.unassigned() as f64)
    }

    /// The sum of all parts, each to as many decimals as files have; what cannot happen costs nothing. `None` where
    /// `[costs]` states no price, and where technicians are paid for a time that is not known: it would lack them.
    pub fn total_cost(&self) -> Option<f64> {
        let costs = &self.context.costs;
        let lacks_technicians = costs.technician_hour.is_some() && self.technicians_cost().is_none();
        let is_priced = costs.states_a_price() && self.any_arrived() && !lacks_technicians;
        let parts = PARTS.iter().filter_map(|part| part(self));
        is_priced.then(|| parts.fold(0.0, |sum, part| sum + Unit::Money.rounded(part)))
    }
}
