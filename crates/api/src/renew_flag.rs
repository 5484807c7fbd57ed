//! What happens when an instance expires.

crate::choice::choice! {
    /// What is to happen when an instance expires. It is kept and shown; nothing expires here.
    RenewFlag {
        /// Tell, and renew.
        NotifyAndAutoRenew = "NOTIFY_AND_AUTO_RENEW";
        /// Tell, and do not renew.
        NotifyAndManualRenew = "NOTIFY_AND_MANUAL_RENEW";
        /// Neither.
        DisableNotifyAndManualRenew = "DISABLE_NOTIFY_AND_MANUAL_RENEW";
    }
}
