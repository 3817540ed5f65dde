//! Bytes in frames: each frame says how long it is and has a checksum, so that what is torn or altered is noticed.

use std::io::{self, Read, Write};

/// What stands before the bytes of a frame: their number, and the checksum of that number and of the bytes, each with the
/// least significant byte first.
const HEAD: usize = 8;

fn checksum(len: [u8; 4], bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    // With it, zeros are no frame: a file that was extended in a crash ends in zeros.
    hasher.update(&len);
    hasher.update(bytes);
    hasher.finalize()
}

/// Writes a frame.
///
/// # Errors
/// When the system refuses, or there are 4 GiB or more.
pub fn write(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let len = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    let len = len.to_le_bytes();
    to.write_all(&len)?;
    to.write_all(&checksum(len, bytes).to_le_bytes())?;
    to.write_all(bytes)
}

/// Reads frames, one after the other.
#[derive(Debug)]
pub struct Frames<R> {
    from: R,
    /// Bytes that are left: no frame is longer, whatever it says.
    left: u64,
}

impl<R: Read> Frames<R> {
    /// Frames in the next `left` bytes of `from`.
    pub fn new(from: R, left: u64) -> Self {
        Self { from, left }
    }

    /// Bytes that are left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next frame.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] where there is no whole frame; else what the system says.
    pub fn next(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let mut head = [0; HEAD];
        self.take(HEAD)?;
        self.from.read_exact(&mut head)?;
        let [a, b, c, d, checksum @ ..] = head;
        let len = u32::from_le_bytes([a, b, c, d]);
        self.take(len as usize)?;
        into.clear();
        into.resize(len as usize, 0);
        self.from.read_exact(into)?;
        let is_whole = self::checksum([a, b, c, d], into) == u32::from_le_bytes(checksum);
        if is_whole { Ok(()) } else { Err(damaged()) }
    }

    fn take(&mut self, bytes: usize) -> io::Result<()> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(damaged)?;
        Ok(())
    }
}

/// There is no whole frame.
pub fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is damaged or cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<Result<Vec<u8>, io::ErrorKind>> {
        let mut frames = Frames::new(bytes, bytes.len() as u64);
        let mut found = Vec::new();
        while frames.left() > 0 {
            let mut frame = Vec::new();
            let next = frames.next(&mut frame).map_err(|error| error.kind());
            let is_end = next.is_err();
            found.push(next.map(|()| frame));
            if is_end {
                break;
            }
        }
        found
    }

    #[test]
    fn frames_come_back_and_whatever_is_changed_or_cut_off_is_noticed() {
        let mut bytes = Vec::new();
        for frame in [&b"one"[..], b"", b"and another"] {
            write(&mut bytes, frame).unwrap();
        }
        let whole = frames(&bytes);
        assert_eq!(whole, [Ok(b"one".to_vec()), Ok(Vec::new()), Ok(b"and another".to_vec())]);
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(frames(&changed).last(), Some(&Err(io::ErrorKind::InvalidData)), "{bit}");
        }
        for len in (0..bytes.len()).filter(|len| ![0, 11, 19].contains(len)) {
            assert_eq!(frames(&bytes[..len]).last(), Some(&Err(io::ErrorKind::InvalidData)), "{len}");
        }
        let zeros = [bytes, vec![0; 64]].concat();
        assert_eq!(frames(&zeros)[3..], [Err(io::ErrorKind::InvalidData)]);
    }
}
