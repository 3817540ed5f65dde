//! Values in a row that need not fit into memory: a store holds the first of them, the rest lie in a temporary file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a store holds in memory unless it is told otherwise, in bytes: a small experiment touches no disk.
const HELD: usize = 8 << 20;

/// A block is closed as soon as it has so many bytes. What a spool needs in memory besides is some 40 bytes per block.
const BLOCK: usize = 16 << 10;

/// Where spools put what they are given: into memory up to a bound, beyond that into a temporary file. The file has no
/// name, and is gone once the last spool in it is.
///
/// Clones are the same store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Mutex<Place>>);

#[derive(Debug)]
struct Place {
    /// How many more bytes may be held in memory.
    room: usize,
    /// Where the file is made.
    folder: PathBuf,
    file: Option<File>,
    /// Bytes in the file.
    end: u64,
}

impl Default for Store {
    /// A store in the system's folder for temporary files, which the environment variable `TMPDIR` names on Unix.
    fn default() -> Self {
        Self::new(std::env::temp_dir(), HELD)
    }
}

impl Store {
    /// A store that holds everything in memory.
    pub fn in_memory() -> Self {
        Self::new(PathBuf::new(), usize::MAX)
    }

    /// A store that holds so many bytes in memory and makes its file in this folder.
    pub fn new(folder: PathBuf, held: usize) -> Self {
        Self(Arc::new(Mutex::new(Place { room: held, folder, file: None, end: 0 })))
    }

    /// Nothing in here is left half done by a panic.
    fn place(&self) -> MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, bytes: &[u8]) -> io::Result<Block> {
        let mut place = self.place();
        if let Some(room) = place.room.checked_sub(bytes.len()) {
            place.room = room;
            return Ok(Block::Held(bytes.into()));
        }
        let at = place.append(bytes).map_err(|cause| {
            let folder = place.folder.display();
            aside(
                &cause,
                format!("cannot write to a temporary file in {folder} (set TMPDIR to use another): {cause}"),
            )
        })?;
        Ok(Block::Filed { store: self.clone(), at, len: bytes.len() })
    }
}

/// That a temporary file fails, as opposed to any other.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Aside(String);

fn aside(cause: &io::Error, told: String) -> io::Error {
    io::Error::new(cause.kind(), Aside(told))
}

/// Whether it is the temporary file of a store that failed.
pub fn is_of_store(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Aside>)
}

impl Place {
    /// Writes at the end of the file, which is made where there is none; says where.
    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        let at = self.end;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(at)
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(into)
    }
}

/// Some of a spool's values, one after the other.
#[derive(Clone, Debug)]
enum Block {
    Held(Arc<[u8]>),
    Filed { store: Store, at: u64, len: usize },
}

impl Block {
    fn read(&self, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        match self {
            Self::Held(bytes) => into.extend_from_slice(bytes),
            Self::Filed { store, at, len } => {
                into.resize(*len, 0);
                let read = store.place().read(*at, into);
                read.map_err(|cause| aside(&cause, format!("cannot read a temporary file back: {cause}")))?;
            }
        }
        Ok(())
    }
}

/// Puts values into a store, one after the other.
#[derive(Debug)]
pub struct SpoolWriter<T> {
    store: Store,
    /// The block that is not closed yet.
    open: Vec<u8>,
    spool: Spool<T>,
}

impl<T: Serialize> SpoolWriter<T> {
    /// Puts values into this store.
    pub fn new(store: &Store) -> Self {
        Self { store: store.clone(), open: Vec::new(), spool: Spool::default() }
    }

    /// Puts the next value in.
    ///
    /// # Errors
    /// When the temporary file cannot be made or written to.
    pub fn push(&mut self, value: &T) -> io::Result<()> {
        self.open = postcard::to_extend(value, std::mem::take(&mut self.open)).map_err(io::Error::other)?;
        self.spool.len += 1;
        if self.open.len() >= BLOCK { self.close() } else { Ok(()) }
    }

    /// Puts copies of a spool's values in, block by block.
    ///
    /// # Errors
    /// When the temporary file cannot be made, written to or read.
    pub fn copy(&mut self, spool: &Spool<T>) -> io::Result<()> {
        self.spool.len += spool.len;
        spool.each_block(&mut |block| {
            self.open.extend_from_slice(block);
            if self.open.len() >= BLOCK { self.close() } else { Ok(()) }
        })
    }

    /// The spool of all values.
    ///
    /// # Errors
    /// When the temporary file cannot be made or written to.
    pub fn finish(mut self) -> io::Result<Spool<T>> {
        if !self.open.is_empty() {
            self.close()?;
        }
        Ok(self.spool)
    }

    fn close(&mut self) -> io::Result<()> {
        self.spool.blocks.push(self.store.put(&self.open)?);
        self.open.clear();
        Ok(())
    }
}

/// Values in the order in which they were put in, to be read as often as is wanted, from the first to the last.
///
/// It is [written](SpoolWriter) into a [`Store`], or collected from an iterator; collected, it stays in memory.
pub struct Spool<T> {
    blocks: Vec<Block>,
    len: usize,
    of: PhantomData<fn(T) -> T>,
}

impl<T> Spool<T> {
    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many blocks its values are in.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Hands on each block: values one after the other, as [`postcard`] encodes them.
    ///
    /// # Errors
    /// When the temporary file cannot be read, and what `take` says.
    pub(super) fn each_block(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.blocks.iter().try_for_each(|block| match block {
            Block::Held(bytes) => take(bytes),
            filed @ Block::Filed { .. } => filed.read(&mut bytes).and_then(|()| take(&bytes)),
        })
    }

    /// Adds the values of another spool behind its own. They stay where they are.
    pub fn append(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
        self.len += other.len;
    }

    /// Bytes that it takes in memory.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        let bytes = |block: &Block| match block {
            Block::Held(bytes) => bytes.len(),
            Block::Filed { .. } => 0,
        };
        self.blocks.capacity() * size_of::<Block>() + self.blocks.iter().map(bytes).sum::<usize>()
    }
}

impl<T: DeserializeOwned> Spool<T> {
    /// The values, in their order; nothing comes after an error.
    pub fn iter(&self) -> Values<'_, T> {
        Values { blocks: self.blocks.iter(), block: Vec::new(), at: 0, of: PhantomData }
    }

    /// All values in memory.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn to_vec(&self) -> io::Result<Vec<T>> {
        self.iter().collect()
    }
}

/// The values of a spool.
#[derive(Debug)]
pub struct Values<'a, T> {
    blocks: std::slice::Iter<'a, Block>,
    /// The block that is being read, and how far.
    block: Vec<u8>,
    at: usize,
    of: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Values<'_, T> {
    fn read(&mut self) -> io::Result<Option<T>> {
        if self.at == self.block.len() {
            let Some(next) = self.blocks.next() else { return Ok(None) };
            next.read(&mut self.block)?;
            self.at = 0;
        }
        let (value, rest) = postcard::take_from_bytes(&self.block[self.at..])
            .map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))?;
        self.at = self.block.len() - rest.len();
        Ok(Some(value))
    }
}

impl<T: DeserializeOwned> Iterator for Values<'_, T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.is_err() {
            (self.blocks, self.at) = ([].iter(), self.block.len());
        }
        read.transpose()
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Spool<T> {
    type Item = io::Result<T>;
    type IntoIter = Values<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> FromIterator<T> for Spool<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut writer = SpoolWriter::new(&Store::in_memory());
        for value in values {
            writer.push(&value).expect("numbers, texts and lists of them serialise, and memory takes them");
        }
        writer.finish().expect("memory takes what is left")
    }
}

impl<T> Default for Spool<T> {
    fn default() -> Self {
        Self { blocks: Vec::new(), len: 0, of: PhantomData }
    }
}

impl<T> Clone for Spool<T> {
    fn clone(&self) -> Self {
        Self { blocks: self.blocks.clone(), ..*self }
    }
}

impl<T> std::fmt::Debug for Spool<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Spool of {} values", self.len)
    }
}

/// The same values in the same order; what cannot be read is equal to nothing.
impl<T: DeserializeOwned + PartialEq> PartialEq for Spool<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (io::Result<T>, io::Result<T>)| a.ok().is_some_and(|a| b.is_ok_and(|b| a == b));
        self.len == other.len && self.iter().zip(other).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(store: &Store, values: std::ops::Range<u32>) -> Spool<(u32, String)> {
        let mut writer = SpoolWriter::new(store);
        values.for_each(|value| writer.push(&(value, "x".repeat(value as usize % 90))).unwrap());
        writer.finish().unwrap()
    }

    #[test]
    fn what_is_put_in_comes_out_from_memory_and_from_the_file() {
        for held in [0, 50_000, usize::MAX] {
            let store = Store::new(std::env::temp_dir(), held);
            let mut all = spool(&store, 0..2000);
            let other = spool(&Store::default(), 2000..2003);
            all.append(other.clone());
            all.append(Spool::default());
            let again = all.to_vec().unwrap();
            assert_eq!((all.len(), again.len()), (2003, 2003));
            assert!((0..).zip(&again).all(|(number, value)| value.0 == number));
            assert_eq!(store.place().file.is_some(), held < usize::MAX);
            assert!(all == again.into_iter().collect());
            assert!(other != spool(&store, 2000..2002) && other != spool(&store, 2001..2004));
        }
    }

    #[test]
    fn spools_are_read_while_others_are_written() {
        let store = Store::new(std::env::temp_dir(), 0);
        let first = spool(&store, 0..1500);
        let mut values = first.iter();
        for expected in 0..1500 {
            assert_eq!(values.next().unwrap().unwrap().0, expected);
            if expected % 100 == 0 {
                spool(&store, 0..300);
            }
        }
        assert!(values.next().is_none());
    }

    #[test]
    fn memory_takes_what_the_store_holds_and_a_few_bytes_per_block() {
        let held = 100_000;
        let store = Store::new(std::env::temp_dir(), held);
        let spool = spool(&store, 0..100_000);
        let bytes = store.place().end as usize + held;
        assert!(bytes > 4_000_000, "{bytes}");
        assert!(spool.held() < held + 2 * size_of::<Block>() * bytes / BLOCK, "{}", spool.held());
    }

    #[test]
    fn a_file_that_cannot_be_made_is_told_with_its_folder_and_nothing_panics() {
        let store = Store::new(PathBuf::from("no/such/folder"), 10);
        let mut writer = SpoolWriter::new(&store);
        writer.push(&7_u64).unwrap();
        assert_eq!(writer.finish().unwrap().to_vec().unwrap(), [7]);
        let mut writer = SpoolWriter::new(&store);
        let pushed = (0..10_000_u64).try_for_each(|value| writer.push(&value));
        let error = pushed.unwrap_err();
        assert!(is_of_store(&error) && !is_of_store(&io::ErrorKind::NotFound.into()));
        let told = error.to_string();
        assert!(
            told.starts_with("cannot write to a temporary file in no/such/folder (set TMPDIR to "),
            "{told}"
        );
        let mut writer = SpoolWriter::new(&store);
        (0..20_u64).for_each(|value| writer.push(&value).unwrap());
        assert!(writer.finish().is_err());
    }

    #[test]
    fn a_block_that_is_damaged_is_an_error_and_then_there_is_nothing_more() {
        let spool: Spool<(u32, String)> = Spool {
            blocks: vec![Block::Held([1, 200].as_slice().into()), Block::Held([1, 0].as_slice().into())],
            ..Spool::default()
        };
        let mut values = spool.iter();
        assert!(values.next().unwrap().is_err());
        assert!(values.next().is_none());
        assert!(spool != spool.clone());
    }
}
