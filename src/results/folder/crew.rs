//! Files are made several at a time.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// No more files than this are made at a time: a chart takes 25 MB meanwhile.
pub const AT_ONCE: usize = 4;

/// What `work` makes of each value, in their order, with up to so many threads. Once one fails, no other is begun. Where the
/// system has no more threads, fewer do the work.
pub(super) fn each<T: Sync, R: Send, E: Send>(
    values: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let some = || -> Result<Vec<(usize, R)>, E> {
        let taken = std::iter::from_fn(|| {
            let place = next.fetch_add(1, Ordering::Relaxed);
            Some((place, values.get(place)?))
        });
        let made = taken.map(|(place, value)| Ok((place, work(value)?)));
        made.collect::<Result<_, _>>().inspect_err(|_| next.store(values.len(), Ordering::Relaxed))
    };
    let made = thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.min(AT_ONCE).min(values.len()))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, some).ok())
            .collect();
        let own = some();
        let join = |helper: thread::ScopedJoinHandle<'_, _>| {
            helper.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        // All are joined, whichever fails.
        let theirs: Vec<_> = helpers.into_iter().map(join).collect();
        std::iter::once(own).chain(theirs).collect::<Result<Vec<_>, E>>()
    });
    let mut made: Vec<_> = made?.into_iter().flatten().collect();
    made.sort_by_key(|(place, _)| *place);
    Ok(made.into_iter().map(|(_, made)| made).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn values_come_in_their_order_however_many_threads_there_are() {
        let values: Vec<u32> = (0..100).collect();
        for threads in [0, 1, 2, 3, 200] {
            let doubled = each(&values, threads, |value| {
                if value % 7 == 0 {
                    thread::yield_now();
                }
                Ok::<_, ()>(2 * value)
            });
            assert!(doubled.unwrap().iter().zip(&values).all(|(doubled, value)| *doubled == 2 * value));
        }
        assert_eq!(each(&[0_u8; 0], 4, |_| Err::<(), _>("called")), Ok(Vec::new()));
    }

    #[test]
    fn as_many_are_made_at_a_time_as_was_said_but_no_more_than_four() {
        for (threads, at_once) in [(1, 1), (2, 2), (4, 4), (100, AT_ONCE)] {
            // Nobody gets past it alone: with fewer threads this would not end, with more the count would be too high.
            let all_there = Barrier::new(at_once);
            let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            each(&vec![(); 5 * at_once], threads, |()| {
                most.fetch_max(1 + now.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
                all_there.wait();
                now.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, ()>(())
            })
            .unwrap();
            assert!(most.into_inner() <= at_once, "{threads}");
        }
    }

    #[test]
    fn once_one_fails_no_other_is_begun() {
        let begun = AtomicUsize::new(0);
        let failed = each(&[(); 1000], 1, |()| match begun.fetch_add(1, Ordering::Relaxed) {
            3 => Err("full"),
            _ => Ok(()),
        });
        assert_eq!((failed, begun.into_inner()), (Err("full"), 4));
        let begun = AtomicUsize::new(0);
        let failed = each(&[(); 100_000], 2, |()| {
            thread::yield_now();
            if begun.fetch_add(1, Ordering::Relaxed) == 0 { Err("full") } else { Ok(()) }
        });
        assert!(failed == Err("full") && begun.into_inner() < 100_000);
    }
}
