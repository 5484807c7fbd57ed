//! Reading a file.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::GzDecoder;
use pharos_store::archive::{Check, Entry, Unsound};
use thiserror::Error;

use crate::checksum::Checksum;
use crate::documents::Documents;
use crate::header::{BadHeader, Header, VERSION};
use crate::line::Line;
use crate::{LINE_BYTES_MAX, end};

/// Characters of a cause that are shown: enough to find what is wrong.
const CAUSE_CHARS_MAX: usize = 200;

/// Gives the entries of a backup back. What it hands out has the right form and place; that the whole
/// file is right is known when [`Reader::read`] has answered `None`, and not before.
pub struct Reader<R> {
    lines: BufReader<GzDecoder<Checksum<BufReader<R>>>>,
    header: Header,
    version: u32,
    /// Entries that were read ahead, each with its line.
    ahead: VecDeque<(u64, Entry)>,
    check: Check,
    /// The line that was read last, from 1.
    number: u64,
    line: Vec<u8>,
}

/// Why a file is no backup, or not the one that was written.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system does not give the bytes.
    #[error("it cannot be read any further than line {line}")]
    Io {
        /// The line that was to be read, from 1.
        line: u64,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is something else.
    #[error(
        "it is not a backup, or damaged where it begins; name a file that `pharos backup` wrote"
    )]
    NotABackup,
    /// This program is too old for it.
    #[error(
        "it was written by a newer Pharos: version {found}; this one reads {VERSION} at most; use the \
         newer one"
    )]
    NewerVersion {
        /// The version of the format.
        found: u64,
    },
    /// A part of it is missing.
    #[error("it breaks off in line {line}; copy it once more, or use another backup")]
    BrokenOff {
        /// The line, from 1.
        line: u64,
    },
    /// A line is not what was written.
    #[error("line {line} is damaged ({cause}); copy it once more, or use another backup")]
    Damaged {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        cause: String,
    },
    /// A line does not go together with those before it.
    #[error("line {line} is wrong: {cause}; use another backup")]
    Unsound {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        cause: Unsound,
    },
    /// The last line does not go together with the bytes before it.
    #[error(
        "its checksum in line {line} is not that of the lines before it: it was changed or damaged; copy \
         it once more, or use another backup"
    )]
    OtherChecksum {
        /// The last line, from 1.
        line: u64,
    },
    /// There is more behind the last line.
    #[error("there is something behind its last line {line}: it was changed; use another backup")]
    BytesBehindEnd {
        /// The last line, from 1.
        line: u64,
    },
}

impl<R: Read> Reader<R> {
    /// Reads the first line; of a file of version 1 or 2, to the end of its users, because how many
    /// policies there are is known only then. That they are held until they are asked for is what such a
    /// file costs in memory, and no other does.
    pub fn new(from: R) -> Result<Self, ReadError> {
        let gzip = GzDecoder::new(Checksum::new(BufReader::new(from)));
        let mut lines = BufReader::new(gzip);
        let mut line = Vec::new();
        match read_line(&mut lines, &mut line, 1) {
            Ok(true) => {}
            // No line, or no gzip.
            Ok(false) | Err(ReadError::Damaged { .. }) => return Err(ReadError::NotABackup),
            Err(error) => return Err(error),
        }
        let (header, version) = Header::from_line(&line).map_err(|bad| match bad {
            BadHeader::OtherFormat => ReadError::NotABackup,
            BadHeader::NewerVersion(found) => ReadError::NewerVersion { found },
            BadHeader::Malformed(error) => damaged(1, &error),
        })?;
        let mut reader = Self {
            check: Check::new(header.counts),
            lines,
            header,
            version,
            ahead: VecDeque::new(),
            number: 1,
            line,
        };
        if version < 3 {
            reader.read_ahead()?;
        }
        Ok(reader)
    }

    /// Reads to the first line behind the users, and makes policies of their documents.
    fn read_ahead(&mut self) -> Result<(), ReadError> {
        let mut documents = Documents::default();
        let mut behind = None;
        while let Some(mut line) = self.read_line()? {
            let of_user = line.take_documents();
            let entry = self.entry(line)?;
            match &entry {
                Entry::Store(_) | Entry::Account(_) => {}
                Entry::User(user) => documents.add(user, of_user),
                _ => {
                    behind = Some((self.number, entry));
                    break;
                }
            }
            self.ahead.push_back((self.number, entry));
        }
        for entry in documents.into_entries() {
            self.header.counts.add(&entry);
            self.ahead.push_back((self.number, entry));
        }
        self.ahead.extend(behind);
        self.check = Check::new(self.header.counts);
        Ok(())
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The version of the format that it has.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The next entry; `None` when there are no more and everything was right: the order, the audit
    /// chains, the counts, the checksum, and that nothing stands behind the end.
    pub fn read(&mut self) -> Result<Option<Entry>, ReadError> {
        let (line, entry) = match self.ahead.pop_front() {
            Some(next) => next,
            None => match self.read_line()? {
                Some(line) => (self.number, self.entry(line)?),
                None => return self.end(self.number + 1).map(|()| None),
            },
        };
        let checked = self.check.entry(&entry);
        checked.map_err(|cause| ReadError::Unsound { line, cause })?;
        Ok(Some(entry))
    }

    /// The next line; `None` if the last one follows.
    fn read_line(&mut self) -> Result<Option<Line>, ReadError> {
        let number = self.number + 1;
        if !read_line(&mut self.lines, &mut self.line, number)? {
            return Ok(None);
        }
        self.number = number;
        let line = serde_json::from_slice(&self.line);
        line.map(Some).map_err(|error| damaged(number, &error))
    }

    /// The entry of the line that was read last.
    fn entry(&self, line: Line) -> Result<Entry, ReadError> {
        let entry = line.entry(self.version);
        entry.map_err(|cause| damaged(self.number, &cause))
    }

    /// Checks the last line, which is the only one that may stand there.
    fn end(&mut self, line: u64) -> Result<(), ReadError> {
        let file = self.lines.get_mut().get_mut();
        // All lines before this one but the first.
        let expected = end::member(line - 2, &file.digits());
        let mut found = vec![0; expected.len()];
        file.inner()
            .read_exact(&mut found)
            .map_err(|error| failed(line, error))?;
        if found != expected {
            return Err(ReadError::OtherChecksum { line });
        }
        let behind = file.inner().fill_buf();
        if !behind.map_err(|error| failed(line, error))?.is_empty() {
            return Err(ReadError::BytesBehindEnd { line });
        }
        self.check
            .end()
            .map_err(|cause| ReadError::Unsound { line, cause })
    }

    /// How long the last line was.
    pub(crate) fn line_bytes(&self) -> usize {
        self.line.len()
    }
}

/// Reads a line without its end; false if there is none.
fn read_line(lines: &mut impl BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, ReadError> {
    line.clear();
    let mut limited = lines.take(LINE_BYTES_MAX as u64);
    limited
        .read_until(b'\n', line)
        .map_err(|error| failed(number, error))?;
    match line.pop() {
        None => Ok(false),
        Some(b'\n') => Ok(true),
        Some(_) if limited.limit() == 0 => Err(ReadError::Damaged {
            line: number,
            cause: format!("it is longer than {LINE_BYTES_MAX} bytes"),
        }),
        Some(_) => Err(ReadError::BrokenOff { line: number }),
    }
}

/// Tells what gzip says of bytes from what the system says of a file.
fn failed(line: u64, error: io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::UnexpectedEof => ReadError::BrokenOff { line },
        ErrorKind::InvalidInput | ErrorKind::InvalidData => ReadError::Damaged {
            line,
            cause: error.to_string(),
        },
        _ => ReadError::Io {
            line,
            source: error,
        },
    }
}

fn damaged(line: u64, error: &impl Display) -> ReadError {
    // A line of JSON is a line to serde, and what is wrong may be as long as that.
    let cause = error.to_string().replace(" at line 1 ", " at ");
    let cause = cause.chars().filter(|c| !c.is_control());
    let cause = cause.take(CAUSE_CHARS_MAX).collect();
    ReadError::Damaged { line, cause }
}
