//! Kinds that a key may name, as the reader of a document and those who use them know them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use super::book::{Book, Chapter, KindInfo, Shape, words};
use super::form::Form;
use super::reading::At;

/// One kind and how it is read as a `K`.
#[derive(Clone, Copy)]
pub struct Definition<K> {
    /// Its name, its documentation and its keys.
    pub info: KindInfo,
    /// Reads its keys.
    pub read: fn(&mut At<'_, '_>) -> K,
    /// The kind with nothing stated.
    pub plain: fn() -> K,
}

/// A kind with its keys, whose type is forgotten. Two are equal if they print alike, which sections do that hold the
/// same, floating-point numbers to the last digit.
pub struct Chosen<D: ?Sized>(pub Arc<D>);

impl<D: ?Sized> Deref for Chosen<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.0
    }
}

impl<D: ?Sized> Clone for Chosen<D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: ?Sized + fmt::Debug> fmt::Debug for Chosen<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<D: ?Sized + fmt::Debug> PartialEq for Chosen<D> {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// What kinds are kinds of.
pub trait Topic: 'static {
    /// The name.
    const NAME: &'static str;
    /// What it is about.
    const DOC: &'static str;
}

/// The name of a kind.
pub struct KindOf<T>(PhantomData<T>);

impl<T: Topic> Form for KindOf<T> {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let names: Vec<&str> = at.reading.kinds.of(T::NAME).iter().map(|kind| kind.name).collect();
        at.one_of(&names).map(str::to_owned)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        let options = book.kinds.of(T::NAME).iter().map(|kind| (kind.name, words(kind.doc))).collect();
        book.enter(T::NAME, |_| Chapter::Choice { doc: T::DOC.to_owned(), options })
    }
}
