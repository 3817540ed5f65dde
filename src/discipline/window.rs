//! A window: tickets are collected for a while, counted from the first that waits.

use super::contract::{Order, Orders};
use crate::domain::{SimDuration, SimTime};

/// The alarm that ends a window.
pub(super) const WINDOW: u32 = 0;

/// What is collected until the window ends. An instant is never cut in two: what comes as the window ends is in it.
pub(super) struct Window<T> {
    length: SimDuration,
    collected: Vec<T>,
    /// When the first of those came.
    since: SimTime,
    /// Whether the window's end has been asked for.
    is_open: bool,
}

impl<T> Window<T> {
    /// A window of this length, with nothing in it.
    pub fn new(length: SimDuration) -> Self {
        Self { length, collected: Vec::new(), since: SimTime::ZERO, is_open: false }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.collected.clear();
        self.is_open = false;
    }

    /// Something has come.
    pub fn add(&mut self, now: SimTime, item: T) {
        if self.collected.is_empty() {
            self.since = now;
        }
        self.collected.push(item);
    }

    /// Asks for the window's end, unless that was done or nothing waits. What has waited for longer than the window is
    /// long waits no more.
    pub fn open(&mut self, now: SimTime, orders: &mut Orders) {
        if !self.is_open && !self.collected.is_empty() {
            self.is_open = true;
            let rest = (self.since + self.length - now).max(SimDuration::ZERO);
            orders.push_back(Order::WakeLast(rest, WINDOW));
        }
    }

    /// The window ends: takes what it has collected.
    pub fn close(&mut self) -> Vec<T> {
        self.is_open = false;
        std::mem::take(&mut self.collected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_so_long_after_the_first_that_waits_whenever_it_opens() {
        let at = |minute| SimTime::ZERO + SimDuration::from_mins(minute);
        let mut window = Window::new(SimDuration::from_mins(10));
        let opened = |window: &mut Window<char>, minute| {
            let mut orders = Orders::new();
            window.open(at(minute), &mut orders);
            match orders.pop_front() {
                Some(Order::WakeLast(after, WINDOW)) => Some(after.as_mins_f64()),
                _ => None,
            }
        };
        assert_eq!(opened(&mut window, 0), None, "nothing waits");
        window.add(at(1), 'a');
        assert_eq!(opened(&mut window, 1), Some(10.0));
        window.add(at(5), 'b');
        assert_eq!(opened(&mut window, 5), None, "once");
        assert_eq!(window.close(), ['a', 'b']);
        window.add(at(12), 'c');
        window.add(at(17), 'd');
        assert_eq!(opened(&mut window, 18), Some(4.0), "c came six minutes ago");
        window.close();
        window.add(at(20), 'e');
        assert_eq!(opened(&mut window, 50), Some(0.0), "e has waited for longer");
        window.reset();
        assert_eq!(opened(&mut window, 51), None);
        window.add(at(52), 'f');
        assert_eq!(opened(&mut window, 52), Some(10.0));
    }
}
