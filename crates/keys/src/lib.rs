//! SSH key material: generate, encode, fingerprint.
