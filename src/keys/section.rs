//! Macros that define a section, or a choice between names, once: from its definition follow how it is read, its JSON
//! Schema and its place in the reference.

/// Defines a section: a struct with a field for each key.
///
/// A key has its form, after whose [`Value`](crate::keys::Form::Value) the field is, and what holds where it is left out:
///
/// * `= 0.5`: this value, as JSON;
/// * `= none "no limit"`: nothing, which the words describe; the field is an `Option`;
/// * `= empty "all"`: an empty list, which the words describe;
/// * `= required "name = \"Ann\""`: an error, which suggests to write the words; the field is an `Option`, so that one
///   problem does not hide the next.
///
/// `..part: Type;` before the keys takes in all keys of another section. What stands behind the name is derived besides
/// `Clone`, `Debug` and `PartialEq`; numbers in brackets before it say how many keys have to be there, at least and at
/// most.
///
/// ```
/// use stampede::keys::{Share, Whole};
///
/// stampede::section! {
///     /// How somebody knocks.
///     pub struct Knocking: Copy {
///         /// How often, at first.
///         times: Whole<1, 10> = 3,
///         /// How likely somebody is at home.
///         at_home: Share = none "nobody knows",
///     }
/// }
/// assert_eq!(Knocking::default(), Knocking { times: 3, at_home: None });
/// ```
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $doc:literal])*
        pub struct $([$least:literal, $most:literal])? $name:ident $(: $($derive:ident),+)? {
            $(.. $part:ident: $section:ty;)*
            $($(#[doc = $key_doc:literal])* $key:ident: $form:ty = $fallback:tt $($words:literal)?,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq $(, $($derive),+)?)]
        pub struct $name {
            $(#[doc = concat!("The keys of [`", stringify!($section), "`].")] pub $part: $section,)*
            $($(#[doc = $key_doc])* pub $key: $crate::section!(@type $form, $fallback),)*
        }

        impl Default for $name {
            fn default() -> Self {
                $crate::keys::default_section()
            }
        }

        impl $crate::keys::Section for $name {
            const NAME: &'static str = stringify!($name);
            const DOC: &'static [&'static str] = &[$($doc),*];
            $(const LIMITS: Option<(u32, u32)> = Some(($least, $most));)?

            fn keys(book: &mut $crate::keys::Book<'_>) -> Vec<$crate::keys::Key> {
                let _ = &book;
                let parts: Vec<Vec<$crate::keys::Key>> =
                    vec![$(<$section as $crate::keys::Section>::keys(book),)*];
                let keys: Vec<$crate::keys::Key> = vec![$({
                    let fallback = $crate::section!(@fallback $fallback $($words)?);
                    $crate::keys::Key::new::<$form>(book, stringify!($key), &[$($key_doc),*], fallback)
                },)*];
                keys.into_iter().chain(parts.into_iter().flatten()).collect()
            }

            fn names() -> Vec<&'static str> {
                let parts: Vec<Vec<&str>> = vec![$(<$section as $crate::keys::Section>::names(),)*];
                [$(stringify!($key),)*].into_iter().chain(parts.into_iter().flatten()).collect()
            }

            fn decode(at: &mut $crate::keys::At<'_, '_>) -> Self {
                let _ = &at;
                Self {
                    $($part: <$section as $crate::keys::Section>::decode(at),)*
                    $($key: $crate::section!(@value at, $key, $form, $fallback $($words)?),)*
                }
            }
        }

        impl $crate::keys::Form for $name {
            type Value = Self;

            fn read(at: &mut $crate::keys::At<'_, '_>) -> Option<Self> {
                $crate::keys::read_section(at)
            }

            fn shape(book: &mut $crate::keys::Book<'_>) -> $crate::keys::Shape {
                $crate::keys::enter_section::<Self>(book)
            }
        }
    };
    (@type $form:ty, none) => { Option<<$form as $crate::keys::Form>::Value> };
    (@type $form:ty, required) => { Option<<$form as $crate::keys::Form>::Value> };
    (@type $form:ty, $fallback:tt) => { <$form as $crate::keys::Form>::Value };
    (@fallback none $words:literal) => { $crate::keys::Fallback::Words($words.into()) };
    (@fallback empty $words:literal) => { $crate::keys::Fallback::Words($words.into()) };
    (@fallback required $words:literal) => { $crate::keys::Fallback::Required($words) };
    (@fallback $value:tt) => { $crate::keys::Fallback::Value($crate::keys::json!($value)) };
    (@value $at:ident, $key:ident, $form:ty, none $words:literal) => { $at.field::<$form>(stringify!($key)) };
    (@value $at:ident, $key:ident, $form:ty, empty $words:literal) => {
        $at.field::<$form>(stringify!($key)).unwrap_or_default()
    };
    (@value $at:ident, $key:ident, $form:ty, required $words:literal) => {{
        let value = $at.field::<$form>(stringify!($key));
        if value.is_none() {
            $at.reading.missing(&$at.path, stringify!($key), $words);
        }
        value
    }};
    (@value $at:ident, $key:ident, $form:ty, $value:tt) => {
        match $at.field::<$form>(stringify!($key)) {
            Some(value) => value,
            None => $crate::keys::default_value::<$form>(&$crate::keys::json!($value)),
        }
    };
}

/// Defines a choice: an enum that is [`Named`](crate::keys::Named), and the form of a key.
#[macro_export]
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident { $($values:tt)+ }
    ) => {
        $crate::named! {
            $(#[doc = $doc])*
            pub enum $name { $($values)+ }
        }

        impl $crate::keys::Form for $name {
            type Value = Self;

            fn read(at: &mut $crate::keys::At<'_, '_>) -> Option<Self> {
                $crate::keys::read_choice(at)
            }

            fn shape(book: &mut $crate::keys::Book<'_>) -> $crate::keys::Shape {
                $crate::keys::enter_choice::<Self>(book, stringify!($name), &[$($doc),*])
            }
        }
    };
}
