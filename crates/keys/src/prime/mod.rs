//! Primes: a filter finds, the library decides.
//!
//! Our code draws numbers from aws-lc's generator, and sorts out composites ([`filter`]). What is left is
//! as good as certain to be prime; that it is, aws-lc's arithmetic decides ([`miller_rabin`]). A fault in a
//! filter can lose primes, which costs time, and let composites pass, which the decision finds
//! (docs/decisions/0016).

#![expect(
    clippy::inline_always,
    reason = "vector code is fast where it is part of the function that enables the instructions, and nowhere else"
)]

mod candidate;
mod digit;
mod divisors;
mod filter;
mod known;
mod lanes;
#[cfg(feature = "measure")]
pub mod measure;
mod miller_rabin;
mod portable;
mod power;
mod radix49;
mod radix52;
mod search;
mod self_test;
mod size;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod vector;

pub(crate) use candidate::Candidate;
pub(crate) use divisors::modulo_65537;
pub(crate) use filter::{Filter, filter};
pub(crate) use miller_rabin::are_prime;
pub(crate) use search::{Fruitless, Search};
pub(crate) use self_test::is_right;
pub(crate) use size::PrimeSize;
