//! Four numbers at once in digits of 27 or 28 bits, one number a lane: what AVX2 multiplies.
//!
//! Montgomery arithmetic as in `radix52.rs`, with R = 2^(RADIX·DIGITS) and a modulus n below R/16: what goes
//! into a squaring is below 4n, so what comes out is below (4n)²/R + n < 2n, and doubled below 4n again.
//!
//! A column is a sum of at most 2·DIGITS products of two digits, and of a carry below 2^37. Doubled that is
//! below 2^64 for 40 and 76 digits of 27 bits and for 56 of 28.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "every index is a constant, or a loop's, below the length that the type or the loop states"
)]

use super::digit::digit;
use super::lanes::{Lanes, Multiply32};
use super::power::{Power, squarings};

/// How many digits are multiplied with how many at a time. 4 digits of a factor and 7 columns fit into 16
/// registers; it divides 40, 56 and 76.
const BLOCK: usize = 4;

/// Which of four odd numbers n of one length divide 2^(n − 1) − 1, the first in the lowest bit.
///
/// Every number takes the same instructions, whatever it is.
#[inline(always)]
pub(super) fn pass_fermat_test<
    V: Multiply32<Array = [u64; 4]>,
    const RADIX: u32,
    const DIGITS: usize,
>(
    machine: V::Machine,
    numbers: &[&[u64]; 4],
) -> u8 {
    let radix = RADIX as usize;
    let zero = V::splat(machine, 0);
    let mut modulus = [zero; DIGITS];
    for (index, lanes) in modulus.iter_mut().enumerate() {
        *lanes = V::load(machine, &numbers.map(|number| digit(number, radix, index)));
    }
    let modulus = Modulus::<V, RADIX, DIGITS>::new(machine, modulus);
    let powers = numbers.map(|number| Power::new(number, radix * DIGITS));
    let mut number = [zero; DIGITS];
    for (index, lanes) in number.iter_mut().enumerate() {
        let digits = powers
            .each_ref()
            .map(|power| power.start_digit(radix, index));
        *lanes = V::load(machine, &digits);
    }
    let mut product = [[zero; DIGITS]; 2];
    let product = product.as_flattened_mut();
    let limbs = numbers[0].len();
    for limb in (0..limbs).rev() {
        let doublings = powers.each_ref().map(|power| power.doublings(limb));
        let mut doublings = V::load(machine, &doublings);
        for _ in 0..squarings(limb, limbs) {
            number = modulus.square(&number, doublings.shift_right::<63>(), product);
            doublings = doublings.add(doublings);
        }
    }
    // Out of Montgomery form: below n, for what is reduced is below R.
    product[..DIGITS].copy_from_slice(&number);
    product[DIGITS..].fill(zero);
    modulus.reduce(product);
    equal_one(machine, &modulus.carry(&product[DIGITS..], zero))
}

/// Four moduli, and what is needed to multiply modulo them.
pub(super) struct Modulus<V: Multiply32, const RADIX: u32, const DIGITS: usize> {
    digits: [V; DIGITS],
    /// −1/modulus modulo 2^RADIX.
    inverse: V,
    zero: V,
    mask: V,
}

impl<V: Multiply32, const RADIX: u32, const DIGITS: usize> Modulus<V, RADIX, DIGITS> {
    /// Odd ones.
    #[inline(always)]
    pub(super) fn new(machine: V::Machine, digits: [V; DIGITS]) -> Self {
        let mask = V::splat(machine, (1 << RADIX) - 1);
        Self {
            inverse: negative_inverse(machine, digits[0], mask),
            digits,
            zero: V::splat(machine, 0),
            mask,
        }
    }

    /// The square, divided by R, and doubled where `doubling` is 1 and not 0. The columns are its own.
    #[inline(always)]
    pub(super) fn square(
        &self,
        number: &[V; DIGITS],
        doubling: V,
        columns: &mut [V],
    ) -> [V; DIGITS] {
        square(self.zero, number, columns);
        self.reduce(columns);
        self.carry(&columns[DIGITS..], doubling)
    }

    /// Makes the lower half of the columns zero by multiples of the modulus, and carries what it was into
    /// the upper.
    #[inline(always)]
    fn reduce(&self, product: &mut [V]) {
        let lowest = block(&self.digits, 0);
        for row in (0..DIGITS).step_by(BLOCK) {
            let mut columns = columns(product, row);
            let mut quotient = [self.zero; BLOCK];
            let mut carry = self.zero;
            for i in 0..BLOCK {
                columns[i] = columns[i].add(carry);
                quotient[i] = columns[i].multiply(self.inverse).and(self.mask);
                for j in 0..BLOCK {
                    add_digits(&mut columns, i + j, quotient[i], lowest[j]);
                }
                carry = columns[i].shift_right::<RADIX>();
            }
            put_columns(product, row, &columns);
            product[row + BLOCK] = product[row + BLOCK].add(carry);
            for column in (BLOCK..DIGITS).step_by(BLOCK) {
                add_blocks(
                    product,
                    row + column,
                    &quotient,
                    &block(&self.digits, column),
                );
            }
        }
    }

    /// The columns, shifted by 0 or 1 bits, as digits.
    #[inline(always)]
    fn carry(&self, columns: &[V], shift: V) -> [V; DIGITS] {
        let mut carry = self.zero;
        let mut digits = [carry; DIGITS];
        for (digit, column) in digits.iter_mut().zip(columns) {
            let column = column.shift_left(shift).add(carry);
            carry = column.shift_right::<RADIX>();
            *digit = column.and(self.mask);
        }
        digits
    }
}

/// −1/number modulo 2^RADIX: as in `radix52.rs`.
#[inline(always)]
fn negative_inverse<V: Multiply32>(machine: V::Machine, number: V, mask: V) -> V {
    let two = V::splat(machine, 2);
    let mut inverse = number;
    for _ in 0..4 {
        let product = number.multiply(inverse);
        inverse = inverse.multiply(two.subtract(product));
    }
    V::splat(machine, 0).subtract(inverse).and(mask)
}

/// The square, in columns.
#[inline(always)]
fn square<V: Multiply32, const DIGITS: usize>(zero: V, number: &[V; DIGITS], product: &mut [V]) {
    for column in product.iter_mut() {
        *column = zero;
    }
    for row in (0..DIGITS).step_by(BLOCK) {
        let one = block(number, row);
        // Each pair of digits stands for two.
        let mut twice = one;
        for digit in &mut twice {
            *digit = digit.add(*digit);
        }
        let mut columns = columns(product, 2 * row);
        for i in 0..BLOCK {
            add_digits(&mut columns, 2 * i, one[i], one[i]);
            for j in i + 1..BLOCK {
                add_digits(&mut columns, i + j, twice[i], one[j]);
            }
        }
        put_columns(product, 2 * row, &columns);
        for column in (row + BLOCK..DIGITS).step_by(BLOCK) {
            add_blocks(product, row + column, &twice, &block(number, column));
        }
    }
}

#[inline(always)]
fn block<V: Copy>(digits: &[V], first: usize) -> [V; BLOCK] {
    let mut block = [digits[first]; BLOCK];
    block.copy_from_slice(&digits[first..first + BLOCK]);
    block
}

/// How many columns a product of two blocks has.
const COLUMNS: usize = 2 * BLOCK - 1;

/// The columns that a product of two blocks is added to.
#[inline(always)]
fn columns<V: Copy>(product: &[V], first: usize) -> [V; COLUMNS] {
    let mut columns = [product[first]; COLUMNS];
    columns.copy_from_slice(&product[first..first + COLUMNS]);
    columns
}

#[inline(always)]
fn put_columns<V: Copy>(product: &mut [V], first: usize, columns: &[V; COLUMNS]) {
    product[first..first + COLUMNS].copy_from_slice(columns);
}

/// Adds the product of two blocks.
#[inline(always)]
fn add_blocks<V: Multiply32>(
    product: &mut [V],
    first: usize,
    one: &[V; BLOCK],
    other: &[V; BLOCK],
) {
    let mut columns = columns(product, first);
    for i in 0..BLOCK {
        for j in 0..BLOCK {
            add_digits(&mut columns, i + j, one[i], other[j]);
        }
    }
    put_columns(product, first, &columns);
}

/// Adds the product of two digits.
#[inline(always)]
fn add_digits<V: Multiply32>(columns: &mut [V; COLUMNS], column: usize, one: V, other: V) {
    columns[column] = columns[column].add(one.multiply(other));
}

/// Lanes whose number is 1.
#[inline(always)]
fn equal_one<V: Lanes<Array = [u64; 4]>, const DIGITS: usize>(
    machine: V::Machine,
    number: &[V; DIGITS],
) -> u8 {
    let mut difference = number[0].subtract(V::splat(machine, 1));
    for digit in &number[1..] {
        difference = difference.or(*digit);
    }
    let differences = difference.store();
    let lanes = differences.iter().rev();
    lanes.fold(0, |equal, difference| {
        equal << 1 | u8::from(*difference == 0)
    })
}
