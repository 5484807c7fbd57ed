//! Randomness that can be replayed.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use pharos_api::random::Random;

/// The variable that replays a run.
const SEED_VARIABLE: &str = "PHAROS_TEST_SEED";

/// `SplitMix64`: not for secrets, but the same for the same seed.
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// From a seed that the test knows.
    pub fn from_seed(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// From `PHAROS_TEST_SEED`, or from a seed that it prints.
    pub fn announced() -> Self {
        Self::from_seed(announced_seed())
    }

    /// The next number.
    pub fn number(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below this one.
    pub fn below(&self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a number of 64 bits");
        usize::try_from(self.number() % end).expect("a number below it")
    }
}

/// What `PHAROS_TEST_SEED` says, or a seed that it prints.
pub fn announced_seed() -> u64 {
    let seed = match std::env::var(SEED_VARIABLE) {
        Ok(seed) => seed.parse().expect("a seed is a number"),
        Err(_) => u64::from(std::process::id()) << 32 | u64::from(test_count()),
    };
    eprintln!("{SEED_VARIABLE}={seed}");
    seed
}

/// Something that differs between two tests of one process.
fn test_count() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.number().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}
