//! Lanes without a CPU that has them: the same arithmetic in plain Rust, on any machine, and with a bit
//! that flips where a test wants it.

#![expect(
    clippy::cast_possible_truncation,
    reason = "what is cut off is what the instructions cut off"
)]

use std::cell::Cell;

use super::{Lanes, Multiply52, MultiplyAdd};

const DIGIT: u64 = (1 << 52) - 1;

thread_local! {
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// One bit of the result of one operation.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Fault {
    /// Which operation, counted from 0.
    pub(in crate::prime) operation: u64,
    /// In which lane.
    pub(in crate::prime) lane: usize,
    /// Which bit flips.
    pub(in crate::prime) bit: u32,
}

/// Runs it with a fault, and counts its operations.
pub(in crate::prime) fn with_fault<T>(fault: Option<Fault>, work: impl FnOnce() -> T) -> (T, u64) {
    OPERATIONS.set(0);
    FAULT.set(fault);
    let result = work();
    FAULT.set(None);
    (result, OPERATIONS.get())
}

/// `COUNT` lanes.
#[derive(Clone, Copy)]
pub(in crate::prime) struct Emulated<const COUNT: usize>([u64; COUNT]);

impl<const COUNT: usize> Emulated<COUNT> {
    fn result(lane: impl FnMut(usize) -> u64) -> Self {
        let mut numbers = std::array::from_fn(lane);
        let operation = OPERATIONS.get();
        OPERATIONS.set(operation + 1);
        if let Some(fault) = FAULT.get()
            && fault.operation == operation
        {
            numbers[fault.lane] ^= 1 << fault.bit;
        }
        Self(numbers)
    }
}

macro_rules! lanes {
    ($count:literal) => {
        impl Lanes for Emulated<$count> {
            type Machine = ();
            type Array = [u64; $count];

            fn splat((): (), number: u64) -> Self {
                Self::result(|_| number)
            }

            fn load((): (), numbers: &[u64; $count]) -> Self {
                Self::result(|lane| numbers[lane])
            }

            fn store(self) -> [u64; $count] {
                Self::result(|lane| self.0[lane]).0
            }

            fn add(self, other: Self) -> Self {
                Self::result(|lane| self.0[lane].wrapping_add(other.0[lane]))
            }

            fn subtract(self, other: Self) -> Self {
                Self::result(|lane| self.0[lane].wrapping_sub(other.0[lane]))
            }

            fn and(self, other: Self) -> Self {
                Self::result(|lane| self.0[lane] & other.0[lane])
            }

            fn or(self, other: Self) -> Self {
                Self::result(|lane| self.0[lane] | other.0[lane])
            }

            fn shift_right<const BITS: u32>(self) -> Self {
                Self::result(|lane| self.0[lane] >> BITS)
            }

            fn shift_left(self, by: Self) -> Self {
                Self::result(|lane| self.0[lane].wrapping_shl(by.0[lane] as u32))
            }
        }
    };
}

lanes!(4);
lanes!(8);

fn product(one: u64, other: u64) -> u128 {
    u128::from(one & DIGIT) * u128::from(other & DIGIT)
}

impl Multiply52 for Emulated<8> {
    fn add_low_product(self, one: Self, other: Self) -> Self {
        let low = |lane| product(one.0[lane], other.0[lane]) as u64 & DIGIT;
        Self::result(|lane| self.0[lane].wrapping_add(low(lane)))
    }

    fn add_high_product(self, one: Self, other: Self) -> Self {
        let high = |lane| (product(one.0[lane], other.0[lane]) >> 52) as u64;
        Self::result(|lane| self.0[lane].wrapping_add(high(lane)))
    }

    fn at_most(self, other: Self) -> u8 {
        (0..8).fold(0, |mask, lane| {
            mask | u8::from(self.0[lane] <= other.0[lane]) << lane
        })
    }
}

impl MultiplyAdd for Emulated<4> {
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        let [one, factor, addend] = [self, factor, addend].map(Self::doubles);
        Self::result(|lane| one[lane].mul_add(factor[lane], addend[lane]).to_bits())
    }

    fn add_doubles(self, other: Self) -> Self {
        let [one, other] = [self, other].map(Self::doubles);
        Self::result(|lane| (one[lane] + other[lane]).to_bits())
    }

    fn subtract_doubles(self, other: Self) -> Self {
        let [one, other] = [self, other].map(Self::doubles);
        Self::result(|lane| (one[lane] - other[lane]).to_bits())
    }
}

impl Emulated<4> {
    fn doubles(self) -> [f64; 4] {
        self.0.map(f64::from_bits)
    }
}
