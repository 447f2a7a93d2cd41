//! Frames: a mark, the length and the bytes of one message.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Tells a frame from whatever a library may print to the same pipe. The last byte is the version of the protocol.
const MARK: [u8; 4] = *b"dmc\x02";
/// Logits of a long prompt are the largest message. A length beyond this is no length.
const LARGEST: u32 = 1 << 30;
/// Memory is taken as bytes arrive, not on the word of a length.
const FIRST_PIECE: usize = 1 << 16;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The other side is gone.
    #[error("the other side has closed the pipe")]
    Closed,
    /// The pipe failed.
    #[error("the pipe failed: {0}")]
    Pipe(io::Error),
    /// What came is no message.
    #[error("what came through the pipe is no message: {0}")]
    Garbage(&'static str),
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Pipe(error),
        }
    }
}

pub(crate) fn write(to: &mut impl Write, message: &impl Serialize) -> Result<(), FrameError> {
    let bytes =
        postcard::to_stdvec(message).map_err(|_| FrameError::Garbage("a message that cannot be written"))?;
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= LARGEST);
    let length = length.ok_or(FrameError::Garbage("a message that is too long"))?;
    // One write: a pipe then wakes the other side once.
    let mut frame = Vec::with_capacity(bytes.len() + 8);
    frame.extend(MARK);
    frame.extend(length.to_le_bytes());
    frame.extend(bytes);
    to.write_all(&frame)?;
    Ok(to.flush()?)
}

pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<T, FrameError> {
    let mut head = [0_u8; 8];
    from.read_exact(&mut head)?;
    let (mark, length) = head.split_at(4);
    if mark != MARK {
        return Err(FrameError::Garbage("not its mark"));
    }
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
    if length > LARGEST {
        return Err(FrameError::Garbage("an impossible length"));
    }
    let mut bytes = Vec::with_capacity(FIRST_PIECE.min(length as usize));
    let got = from.take(u64::from(length)).read_to_end(&mut bytes)?;
    if got < length as usize {
        return Err(FrameError::Closed);
    }
    postcard::from_bytes(&bytes).map_err(|_| FrameError::Garbage("not its content"))
}

#[cfg(test)]
mod tests {
    use super::{FrameError, LARGEST, MARK, read, write};

    #[test]
    fn what_is_written_is_read() {
        let mut pipe = Vec::new();
        write(&mut pipe, &("ça va", 3_u32)).unwrap();
        write(&mut pipe, &("et toi", 4_u32)).unwrap();
        let mut from = &pipe[..];
        assert_eq!(read::<(String, u32)>(&mut from).unwrap(), ("ça va".to_owned(), 3));
        assert_eq!(read::<(String, u32)>(&mut from).unwrap(), ("et toi".to_owned(), 4));
        assert!(matches!(read::<u8>(&mut from), Err(FrameError::Closed)));
    }

    #[test]
    fn garbage_is_called_garbage_and_takes_no_memory() {
        assert!(matches!(read::<u8>(&mut &b"hello, I am a driver"[..]), Err(FrameError::Garbage(_))));
        let mut liar = MARK.to_vec();
        liar.extend((LARGEST + 1).to_le_bytes());
        assert!(matches!(read::<u8>(&mut &liar[..]), Err(FrameError::Garbage(_))));
        let mut short = MARK.to_vec();
        short.extend(LARGEST.to_le_bytes());
        short.extend([1, 2, 3]);
        assert!(matches!(read::<u8>(&mut &short[..]), Err(FrameError::Closed)));
        let mut other = Vec::new();
        write(&mut other, &"text").unwrap();
        assert!(matches!(read::<(u64, Vec<String>)>(&mut &other[..]), Err(FrameError::Garbage(_))));
    }
}
