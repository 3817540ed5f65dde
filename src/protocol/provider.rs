//! The AI's provider: a limit on calls per minute, another on calls at a time, and calls that fail.

use std::collections::VecDeque;

use super::message::{Delivery, Sent, ToDispatcher, ToProvider};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::settings::{ProviderSettings, RankerSettings};
use crate::domain::time::nearest;
use crate::domain::{AgentId, SimDuration, SimTime, TicketId};
use crate::facts::Fact;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Sheets, Streams};

/// The span for which `calls_per_minute` counts.
const MINUTE: SimDuration = SimDuration::from_mins(1);

/// A call that somebody wants made.
#[derive(Clone, Copy, Debug)]
struct Call {
    agent: AgentId,
    ticket: TicketId,
    attempt: u16,
    /// Which call of the attempt, from 1.
    tries: u16,
    since: SimTime,
}

/// One provider for all agents: first come, first served.
pub struct Provider {
    limits: ProviderSettings,
    calls: Calls,
    failures: Sheets,
    line: VecDeque<Call>,
    under_way: u32,
    /// When the calls of the last minute began.
    begun: VecDeque<SimTime>,
    /// When the line is looked at again because of the quota.
    looks_at: Option<SimTime>,
}

impl Provider {
    /// A provider with nothing to do; `None` where the scenario limits nothing.
    pub fn new(rules: &Rules) -> Option<Self> {
        Some(Self {
            limits: rules.ranker.provider.clone()?,
            calls: Calls::new(&rules.ranker),
            failures: Sheets::new(Script::default().streams, Purpose::ProviderFailure),
            line: VecDeque::new(),
            under_way: 0,
            begun: VecDeque::new(),
            looks_at: None,
        })
    }

    /// Begins what may begin.
    fn serve(&mut self, out: &mut impl Outbox) {
        let now = out.now();
        while let Some(&call) = self.line.front() {
            if self.limits.concurrent_calls.is_some_and(|limit| self.under_way >= limit) {
                return;
            }
            if let Some(quota) = self.limits.calls_per_minute {
                while self.begun.front().is_some_and(|begun| *begun + MINUTE <= now) {
                    self.begun.pop_front();
                }
                if self.begun.len() >= quota as usize {
                    return self.look_again(out);
                }
                self.begun.push_back(now);
            }
            self.line.pop_front();
            self.under_way += 1;
            self.begin_call(call, out);
        }
    }

    /// Looks at the line again when the oldest call of the last minute is a minute old.
    fn look_again(&mut self, out: &mut impl Outbox) {
        let (now, Some(&oldest)) = (out.now(), self.begun.front()) else { return };
        let due = oldest + MINUTE;
        if self.looks_at.is_none_or(|planned| planned <= now) {
            self.looks_at = Some(due);
            out.send(due - now, Delivery::provider(AgentId(0), ToProvider::Quota));
        }
    }

    fn begin_call(&mut self, call: Call, out: &mut impl Outbox) {
        let Call { agent, ticket, attempt, tries, since } = call;
        let waited = out.now() - since;
        if waited > SimDuration::ZERO {
            out.state(Fact::Throttled { ticket, attempt, waited });
        }
        let latency = self.calls.latency(ticket, key(attempt, tries));
        let over = ToProvider::CallOver { ticket, attempt, tries };
        if !self.fails(ticket, attempt, tries) {
            let tokens = self.calls.tokens(ticket, key(attempt, tries));
            out.state(Fact::Asked { ticket, attempt, tokens, answer_at: out.now() + latency });
        }
        out.send(latency, Delivery::provider(agent, over));
    }

    fn fails(&mut self, ticket: TicketId, attempt: u16, tries: u16) -> bool {
        let rate = self.limits.failure_rate;
        rate > 0.0 && self.failures.stream(ticket.0, key(attempt, tries)).unit() < rate
    }

    fn call_over(
        &mut self,
        agent: AgentId,
        (ticket, attempt, tries): (TicketId, u16, u16),
        out: &mut impl Outbox,
    ) {
        self.under_way -= 1;
        if !self.fails(ticket, attempt, tries) {
            let tokens = self.calls.tokens(ticket, key(attempt, tries));
            let ranked = ToDispatcher::Ranked { ticket, tokens, errand: None };
            out.send(SimDuration::ZERO, Delivery::Dispatcher(agent, ranked));
        } else if tries >= self.limits.max_tries {
            out.state(Fact::CallFailed { ticket, attempt, tries, again_at: None });
            let failed = ToDispatcher::RankerFailed { ticket };
            out.send(SimDuration::ZERO, Delivery::Dispatcher(agent, failed));
        } else {
            let pause = (1..tries).fold(self.limits.back_off, |pause, _| pause + pause);
            out.state(Fact::CallFailed { ticket, attempt, tries, again_at: Some(out.now() + pause) });
            let again = ToProvider::Again { ticket, attempt, tries: tries + 1 };
            out.send(pause, Delivery::provider(agent, again));
        }
        self.serve(out);
    }
}

/// The key of a call's draws: that of the attempt for its first call.
fn key(attempt: u16, tries: u16) -> u32 {
    u32::from(attempt) | u32::from(tries - 1) << 16
}

/// What calls of the AI take.
pub(super) struct Calls {
    ranker: RankerSettings,
    latencies: Sheets,
    tokens: Sheets,
}

impl Calls {
    /// Calls of the AI that these settings describe.
    pub(super) fn new(ranker: &RankerSettings) -> Self {
        let Script { streams, .. } = Script::default();
        let sheets = |purpose| Sheets::new(streams, purpose);
        Self {
            ranker: ranker.clone(),
            latencies: sheets(Purpose::RankerLatency),
            tokens: sheets(Purpose::RankerTokens),
        }
    }

    /// Turns to another replication.
    pub(super) fn turn(&mut self, streams: Streams) {
        self.latencies.turn(streams);
        self.tokens.turn(streams);
    }

    /// How long a call takes.
    #[inline]
    pub(super) fn latency(&mut self, ticket: TicketId, key: u32) -> SimDuration {
        sampler::draw_duration_of(&self.ranker.latency, &mut self.latencies, ticket.0, key)
    }

    /// How long a ranking by rule takes, which calls no AI.
    pub(super) fn rule_latency(&mut self, ticket: TicketId, key: u32) -> SimDuration {
        sampler::draw_duration_of(&self.ranker.rule_latency, &mut self.latencies, ticket.0, key)
    }

    /// The tokens that a call uses.
    #[inline]
    pub(super) fn tokens(&mut self, ticket: TicketId, key: u32) -> u32 {
        if self.ranker.tokens.is_zero() {
            return 0;
        }
        let tokens = sampler::draw(&self.ranker.tokens, &mut self.tokens.stream(ticket.0, key));
        u32::try_from(nearest(tokens)).unwrap_or(u32::MAX)
    }
}

impl Actor for Provider {
    type Message = Sent<ToProvider>;

    fn begin(&mut self, script: &Script) {
        self.calls.turn(script.streams);
        self.failures.turn(script.streams);
        self.line.clear();
        self.under_way = 0;
        self.begun.clear();
        self.looks_at = None;
    }

    fn handle(&mut self, Sent { from: agent, message }: Self::Message, out: &mut impl Outbox) {
        let since = out.now();
        match message {
            ToProvider::Call { ticket, attempt } => {
                self.line.push_back(Call { agent, ticket, attempt, tries: 1, since });
                self.serve(out);
            }
            ToProvider::Again { ticket, attempt, tries } => {
                self.line.push_back(Call { agent, ticket, attempt, tries, since });
                self.serve(out);
            }
            ToProvider::CallOver { ticket, attempt, tries } => {
                self.call_over(agent, (ticket, attempt, tries), out);
            }
            ToProvider::Quota => self.serve(out),
        }
    }
}

#[cfg(test)]
mod tests;
