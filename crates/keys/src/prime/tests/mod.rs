//! What the filters and the decision promise, against other arithmetic.

mod agreement;
#[cfg(target_arch = "x86_64")]
mod constant_time;
mod decision;
mod faults;
mod kernels;
mod known_primes;
pub(super) mod numbers;
mod recall;
mod special;
mod unremarkable;
