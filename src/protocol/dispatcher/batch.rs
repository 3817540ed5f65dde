//! Dispatches that go together: one read, one ranking, and each gets the slot that the discipline allots to it.

use super::{Dispatcher, Fact, Offer, Outbox, Reason, TicketId, ToCalendar, without_slot};
use crate::discipline::How;
use crate::domain::calendar::{CostTable, Request, Slots};

/// Tickets that are dispatched together.
#[derive(Debug)]
pub(super) struct Batch {
    tickets: Vec<TicketId>,
    /// What each of them would cost in each slot, once that is read.
    table: CostTable,
}

impl Dispatcher {
    pub(super) fn begin_together(&mut self, tickets: Vec<TicketId>, out: &mut impl Outbox) {
        let mut flying = Vec::with_capacity(tickets.len());
        for ticket in tickets {
            self.take_off(ticket, out);
            if self.merges(ticket, out) {
                self.end(ticket, How::Merged, out);
            } else {
                flying.push(ticket);
            }
        }
        if flying.is_empty() {
            return;
        }
        // One ranking serves all of them: that of the first.
        let thinking = self.foresight(flying[0], 1);
        let requests = flying.iter().map(|&ticket| Request { thinking, ..self.request(ticket) }).collect();
        for &ticket in &flying {
            self.flight(ticket).attempt = 1;
        }
        self.batch = Some(Batch { tickets: flying, table: CostTable::empty() });
        self.tell_calendar(ToCalendar::ReadTogether { requests }, out);
    }

    /// Asks the ranker, once for all.
    pub(super) fn rank_together(&mut self, mut table: CostTable, out: &mut impl Outbox) {
        let Some(mut batch) = self.batch.take() else { return };
        if table.technicians.is_empty() {
            for (&ticket, row) in batch.tickets.iter().zip(&table.rows) {
                self.give_up(ticket, without_slot(row.has_eligible), out);
            }
            return;
        }
        let technicians = self.rules.desk.technicians.len();
        for (&ticket, row) in batch.tickets.iter().zip(&mut table.rows) {
            let noise = self.ranker.noise(&self.streams, ticket, 1, technicians);
            for (added, slots) in row.added.iter_mut().zip(&table.technicians) {
                *added += noise.get(slots.technician.index()).copied().unwrap_or(0.0);
            }
        }
        batch.table = table;
        let first = batch.tickets[0];
        self.batch = Some(batch);
        self.begin_ranking(first, out);
        self.ask(first, 1, None, out);
    }

    /// Each ticket takes what is allotted to it.
    pub(super) fn ranked_together(&mut self, batch: Batch, tokens: u32, out: &mut impl Outbox) {
        let Batch { tickets, table } = batch;
        state_batch(&tickets, out);
        let places = self.discipline.allot(&table);
        let mut tokens = tokens;
        for ((ticket, place), row) in tickets.into_iter().zip(places).zip(&table.rows) {
            let Some((technician, slot)) = place else {
                self.left_over.push((ticket, without_slot(row.has_eligible)));
                continue;
            };
            let added = row.added[technician];
            let Slots { technician, slots, .. } = &table.technicians[technician];
            let (start, cost) = slots[slot];
            let request = self.request(ticket);
            let errand = self.flight(ticket).errand.get_or_insert_default();
            errand.request = request;
            errand.offers.clear();
            errand.offers.push(Offer { technician: *technician, start, cost: cost + added });
            self.ranked(ticket, std::mem::take(&mut tokens), out);
        }
        self.give_up_left_over(out);
    }

    /// Gives up the tickets that got no slot, once the others of the batch are written: a second day that is looked for
    /// earlier could be found in a slot that is another's.
    pub(super) fn give_up_left_over(&mut self, out: &mut impl Outbox) {
        if self.flights.len() - self.vacant.len() == self.left_over.len() {
            for (ticket, reason) in std::mem::take(&mut self.left_over) {
                self.give_up(ticket, reason, out);
            }
        }
    }

    pub(super) fn give_up_together(&mut self, batch: &Batch, reason: Reason, out: &mut impl Outbox) {
        state_batch(&batch.tickets, out);
        for &ticket in &batch.tickets {
            self.give_up(ticket, reason, out);
        }
    }
}

/// States in whose name a ranking was asked for, once it has come or will not.
fn state_batch(tickets: &[TicketId], out: &mut impl Outbox) {
    let Some((&with, others)) = tickets.split_first() else { return };
    for &ticket in others {
        out.state(Fact::Batched { ticket, with });
    }
}
