//! The event log: what happened, in order, with a running digest.
//!
//! Actors state facts; the log absorbs them into a digest and hands them on, a chunk at a time, to whoever watches.
//! Nothing is kept here, so a world of a million tickets needs no more room for its log than one of thirty.

mod digest;

use crate::domain::SimTime;
pub use digest::Digest;

/// A fact and the instant at which it was stated.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Record<F> {
    /// Simulated time.
    pub at: SimTime,
    /// What happened.
    pub fact: F,
}

/// What a log can keep.
pub trait Logged: Copy + 'static {
    /// The fact as numbers: everything it says, for the digest. `None` where it only explains another one.
    fn words(&self) -> Option<[u64; 5]>;
}

/// Somebody who watches the log.
pub trait Observer<F>: std::any::Any + Send {
    /// Sees the next records, in order, each exactly once.
    fn observe(&mut self, records: &[Record<F>]);

    /// Whether it wants to see the facts that only explain others.
    fn wants_explanations(&self) -> bool {
        false
    }
}

/// Records handed on at a time.
const CHUNK: usize = 2048;

/// The log of one world.
pub struct Log<F> {
    chunk: Vec<Record<F>>,
    digest: Digest,
    observer: Option<Box<dyn Observer<F>>>,
    explains: bool,
}

impl<F: Logged> Log<F> {
    /// An empty log, watched by `observer` if there is one.
    pub fn new(observer: Option<Box<dyn Observer<F>>>) -> Self {
        let mut log =
            Self { chunk: Vec::with_capacity(CHUNK), digest: Digest::EMPTY, observer: None, explains: false };
        log.watch(observer);
        log
    }

    /// Whether facts that only explain others are wanted.
    #[inline]
    pub fn explains(&self) -> bool {
        self.explains
    }

    /// Writes a fact down.
    #[inline]
    pub fn write(&mut self, at: SimTime, fact: F) {
        self.chunk.push(Record { at, fact });
        if self.chunk.len() == CHUNK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.digest.absorb(&self.chunk);
        if let Some(observer) = &mut self.observer {
            observer.observe(&self.chunk);
        }
        self.chunk.clear();
    }

    /// Closes the log: hands on what is left, returns the digest and the observer, and is empty again.
    pub fn close(&mut self) -> (Digest, Option<Box<dyn Observer<F>>>) {
        self.flush();
        (std::mem::replace(&mut self.digest, Digest::EMPTY), self.observer.take())
    }

    /// Who watches from now on.
    pub fn watch(&mut self, observer: Option<Box<dyn Observer<F>>>) {
        self.explains = observer.as_ref().is_some_and(|observer| observer.wants_explanations());
        self.observer = observer;
    }
}
