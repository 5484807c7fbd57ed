//! The audit log: what happened in each account, as a chain that shows when it was changed.

use std::net::IpAddr;

use pharos_api::account::Uin;
use pharos_api::code::Code;
use pharos_api::credential::SecretId;
use pharos_api::request_id::RequestId;
use pharos_api::time::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Stands in front of everything that is hashed, so that no other hash of ours can be taken for one of
/// these. The number is the version of what follows.
const LABEL: &[u8] = b"pharos audit row 1";

/// What is to be written into the log. The row is added in the transaction of what it tells about; that of
/// a denial, of which nothing comes, in one of its own.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub time: Timestamp,
    /// Which request.
    pub request_id: RequestId,
    /// In which account.
    pub account: Uin,
    /// Who; the account's own number for root.
    pub user: Uin,
    /// Signed with which access key.
    pub secret_id: SecretId,
    /// From where.
    pub source: IpAddr,
    /// What, as policies name it: `lighthouse:CreateKeyPair`.
    pub operation: String,
    /// On which resources, as CAM names them.
    pub resources: Vec<String>,
    /// The outcome: `None` for success.
    pub refusal: Option<Code>,
}

/// A row of the log as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// In which account.
    pub account: Uin,
    /// Its number in the account: 1, 2, 3, ...
    pub sequence: u64,
    /// When.
    pub time: Timestamp,
    /// Which request.
    pub request_id: String,
    /// Who; the account's own number for root.
    pub user: Uin,
    /// Signed with which access key.
    pub secret_id: SecretId,
    /// From where.
    pub source: IpAddr,
    /// What, as policies name it.
    pub operation: String,
    /// On which resources.
    pub resources: Vec<String>,
    /// The outcome: the code on the wire, `None` for success. A text, because the Pharos that wrote
    /// it may have been a newer one.
    pub code: Option<String>,
    /// Ties it to every row before it.
    pub hash: AuditHash,
}

/// SHA-256 over a row and the hash of the row before it in its account: who changes, removes or moves
/// a row would have to change every later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHash(pub [u8; 32]);

/// The end of an account's chain: what the next row is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last row; 0 if there is none.
    pub sequence: u64,
    /// Its hash; zeros if there is none.
    pub hash: AuditHash,
}

/// Why a row does not continue the chain before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BrokenChain {
    /// A row is missing, or stands in another's place.
    #[error("row {expected} is missing: row {found} stands in its place")]
    Missing {
        /// The number that comes next.
        expected: u64,
        /// The number that is there.
        found: u64,
    },
    /// The row is not what was written, or the one before it is not.
    #[error("row {0} was changed after it was written")]
    Changed(u64),
}

impl AuditHead {
    /// An account in which nothing has happened yet.
    pub const EMPTY: Self = Self {
        sequence: 0,
        hash: AuditHash([0; 32]),
    };

    /// Makes the entry the next row of the chain.
    #[must_use = "the row has to be kept"]
    pub fn append(&mut self, entry: &AuditEntry) -> AuditRow {
        self.adopt(AuditRow {
            account: entry.account,
            sequence: 0,
            time: entry.time,
            request_id: entry.request_id.to_string(),
            user: entry.user,
            secret_id: entry.secret_id.clone(),
            source: entry.source,
            operation: entry.operation.clone(),
            resources: entry.resources.clone(),
            code: entry.refusal.map(|code| code.wire().to_owned()),
            hash: self.hash,
        })
    }

    /// Makes the row the next of the chain, whatever number and hash it had.
    #[must_use = "the row has to be kept"]
    pub fn adopt(&mut self, mut row: AuditRow) -> AuditRow {
        row.sequence = self.sequence + 1;
        row.hash = row.hash_after(self.hash);
        *self = row.head();
        row
    }

    /// Goes on to the next row, if it is that.
    ///
    /// # Errors
    /// See [`BrokenChain`]; the head stays where it is.
    pub fn follow(&mut self, row: &AuditRow) -> Result<(), BrokenChain> {
        let expected = self.sequence + 1;
        if row.sequence != expected {
            return Err(BrokenChain::Missing {
                expected,
                found: row.sequence,
            });
        }
        if row.hash != row.hash_after(self.hash) {
            return Err(BrokenChain::Changed(row.sequence));
        }
        *self = row.head();
        Ok(())
    }
}

impl AuditRow {
    /// The end of a chain whose last row this is.
    pub fn head(&self) -> AuditHead {
        AuditHead {
            sequence: self.sequence,
            hash: self.hash,
        }
    }

    /// Every field in turn; texts and lists behind their length, so that no two rows read alike.
    fn hash_after(&self, previous: AuditHash) -> AuditHash {
        let mut hash = Sha256::new_with_prefix(LABEL);
        hash.update(previous.0);
        hash.update(self.account.0.to_be_bytes());
        hash.update(self.sequence.to_be_bytes());
        hash.update(self.time.unix_seconds().to_be_bytes());
        hash.update(self.user.0.to_be_bytes());
        let mut text = |text: &str| {
            hash.update(length(text.len()));
            hash.update(text);
        };
        text(&self.request_id);
        text(self.secret_id.as_str());
        text(&self.source.to_string());
        text(&self.operation);
        text(self.code.as_deref().unwrap_or_default());
        for resource in &self.resources {
            text(resource);
        }
        hash.update(length(self.resources.len()));
        AuditHash(hash.finalize().into())
    }
}

fn length(length: usize) -> [u8; 8] {
    // No text and no list is longer than a u64 can tell.
    (length as u64).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_api::random::Random;
    use std::net::Ipv4Addr;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn entry(operation: &str) -> AuditEntry {
        AuditEntry {
            time: Timestamp::from_unix_seconds(1_764_057_600).unwrap(),
            request_id: RequestId::generate(&Sevens),
            account: Uin(1),
            user: Uin(2),
            secret_id: SecretId::parse("AKIDa").unwrap(),
            source: Ipv4Addr::LOCALHOST.into(),
            operation: operation.to_owned(),
            resources: vec!["*".to_owned(), "b".to_owned()],
            refusal: None,
        }
    }

    fn chain() -> Vec<AuditRow> {
        let mut head = AuditHead::EMPTY;
        ["a", "b", "c"]
            .map(|operation| head.append(&entry(operation)))
            .to_vec()
    }

    fn verify(rows: &[AuditRow]) -> Result<(), BrokenChain> {
        let mut head = AuditHead::EMPTY;
        rows.iter().try_for_each(|row| head.follow(row))
    }

    #[test]
    fn rows_that_were_appended_follow_each_other() {
        verify(&chain()).unwrap();
    }

    #[test]
    fn a_missing_or_a_moved_row_is_named() {
        for missing in 0..2 {
            let mut rows = chain();
            rows.remove(missing);
            let (expected, found) = (missing as u64 + 1, missing as u64 + 2);
            let broken = BrokenChain::Missing { expected, found };
            assert_eq!(verify(&rows), Err(broken));
        }
        let mut rows = chain();
        rows.swap(1, 2);
        let (expected, found) = (2, 3);
        assert_eq!(verify(&rows), Err(BrokenChain::Missing { expected, found }));
        // Numbered anew, it is still found out.
        rows[1].sequence = 2;
        rows[2].sequence = 3;
        assert_eq!(verify(&rows), Err(BrokenChain::Changed(2)));
    }

    #[test]
    fn a_change_of_any_field_is_found() {
        let changes: &[fn(&mut AuditRow)] = &[
            |row| row.account = Uin(9),
            |row| row.time = Timestamp::epoch(),
            |row| row.request_id.push('0'),
            |row| row.user = Uin(9),
            |row| row.secret_id = SecretId::parse("AKIDb").unwrap(),
            |row| row.source = Ipv4Addr::BROADCAST.into(),
            |row| row.operation.clear(),
            |row| row.code = Some("InternalError".to_owned()),
            |row| row.resources.clear(),
            |row| row.resources.swap(0, 1),
            // The same letters, cut elsewhere.
            |row| row.resources = vec!["*b".to_owned()],
            |row| row.resources = vec!["*".to_owned(), "b".to_owned(), String::new()],
            |row| row.hash.0[31] ^= 1,
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut rows = chain();
            change(&mut rows[1]);
            assert_eq!(verify(&rows), Err(BrokenChain::Changed(2)), "{number}");
        }
    }

    #[test]
    fn the_hash_is_what_it_was() {
        // Rows outlive the program that wrote them: a change here breaks every chain there is.
        let row = AuditHead::EMPTY.clone().append(&entry("a"));
        let digits: String = row
            .hash
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            digits,
            "6a4484755253640cea462009e595b1444c41da883579b954862f9f9c96a93186"
        );
    }
}
