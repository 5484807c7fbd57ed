//! Primes: a filter finds, the library decides.
//!
//! Our code draws numbers from aws-lc's generator, and sorts out composites ([`filter`]). What is left is
//! as good as certain to be prime; that it is, aws-lc's arithmetic decides ([`miller_rabin`]). A fault in a
//! filter can lose primes, which costs time, and let composites pass, which the decision finds
//! (docs/decisions/0016).

mod candidate;
mod digit;
mod divisors;
mod filter;
mod lanes;
mod miller_rabin;
mod power;
mod radix28;
mod radix52;
mod search;
mod size;
#[cfg(target_arch = "x86_64")]
mod vector;

pub(crate) use candidate::Candidate;
pub(crate) use filter::Filter;
pub(crate) use miller_rabin::are_prime;
pub(crate) use search::{Fruitless, Search};
pub(crate) use size::PrimeSize;
