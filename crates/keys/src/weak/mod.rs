//! Public keys whose private half can be computed, or that were made by something broken
//! (docs/decisions/0010-what-is-a-weak-key.md).
//!
//! Everything is found in the key itself, without a network, and public keys are no secrets: nothing
//! here runs in constant time.

mod close_primes;
mod exponent;
mod perfect_power;
mod prime_modulus;
mod roca;
mod rule;
mod shared_prime;
mod size;
mod small_factor;
mod weakness;

use std::collections::BTreeSet;

use num_bigint::BigUint;

pub use rule::Rule;
pub use weakness::Weakness;

use crate::public_key::PublicKey;

/// The rules that are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules(BTreeSet<Rule>);

/// Every rule.
impl Default for Rules {
    fn default() -> Self {
        Self(Rule::ALL.iter().copied().collect())
    }
}

impl Rules {
    /// The same without one.
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.0.remove(&rule);
        self
    }

    /// Whether the key is one that may be imported.
    ///
    /// An RSA key of 2048 bits takes some milliseconds of one core, one of 4096 bits some tens, and the worst
    /// some hundreds: keep it off async threads. Other keys take nothing.
    ///
    /// # Errors
    /// The first rule that the key breaks; those that cost least come first.
    pub fn check(&self, key: &PublicKey) -> Result<(), Weakness> {
        let Some(numbers) = key.rsa_numbers() else {
            return Ok(());
        };
        let numbers = Numbers {
            exponent: BigUint::from_bytes_be(numbers.exponent),
            modulus: BigUint::from_bytes_be(numbers.modulus),
        };
        let mut weaknesses = self.0.iter().filter_map(|rule| rule.find(&numbers));
        weaknesses.next().map_or(Ok(()), Err)
    }
}

/// The numbers of an RSA key.
struct Numbers {
    exponent: BigUint,
    modulus: BigUint,
}
