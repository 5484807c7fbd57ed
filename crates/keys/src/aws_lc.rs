//! Modular arithmetic by aws-lc: what decides on primes, and filters where no vector unit does.
//!
//! aws-lc-rs has no such functions, so that these are calls of the C library. Why they are sound:
//!
//! - Every pointer comes from a constructor of the library, was checked not to be null, is owned by one
//!   value, and is freed when that is dropped. Nothing is shared between threads: no type here is `Sync`,
//!   and those that are sent are whole.
//! - Arguments that are read are borrowed for the call; what is written is borrowed mutably, or new.
//! - The preconditions of the library (an odd modulus, operands below it) are those of the functions
//!   here, and the library checks each of them and fails: a violation is an error, never undefined.
//!
//! aws-lc overwrites all memory that it frees (`OPENSSL_free`).

#![expect(
    unsafe_code,
    reason = "calls of a C library; the argument stands above"
)]

use std::ptr::NonNull;

use aws_lc_rs::error::Unspecified;
use aws_lc_sys as sys;
use zeroize::Zeroizing;

/// A number of a fixed length, whatever its value.
pub(crate) struct Number(NonNull<sys::BIGNUM>);

impl Number {
    /// Of limbs, the least significant first.
    pub(crate) fn new(limbs: &[u64]) -> Result<Self, Unspecified> {
        let bytes = little_endian(limbs);
        // SAFETY: the library reads `len` bytes, which are there, and makes a number.
        let number = unsafe { sys::BN_le2bn(bytes.as_ptr(), bytes.len(), std::ptr::null_mut()) };
        NonNull::new(number).map(Self).ok_or(Unspecified)
    }

    /// Whether both are the same: 1 or 0, in the same time for all numbers of these lengths.
    pub(crate) fn equals(&self, other: &Self) -> u32 {
        // SAFETY: both are numbers of the library.
        let is_equal = unsafe { sys::BN_equal_consttime(self.0.as_ptr(), other.0.as_ptr()) };
        is_equal.unsigned_abs()
    }

    fn zero() -> Result<Self, Unspecified> {
        // SAFETY: it has no conditions.
        let number = unsafe { sys::BN_new() };
        NonNull::new(number).map(Self).ok_or(Unspecified)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: it is owned, and not used again.
        unsafe { sys::BN_clear_free(self.0.as_ptr()) };
    }
}

/// In memory of its final size, so that there is one copy to wipe.
fn little_endian(limbs: &[u64]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(size_of_val(limbs)));
    bytes.extend(limbs.iter().flat_map(|limb| limb.to_le_bytes()));
    bytes
}

/// Where the library keeps what it needs for a calculation.
pub(crate) struct Scratch(NonNull<sys::BN_CTX>);

impl Scratch {
    pub(crate) fn new() -> Result<Self, Unspecified> {
        // SAFETY: it has no conditions.
        let scratch = unsafe { sys::BN_CTX_new() };
        NonNull::new(scratch).map(Self).ok_or(Unspecified)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: it is owned, and not used again.
        unsafe { sys::BN_CTX_free(self.0.as_ptr()) };
    }
}

/// An odd modulus, and what is needed to multiply modulo it.
pub(crate) struct Modulus {
    number: Number,
    montgomery: NonNull<sys::BN_MONT_CTX>,
}

impl Modulus {
    /// Of limbs, the least significant first.
    ///
    /// # Errors
    /// It is even, or there is no memory.
    pub(crate) fn new(limbs: &[u64], scratch: &mut Scratch) -> Result<Self, Unspecified> {
        let number = Number::new(limbs)?;
        // SAFETY: a number and a scratch of the library.
        let montgomery =
            unsafe { sys::BN_MONT_CTX_new_consttime(number.0.as_ptr(), scratch.0.as_ptr()) };
        let montgomery = NonNull::new(montgomery).ok_or(Unspecified)?;
        Ok(Self { number, montgomery })
    }

    /// A number below the modulus in Montgomery form.
    pub(crate) fn to_montgomery(
        &self,
        number: &Number,
        scratch: &mut Scratch,
    ) -> Result<Number, Unspecified> {
        let form = Number::zero()?;
        // SAFETY: numbers, context and scratch of the library; `form` is new.
        let done = unsafe {
            sys::BN_to_montgomery(
                form.0.as_ptr(),
                number.0.as_ptr(),
                self.montgomery.as_ptr(),
                scratch.0.as_ptr(),
            )
        };
        (done == 1).then_some(form).ok_or(Unspecified)
    }

    /// Squares a number in Montgomery form, in its place.
    pub(crate) fn square(
        &self,
        number: &mut Number,
        scratch: &mut Scratch,
    ) -> Result<(), Unspecified> {
        let number = number.0.as_ptr();
        // SAFETY: number, context and scratch of the library; the result may be an operand
        // (openssl/bn.h), and is borrowed mutably.
        let done = unsafe {
            sys::BN_mod_mul_montgomery(
                number,
                number,
                number,
                self.montgomery.as_ptr(),
                scratch.0.as_ptr(),
            )
        };
        (done == 1).then_some(()).ok_or(Unspecified)
    }
}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: it is owned, and not used again.
        unsafe { sys::BN_MONT_CTX_free(self.montgomery.as_ptr()) };
    }
}

/// What is raised to which power modulo what.
pub(crate) struct Exponentiation<'n> {
    /// Below the modulus.
    pub(crate) base: &'n Number,
    /// As many limbs as the modulus, so that its own length does not show.
    pub(crate) exponent: &'n Number,
    pub(crate) modulus: &'n Modulus,
}

/// Both powers, in the same time for all numbers of these lengths. With AVX-512 IFMA, and base and exponent
/// as long as the modulus, it takes less than twice the time of one.
pub(crate) fn exponentiate_pair(
    pair: &[Exponentiation<'_>; 2],
    scratch: &mut Scratch,
) -> Result<[Number; 2], Unspecified> {
    let [one, other] = pair;
    let powers = [Number::zero()?, Number::zero()?];
    // SAFETY: numbers, contexts and scratch of the library; the powers are new, and each context is that of
    // the modulus beside it.
    let done = unsafe {
        sys::BN_mod_exp_mont_consttime_x2(
            powers[0].0.as_ptr(),
            one.base.0.as_ptr(),
            one.exponent.0.as_ptr(),
            one.modulus.number.0.as_ptr(),
            one.modulus.montgomery.as_ptr(),
            powers[1].0.as_ptr(),
            other.base.0.as_ptr(),
            other.exponent.0.as_ptr(),
            other.modulus.number.0.as_ptr(),
            other.modulus.montgomery.as_ptr(),
            scratch.0.as_ptr(),
        )
    };
    (done == 1).then_some(powers).ok_or(Unspecified)
}
