//! TencentCloud API 3.0: bytes to Unverified to Verified, signing, and the reply envelope.
