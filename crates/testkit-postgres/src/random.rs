//! Randomness that keeps what runs at the same time apart; no test depends on its value.

/// That many random bytes.
pub(crate) fn bytes<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes
}
