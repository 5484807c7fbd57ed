//! The documents that users have of their own in versions 1 and 2, where there are no policies.

use pharos_api::account::Uin;
use pharos_store::archive::{AttachmentEntry, Entry, ItemEntry, UserEntry};
use pharos_store::directory::{Attachment, Item, PolicyRecord, PrincipalId};

/// Makes of each document a policy that is attached to its user, as a store does that comes from such a
/// version.
#[derive(Default)]
pub(crate) struct Documents {
    /// The account of the last user, and how many documents there were in it.
    account: Option<Uin>,
    of_account: u64,
    policies: Vec<Entry>,
    attachments: Vec<Entry>,
}

impl Documents {
    /// Takes those of the next user.
    pub(crate) fn add(&mut self, user: &UserEntry, documents: Vec<String>) {
        let account = user.account;
        if self.account.replace(account) != Some(account) {
            self.of_account = 0;
        }
        let (user, attached_time) = (user.record.user, user.record.created_time);
        for (of_user, document) in (1..).zip(documents) {
            self.of_account += 1;
            let policy =
                PolicyRecord::of_user(user, self.of_account, of_user, document, attached_time);
            let attachment = Attachment {
                principal: PrincipalId::User(user),
                policy_id: policy.policy_id,
                attached_time,
            };
            let item = Item::Policy(policy);
            self.policies.push(Entry::Item(ItemEntry { account, item }));
            self.attachments.push(Entry::Attachment(AttachmentEntry {
                account,
                attachment,
            }));
        }
    }

    /// What was made of them, in the order of a stream.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.policies.into_iter().chain(self.attachments)
    }
}
