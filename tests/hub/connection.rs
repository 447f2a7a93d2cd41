//! A connection to a hub, on which answers go out as well or as badly as they are to.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::State;
use super::answers::Place;
use super::content::PIECE;
use super::fault::Fault;
use super::http::{Answer, Asked, Body};
use super::log::Line;

/// What is written at once where the line is slow.
const SLOW_PIECE: u64 = 4 << 10;

/// How soon what waits notices that the hub stops.
const STEP: Duration = Duration::from_millis(20);

/// How the body of an answer ends.
#[derive(Clone, Copy)]
enum End {
    Whole,
    Cut,
    Stall,
}

/// Answers the requests of a connection until one of the two is through with it.
pub(super) fn serve(state: &State, place: Place, stream: TcpStream) {
    let Ok(number) = state.register(&stream) else { return };
    let _ = stream.set_nodelay(true);
    if let Ok(reader) = stream.try_clone() {
        let mut reader = BufReader::new(reader);
        let mut connection = Connection { state, stream: &stream, slow: false };
        while let Some(asked) = Asked::read(&mut reader) {
            if connection.answer(place, &asked).is_err() {
                break;
            }
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    state.forget(number);
}

struct Connection<'a> {
    state: &'a State,
    stream: &'a TcpStream,
    /// Whether the system keeps little of what is written.
    slow: bool,
}

impl Connection<'_> {
    /// Answers a request. After an error the connection is to be closed.
    fn answer(&mut self, place: Place, asked: &Asked) -> io::Result<()> {
        let path = asked.decoded_path();
        if self.state.mishaps.take(&path, |fault| *fault == Fault::Refuse).is_some() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let answer = self.state.answer(place, asked);
        let line = self.state.log.begin(asked, answer.status);
        let mut stream = self.stream;
        stream.write_all(answer.head().as_bytes())?;
        if asked.method == "HEAD" {
            return Ok(());
        }
        let (end, most) = self.end(&path, &answer);
        let mut left = most;
        let written = match &answer.body {
            Body::Bytes(bytes) => self.write(&line, &path, bytes, &mut left),
            Body::Parts(source, ranges, wrong) => ranges.iter().try_for_each(|range| {
                source.pieces(range.clone(), |at, piece| {
                    match wrong.and_then(|wrong| wrong.checked_sub(at)) {
                        Some(place) if place < piece.len() as u64 => {
                            let mut piece = piece.to_vec();
                            piece[place as usize] ^= 1;
                            self.write(&line, &path, &piece, &mut left)
                        }
                        _ => self.write(&line, &path, piece, &mut left),
                    }
                })
            }),
        };
        if matches!(end, End::Stall) && left == 0 {
            while !self.state.stopped() {
                sleep(STEP);
            }
        }
        written
    }

    /// How the body of an answer is to end, and after how many bytes.
    fn end(&self, path: &str, answer: &Answer) -> (End, u64) {
        let length = answer.length();
        let broken = self.state.mishaps.take(path, |fault| match fault {
            Fault::Cut { after } | Fault::Stall { after } => answer.status < 300 && *after < length,
            _ => false,
        });
        match broken {
            Some(Fault::Cut { after }) => (End::Cut, after),
            Some(Fault::Stall { after }) => (End::Stall, after),
            _ => (End::Whole, u64::MAX),
        }
    }

    /// Writes a piece of a body, of which no more than `left` bytes may go. An error where that is not all.
    fn write(&mut self, line: &Line, path: &str, bytes: &[u8], left: &mut u64) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if *left == 0 {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let speed = self.state.mishaps.speed(path);
            let step = speed.map_or(PIECE, |speed| (speed / 16).clamp(1, SLOW_PIECE));
            let piece = &rest[..step.min(*left).min(rest.len() as u64) as usize];
            self.keep_little(speed.is_some());
            if let Some(speed) = speed {
                self.state.pace(piece.len() as u64, speed)?;
            }
            // Counted before it goes: whoever has read all of a body finds all of it counted.
            self.state.log.sent(line, piece.len() as u64);
            let mut stream = self.stream;
            let written = stream.write(piece);
            let went = written.as_ref().map_or(0, |&written| written);
            self.state.log.kept(line, (piece.len() - went) as u64);
            let written = written?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            *left -= written as u64;
            rest = &rest[written..];
        }
        Ok(())
    }

    /// Has the system keep little or much of what is written and not read yet.
    fn keep_little(&mut self, little: bool) {
        if self.slow == little {
            return;
        }
        self.slow = little;
        #[cfg(unix)]
        {
            use std::os::fd::AsRawFd;
            let size: libc::c_int = if little { SLOW_PIECE as libc::c_int } else { 4 << 20 };
            // SAFETY: the descriptor is open as long as the stream, and the pointer is to a value of the size told.
            // Where the system does not want this size, it keeps its own.
            unsafe {
                libc::setsockopt(
                    self.stream.as_raw_fd(),
                    libc::SOL_SOCKET,
                    libc::SO_SNDBUF,
                    (&raw const size).cast(),
                    size_of::<libc::c_int>() as libc::socklen_t,
                );
            }
        }
    }
}

impl State {
    /// Waits until so many bytes have come through a line of this speed, which all connections share.
    fn pace(&self, bytes: u64, speed: u64) -> io::Result<()> {
        let due = {
            let mut free = self.line_free.lock().unwrap();
            *free = (*free).max(Instant::now()) + Duration::from_secs_f64(bytes as f64 / speed as f64);
            *free
        };
        while let Some(wait) = due.checked_duration_since(Instant::now()).filter(|wait| !wait.is_zero()) {
            if self.stopped() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            sleep(wait.min(STEP));
        }
        Ok(())
    }

    /// Notes a connection, so that it can be closed when the hub stops.
    fn register(&self, stream: &TcpStream) -> io::Result<u64> {
        let stream = Arc::new(stream.try_clone()?);
        let number = {
            let mut connections = self.connections.lock().unwrap();
            let number = connections.last().map_or(0, |(number, _)| number + 1);
            connections.push((number, stream));
            number
        };
        if self.stopped() {
            self.forget(number);
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(number)
    }

    fn forget(&self, number: u64) {
        self.connections.lock().unwrap().retain(|(other, _)| *other != number);
    }
}
