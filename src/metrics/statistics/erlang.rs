//! What queueing theory says of M/M/c: customers arrive in a Poisson stream, so many servers take from one queue, service is
//! exponential, and it has been so for ever.
//!
//! Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
//! exchanges" (1917); the recursion for the blocked share is the usual one.

/// A queue with so many servers, in the steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangC {
    servers: u32,
    /// Arrivals in the time that a service takes on average.
    offered: f64,
    /// The share that has to wait.
    waiting: f64,
}

impl ErlangC {
    /// The queue; `None` where the servers cannot keep up.
    pub fn new(servers: u32, offered: f64) -> Option<Self> {
        let blocked =
            (1..=servers).fold(1.0, |blocked, n| offered * blocked / (f64::from(n) + offered * blocked));
        let c = f64::from(servers);
        (offered < c).then(|| Self {
            servers,
            offered,
            waiting: c * blocked / (c - offered * (1.0 - blocked)),
        })
    }

    /// The share of customers that wait.
    pub fn waiting(&self) -> f64 {
        self.waiting
    }

    /// The mean wait, in mean service times.
    pub fn mean_wait(&self) -> f64 {
        self.waiting / (f64::from(self.servers) - self.offered)
    }

    /// The wait that this share of customers does not exceed, in mean service times.
    pub fn wait_of(&self, share: f64) -> f64 {
        let longer = (1.0 - share) / self.waiting;
        if longer >= 1.0 { 0.0 } else { -libm::log(longer) / (f64::from(self.servers) - self.offered) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_those_of_the_tables() {
        // 8 servers at 87.5 %: the yardstick of the kernel; 10 at 8 erlangs: the usual example of tables.
        let queue = ErlangC::new(8, 7.0).expect("it keeps up");
        assert!((queue.mean_wait() - 0.6353).abs() < 5e-5, "{}", queue.mean_wait());
        let queue = ErlangC::new(10, 8.0).expect("it keeps up");
        assert!((queue.waiting() - 0.409).abs() < 5e-4, "{}", queue.waiting());
        // P(wait > t) = waiting · e^(−2t).
        let t = queue.wait_of(0.9);
        assert!((queue.waiting() * libm::exp(-2.0 * t) - 0.1).abs() < 1e-12);
        assert_eq!(queue.wait_of(0.5), 0.0);
        // One server: the share that waits is the load, and the mean wait the load over what is free.
        let queue = ErlangC::new(1, 0.5).expect("it keeps up");
        assert!((queue.waiting() - 0.5).abs() < 1e-12 && (queue.mean_wait() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn who_cannot_keep_up_has_no_steady_state() {
        for (servers, offered) in [(0, 0.0), (8, 8.0), (8, 9.5)] {
            assert_eq!(ErlangC::new(servers, offered), None);
        }
    }
}
