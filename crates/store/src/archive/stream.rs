//! The two ends of the stream, for those who make entries and those who take them.

use tokio::sync::mpsc;

use super::{Check, Counts, Entry, ImportError, Part, Unsound};

/// Entries that go through the stream together: handing over one by one would cost more than reading
/// them.
pub const CHUNK: usize = 256;

/// Chunks that wait in the stream, so that neither side waits for the other's every step.
pub const CHUNKS_WAITING: usize = 4;

/// The sending end: gathers entries into chunks.
#[derive(Debug)]
pub struct Outgoing {
    parts: mpsc::Sender<Part>,
    chunk: Vec<Entry>,
}

/// Nobody receives any more: there is no use in sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl<T> From<mpsc::error::SendError<T>> for Gone {
    fn from(_: mpsc::error::SendError<T>) -> Self {
        Self
    }
}

impl Outgoing {
    /// Begins with the counts. Blocks.
    pub fn blocking_begin(parts: mpsc::Sender<Part>, counts: Counts) -> Result<Self, Gone> {
        parts.blocking_send(Part::Counts(counts))?;
        Ok(Self::begun(parts))
    }

    /// The same without blocking.
    pub async fn begin(parts: mpsc::Sender<Part>, counts: Counts) -> Result<Self, Gone> {
        parts.send(Part::Counts(counts)).await?;
        Ok(Self::begun(parts))
    }

    fn begun(parts: mpsc::Sender<Part>) -> Self {
        let chunk = Vec::with_capacity(CHUNK);
        Self { parts, chunk }
    }

    /// Sends an entry, with its chunk. Blocks.
    pub fn blocking_send(&mut self, entry: Entry) -> Result<(), Gone> {
        self.chunk.push(entry);
        if self.chunk.len() < CHUNK {
            return Ok(());
        }
        self.blocking_flush()
    }

    /// The same without blocking.
    pub async fn send(&mut self, entry: Entry) -> Result<(), Gone> {
        self.chunk.push(entry);
        if self.chunk.len() < CHUNK {
            return Ok(());
        }
        let chunk = self.take_chunk();
        Ok(self.parts.send(chunk).await?)
    }

    /// Sends what was gathered, for who sends entries that are large. Blocks.
    pub fn blocking_flush(&mut self) -> Result<(), Gone> {
        let chunk = self.take_chunk();
        Ok(self.parts.blocking_send(chunk)?)
    }

    /// Ends the stream. Blocks.
    pub fn blocking_end(mut self) -> Result<(), Gone> {
        self.blocking_flush()?;
        Ok(self.parts.blocking_send(Part::End)?)
    }

    /// The same without blocking.
    pub async fn end(mut self) -> Result<(), Gone> {
        let chunk = self.take_chunk();
        self.parts.send(chunk).await?;
        Ok(self.parts.send(Part::End).await?)
    }

    fn take_chunk(&mut self) -> Part {
        Part::Entries(std::mem::replace(
            &mut self.chunk,
            Vec::with_capacity(CHUNK),
        ))
    }
}

/// The receiving end: hands out only what has passed a [`Check`], and tells the end from a break.
#[derive(Debug)]
pub struct Incoming {
    parts: mpsc::Receiver<Part>,
    check: Option<Check>,
}

impl Incoming {
    /// At the start of a stream.
    pub fn new(parts: mpsc::Receiver<Part>) -> Self {
        Self { parts, check: None }
    }

    /// The next entries; `None` after a sound end, and only then may they be kept. Blocks.
    pub fn blocking_next(&mut self) -> Result<Option<Vec<Entry>>, ImportError> {
        let part = self.parts.blocking_recv();
        self.take(part)
    }

    /// The same without blocking.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, ImportError> {
        let part = self.parts.recv().await;
        self.take(part)
    }

    fn take(&mut self, part: Option<Part>) -> Result<Option<Vec<Entry>>, ImportError> {
        match (part.ok_or(ImportError::BrokenOff)?, &mut self.check) {
            (Part::Counts(counts), check @ None) => {
                *check = Some(Check::new(counts));
                Ok(Some(Vec::new()))
            }
            (Part::Entries(entries), Some(check)) => {
                entries.iter().try_for_each(|entry| check.entry(entry))?;
                Ok(Some(entries))
            }
            (Part::End, Some(check)) => {
                check.end()?;
                Ok(None)
            }
            (Part::Counts(_), Some(_)) | (Part::Entries(_) | Part::End, None) => {
                Err(Unsound::CountsOutOfPlace.into())
            }
        }
    }
}
