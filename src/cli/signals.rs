//! SIGINT and SIGTERM: the first asks to stop and clean up, the second ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::{Exit, Failure};
use crate::keys::text::Allowed;

/// The signals that have come.
pub struct Signals {
    stop: Arc<AtomicBool>,
    last: Arc<AtomicUsize>,
}

impl Signals {
    /// Heeds them from now on. Where the system knows none of them it goes on as it always does.
    pub fn heed() -> Self {
        let (stop, last) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        for signal in [SIGINT, SIGTERM] {
            // What is registered first is done first: the first signal finds the flag not set yet, the second does.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))
                .and_then(|_| flag::register_usize(signal, Arc::clone(&last), signal as usize))
                .and_then(|_| flag::register(signal, Arc::clone(&stop)));
        }
        Self { stop, last }
    }

    /// Is set once a signal has come.
    pub fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// Nothing where no signal has come.
    ///
    /// # Errors
    /// Where one has: its exit code, and what has become of the results.
    pub fn check(&self, outcome: impl FnOnce() -> String) -> Result<(), Failure> {
        if !self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let terminated = self.last.load(Ordering::Relaxed) == SIGTERM as usize;
        let exit = if terminated { Exit::Terminated } else { Exit::Interrupted };
        Err(Failure { exit, message: format!("interrupted: {}", outcome()), allowed: Allowed::Nothing })
    }
}
