//! What follows from the definition of a fact: its variant, its ticket, its digest, its line and its reading back.

/// Defines [`Fact`](super::Fact). Each fact is written
///
/// ```text
/// /// What has happened.
/// Variant(ticket) = "name_in_files" [0x10 | flag, (field, field), field] {
///     /// What the field says.
///     field: Type as "key_in_files" of label,
/// }
/// ```
///
/// * `(ticket)` gives it a ticket; `()` stands behind what is about none.
/// * What goes into the digest is in brackets: a code that no other fact has or ever had, the fields that fit into a byte,
///   then up to four words, of which `(a, b)` holds two fields of 32 bits. A fact without brackets only explains another one and
///   is not in the digest.
/// * A field's key in `events.jsonl` is its name unless `as` says otherwise; `of` says which [`Label`](super::line::Label)
///   a bare number is.
macro_rules! facts {
    (
        $(#[$attribute:meta])*
        pub enum $enum:ident {
            $(
                $(#[$doc:meta])*
                $variant:ident($($ticket:ident)?) = $name:literal $([$($digest:tt)*])? {
                    $(
                        $(#[$field_doc:meta])*
                        $field:ident: $type:ty $(as $key:literal $(of $label:expr)?)?,
                    )*
                }
            )+
        }
    ) => {
        $(#[$attribute])*
        pub enum $enum {
            $(
                $(#[$doc])*
                $variant {
                    $(
                        /// The ticket.
                        $ticket: TicketId,
                    )?
                    $(
                        $(#[$field_doc])*
                        $field: $type,
                    )*
                },
            )+
        }

        impl $enum {
            /// The names of all facts in files, in the order of their definition.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The fact's name in files.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)+
                }
            }

            /// The ticket it is about, if it is about one.
            pub fn ticket(&self) -> Option<TicketId> {
                match *self {
                    $(Self::$variant { $($ticket,)? .. } => facts!(@ticket $($ticket)?),)+
                }
            }

            /// Writes its fields, but for its ticket, into a line of `events.jsonl`.
            pub fn write(&self, line: &mut $crate::facts::line::Writer<'_>) {
                match *self {
                    $(Self::$variant { $($field,)* .. } => {
                        $(
                            line.key(facts!(@key $field $($key)?));
                            facts!(@write line $field $($(of $label)?)?);
                        )*
                    })+
                }
            }

            /// Reads the fact of this name from a line of `events.jsonl`.
            ///
            /// # Errors
            /// When there is no such fact, or a field of it is missing or says nothing that it can say.
            pub fn read(name: &str, line: &$crate::facts::line::LineReader<'_, '_>) -> Result<Self, $crate::facts::line::Flaw> {
                match name {
                    $($name => {
                        $(let $ticket = line.read(stringify!($ticket))?;)?
                        $(let $field = facts!(@read line [facts!(@key $field $($key)?)] $($(of $label)?)?)?;)*
                        Ok(Self::$variant { $($ticket,)? $($field,)* })
                    })+
                    unknown => Err($crate::facts::line::Flaw::UnknownFact(unknown.to_owned())),
                }
            }

            /// Any fact, for property tests.
            #[cfg(test)]
            pub(crate) fn any() -> impl proptest::strategy::Strategy<Value = Self> {
                use proptest::strategy::{Strategy, Union};
                use $crate::facts::tests::Sample;
                Union::new([
                    $(
                        ($(<facts!(@id $ticket)>::samples(),)? $(<$type>::samples(),)*)
                            .prop_map(|($($ticket,)? $($field,)*)| Self::$variant { $($ticket,)? $($field,)* })
                            .boxed(),
                    )+
                ])
            }
        }

        impl $crate::kernel::log::Logged for $enum {
            #[inline(always)]
            fn words(&self) -> Option<[u64; 5]> {
                match *self {
                    $(Self::$variant { $($ticket,)? $($field,)* } => {
                        facts!(@digest $([$($digest)*])? of $($ticket)? $($field)*)
                    })+
                }
            }
        }
    };

    (@ticket $ticket:ident) => { Some($ticket) };
    (@ticket) => { None };

    (@id $ticket:ident) => { TicketId };

    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };

    (@write $line:ident $field:ident) => { $line.put($field) };
    (@write $line:ident $field:ident of $label:expr) => { $line.put_labelled($field, $label) };

    (@read $line:ident [$key:expr]) => { $line.read($key) };
    (@read $line:ident [$key:expr] of $label:expr) => { $line.read_labelled($key, $label) };

    (@digest [$code:literal $(| $flag:ident)* $(, $word:expr)*] of $($field:ident)*) => {
        Some($crate::facts::words::join([$code, $($flag as u8),*], [$($crate::facts::words::Word::word($word)),*]))
    };
    (@digest of $($unused:ident)*) => {{
        let _ = ($($unused),*);
        None
    }};
}
pub(super) use facts;
