//! Small enums whose values have a name in files: value, name and meaning are stated once.

/// An enum each of whose values has a name in files.
pub trait Named: Copy + Sized + 'static {
    /// All values, in the order of their definition.
    const ALL: &'static [Self];

    /// The value's name in files: lower case, words joined by `_`.
    fn name(self) -> &'static str;

    /// What the value means: whole sentences.
    fn meaning(self) -> &'static str;

    /// The value of this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

/// Defines an enum that is [`Named`](crate::keys::Named): each value with its meaning, which is its doc comment, and its name.
#[macro_export]
macro_rules! named {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $enum:ident {
            $($(#[doc = $meaning:literal])+ $value:ident = $name:literal,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        $visibility enum $enum {
            $($(#[doc = $meaning])+ $value,)+
        }

        impl $crate::keys::Named for $enum {
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }

            fn meaning(self) -> &'static str {
                match self {
                    $(Self::$value => concat!($($meaning),+).trim_ascii(),)+
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    named! {
        /// For the test.
        pub enum Light {
            /// Go.
            Green = "green",
            /// Stop. The colour may
            /// be brighter.
            DeepRed = "deep_red",
        }
    }

    #[test]
    fn a_name_finds_its_value() {
        assert_eq!(Light::ALL, [Light::Green, Light::DeepRed]);
        for &light in Light::ALL {
            assert_eq!(Light::from_name(light.name()), Some(light));
        }
        assert_eq!(Light::from_name("red"), None);
        assert_eq!(
            (Light::DeepRed.name(), Light::DeepRed.meaning()),
            ("deep_red", "Stop. The colour may be brighter.")
        );
    }
}
