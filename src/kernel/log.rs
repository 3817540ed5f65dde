//! The event log: what happened, in order, with a running digest.
//!
//! Actors state facts; the log absorbs each into a digest and hands it on to whoever watches. Nothing is kept here, so a
//! world of a million tickets needs no more room for its log than one of thirty.

mod digest;

use std::marker::PhantomData;

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
pub trait Observer<F>: Send + 'static {
    /// Sees the next record; each comes once, in order.
    fn observe(&mut self, record: &Record<F>);

    /// Sees several records, in order.
    fn observe_all(&mut self, records: &[Record<F>]) {
        for record in records {
            self.observe(record);
        }
    }

    /// Whether it wants to see the facts that only explain others.
    fn wants_explanations(&self) -> bool {
        false
    }
}

/// Nobody watches.
impl<F> Observer<F> for () {
    fn observe(&mut self, _: &Record<F>) {}
}

impl<F, O: Observer<F>> Observer<F> for Box<O> {
    #[inline(always)]
    fn observe(&mut self, record: &Record<F>) {
        (**self).observe(record);
    }

    fn wants_explanations(&self) -> bool {
        (**self).wants_explanations()
    }
}

/// The log of one world, watched by an `O`.
pub struct Log<F, O = ()> {
    digest: Digest,
    observer: Option<O>,
    explains: bool,
    of: PhantomData<F>,
}

impl<F: Logged, O: Observer<F>> Log<F, O> {
    /// An empty log, watched by `observer` if there is one.
    pub fn new(observer: Option<O>) -> Self {
        let mut log = Self { digest: Digest::EMPTY, observer: None, explains: false, of: PhantomData };
        log.watch(observer);
        log
    }

    /// Whether facts that only explain others are wanted.
    #[inline]
    pub fn explains(&self) -> bool {
        self.explains
    }

    /// Writes a fact down: what it is, is known where it is stated, so that little is left to do there.
    #[inline(always)]
    pub fn write(&mut self, at: SimTime, fact: F) {
        let record = Record { at, fact };
        self.digest.absorb(&record);
        if let Some(observer) = &mut self.observer {
            observer.observe(&record);
        }
    }

    /// Closes the log: returns the digest and the observer, and is empty again.
    pub fn close(&mut self) -> (Digest, Option<O>) {
        (std::mem::replace(&mut self.digest, Digest::EMPTY), self.observer.take())
    }

    /// Who watches from now on.
    pub fn watch(&mut self, observer: Option<O>) {
        self.explains = observer.as_ref().is_some_and(Observer::wants_explanations);
        self.observer = observer;
    }
}
