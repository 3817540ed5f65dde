//! The key of a threshold: a metric, with a discipline and a dot before it or not, with a tag in braces behind it or not.

/// The parts of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The arm it is for; `None`: every arm.
    pub discipline: Option<&'a str>,
    /// The metric's name.
    pub metric: &'a str,
    /// The tag with its braces, as in `{priority:1}`: whatever stands from the first brace on.
    pub tag: Option<&'a str>,
}

impl<'a> Key<'a> {
    /// The parts of `key`. Names of disciplines and metrics have no braces, and dots in a tag are part of its value.
    pub fn of(key: &'a str) -> Self {
        let (name, tag) = match key.find('{') {
            Some(brace) => (&key[..brace], Some(key[brace..].trim_end())),
            None => (key, None),
        };
        let (discipline, metric) = match name.rsplit_once('.') {
            Some((discipline, metric)) => (Some(discipline.trim()), metric),
            None => (None, name),
        };
        Self { discipline, metric: metric.trim(), tag }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_may_hold_anything() {
        for (key, discipline, metric, tag) in [
            ("makespan", None, "makespan", None),
            (" parallel . makespan ", Some("parallel"), "makespan", None),
            ("a.dispatch_delay{board:x.y{z}:\"}", Some("a"), "dispatch_delay", Some("{board:x.y{z}:\"}")),
            ("dispatch_delay {agent:help} ", None, "dispatch_delay", Some("{agent:help}")),
            ("{", None, "", Some("{")),
        ] {
            assert_eq!(Key::of(key), Key { discipline, metric, tag }, "{key}");
        }
    }
}
