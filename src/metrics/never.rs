//! Numbers in files that may be "never", for which JSON has no number: it is the word.

use serde::{Deserialize, Serialize};

use super::catalog::{NEVER, NEVER_TEXT};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(String),
}

impl Written {
    fn of(number: f64) -> Self {
        if number == NEVER { Self::Word(NEVER_TEXT.to_owned()) } else { Self::Number(number) }
    }

    fn number<E: serde::de::Error>(self) -> Result<f64, E> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Word(word) if word == NEVER_TEXT => Ok(NEVER),
            Self::Word(word) => Err(E::custom(format!("{word:?} is not a number"))),
        }
    }
}

/// A number.
pub mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Written;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Written::of(*number).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Written::deserialize(deserializer)?.number()
    }
}

/// A number that need not be there.
pub mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Written;

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        number.map(Written::of).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        Option::<Written>::deserialize(deserializer)?.map(Written::number).transpose()
    }
}
