//! Eight numbers at once in digits of 52 bits, one number a lane: what AVX-512 IFMA multiplies.
//!
//! Montgomery arithmetic with R = 2^(52·DIGITS). A number has 16 to 32 bits to spare, so that nothing is
//! ever subtracted: with the modulus n below R/2^16, what goes into a squaring is below 4n, so what comes
//! out of its reduction is below (4n)²/R + n < n·(1 + 2^−12), and doubled below 4n again.
//!
//! A column of a product is a sum of at most 4·DIGITS halves of 52 bits, two for each pair of digits in
//! the square and two in the reduction: below 2^60, and doubled below 2^61, so that carries wait until
//! the end.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "every index is a constant, or a loop's, below the length that the type or the loop states"
)]

use super::digit::digit;
use super::divisors::Group;
use super::lanes::Multiply52;
use super::power::{Power, squarings};
use std::ops::Range;

const RADIX: usize = 52;

const MASK: u64 = (1 << RADIX) - 1;

/// How many digits are multiplied with how many at a time. 5 digits of each factor and 10 columns fit
/// into 32 registers; it divides 20, 30 and 40.
const BLOCK: usize = 5;

/// Small primes to divide by.
pub(super) type Row<const DIGITS: usize> = Group<52, DIGITS>;

/// The odd primes in a range.
pub(super) fn rows<const DIGITS: usize>(range: Range<u32>) -> Vec<Row<DIGITS>> {
    /// Room above the product for what a division leaves unreduced ([`remainder`]).
    const PRODUCT_MAX: u64 = MASK - (1 << 7);

    Group::of_primes(range, PRODUCT_MAX)
}

/// Which of eight numbers have a divisor in the rows, the first in the lowest bit.
///
/// Every number takes the same instructions, whatever it is. That all eight have one before the end is
/// too rare to be worth looking.
#[inline(always)]
pub(super) fn divided<V: Multiply52<Array = [u64; 8]>, const DIGITS: usize>(
    machine: V::Machine,
    numbers: &[&[u64]; 8],
    rows: &[Row<DIGITS>],
) -> u8 {
    let number = load::<V, DIGITS>(machine, numbers);
    let mut divided = 0;
    for row in rows {
        let rest = remainder(machine, &number, row);
        for divisor in &row.divisors {
            let inverse = V::splat(machine, divisor.inverse);
            let quotient = V::splat(machine, 0).add_low_product(rest, inverse);
            divided |= quotient.at_most(V::splat(machine, divisor.limit));
        }
    }
    divided
}

/// What leaves the same as the number, divided by 2^104, in a division by each prime of the row. It is less
/// than the product plus 2^7.
#[inline(always)]
fn remainder<V: Multiply52, const DIGITS: usize>(
    machine: V::Machine,
    number: &[V; DIGITS],
    row: &Row<DIGITS>,
) -> V {
    let zero = V::splat(machine, 0);
    let product = V::splat(machine, row.product);
    let inverse = V::splat(machine, row.negative_inverse);
    let (mut low, mut high) = (zero, zero);
    for (digit, weight) in number.iter().zip(&row.weights) {
        let weight = V::splat(machine, *weight);
        low = low.add_low_product(*digit, weight);
        high = high.add_high_product(*digit, weight);
    }
    // low + 2^52·high is the number. Twice, a multiple of the product makes the lowest 52 bits zero.
    let quotient = zero.add_low_product(low, inverse);
    let low = low.add_low_product(quotient, product);
    let rest = high
        .add_high_product(quotient, product)
        .add(low.shift_right::<52>());
    let quotient = zero.add_low_product(rest, inverse);
    let low = rest.add_low_product(quotient, product);
    zero.add_high_product(quotient, product)
        .add(low.shift_right::<52>())
}

/// Which of eight odd numbers n of one length divide 2^(n − 1) − 1, the first in the lowest bit.
///
/// Every number takes the same instructions, whatever it is.
#[inline(always)]
pub(super) fn pass_fermat_test<V: Multiply52<Array = [u64; 8]>, const DIGITS: usize>(
    machine: V::Machine,
    numbers: &[&[u64]; 8],
) -> u8 {
    let zero = V::splat(machine, 0);
    let modulus = Modulus::new(machine, load(machine, numbers));
    let powers = numbers.map(|number| Power::new(number, RADIX * DIGITS));
    let mut number = [zero; DIGITS];
    for (index, digit) in number.iter_mut().enumerate() {
        let digits = powers
            .each_ref()
            .map(|power| power.start_digit(RADIX, index));
        *digit = V::load(machine, &digits);
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

/// Eight moduli, and what is needed to multiply modulo them.
pub(super) struct Modulus<V: Multiply52, const DIGITS: usize> {
    digits: [V; DIGITS],
    /// −1/modulus modulo 2^52.
    inverse: V,
    zero: V,
    mask: V,
}

#[inline(always)]
fn load<V: Multiply52<Array = [u64; 8]>, const DIGITS: usize>(
    machine: V::Machine,
    numbers: &[&[u64]; 8],
) -> [V; DIGITS] {
    let mut digits = [V::splat(machine, 0); DIGITS];
    for (index, lanes) in digits.iter_mut().enumerate() {
        *lanes = V::load(machine, &numbers.map(|number| digit(number, RADIX, index)));
    }
    digits
}

/// −1/number modulo 2^52. Each step doubles the bits that are right, and an odd number is its own inverse
/// in three.
#[inline(always)]
fn negative_inverse<V: Multiply52>(machine: V::Machine, number: V) -> V {
    let zero = V::splat(machine, 0);
    let two = V::splat(machine, 2);
    let mut inverse = number;
    for _ in 0..5 {
        let product = zero.add_low_product(number, inverse);
        inverse = zero.add_low_product(inverse, two.subtract(product));
    }
    zero.subtract(inverse)
}

impl<V: Multiply52, const DIGITS: usize> Modulus<V, DIGITS> {
    /// Odd ones.
    #[inline(always)]
    pub(super) fn new(machine: V::Machine, digits: [V; DIGITS]) -> Self {
        Self {
            inverse: negative_inverse(machine, digits[0]),
            digits,
            zero: V::splat(machine, 0),
            mask: V::splat(machine, MASK),
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
            for i in 0..BLOCK {
                quotient[i] = self.zero.add_low_product(columns[i], self.inverse);
                for j in 0..BLOCK {
                    add_digits(&mut columns, i + j, quotient[i], lowest[j]);
                }
                columns[i + 1] = columns[i + 1].add(columns[i].shift_right::<52>());
            }
            put_columns(product, row, &columns);
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
            carry = column.shift_right::<52>();
            *digit = column.and(self.mask);
        }
        digits
    }
}

/// The square, in columns.
#[inline(always)]
fn square<V: Multiply52, const DIGITS: usize>(zero: V, number: &[V; DIGITS], product: &mut [V]) {
    for column in product.iter_mut() {
        *column = zero;
    }
    for row in (0..DIGITS).step_by(BLOCK) {
        let one = block(number, row);
        let mut columns = columns(product, 2 * row);
        for i in 0..BLOCK {
            for j in i + 1..BLOCK {
                add_digits(&mut columns, i + j, one[i], one[j]);
            }
        }
        put_columns(product, 2 * row, &columns);
        for column in (row + BLOCK..DIGITS).step_by(BLOCK) {
            add_blocks(product, row + column, &one, &block(number, column));
        }
    }
    // Each pair of digits stands for two.
    for (index, digit) in number.iter().enumerate() {
        let (low, high) = (product[2 * index], product[2 * index + 1]);
        product[2 * index] = low.add(low).add_low_product(*digit, *digit);
        product[2 * index + 1] = high.add(high).add_high_product(*digit, *digit);
    }
}

#[inline(always)]
fn block<V: Copy>(digits: &[V], first: usize) -> [V; BLOCK] {
    let mut block = [digits[first]; BLOCK];
    block.copy_from_slice(&digits[first..first + BLOCK]);
    block
}

/// The columns that a product of two blocks is added to.
#[inline(always)]
fn columns<V: Copy>(product: &[V], first: usize) -> [V; 2 * BLOCK] {
    let mut columns = [product[first]; 2 * BLOCK];
    columns.copy_from_slice(&product[first..first + 2 * BLOCK]);
    columns
}

#[inline(always)]
fn put_columns<V: Copy>(product: &mut [V], first: usize, columns: &[V; 2 * BLOCK]) {
    product[first..first + 2 * BLOCK].copy_from_slice(columns);
}

/// Adds the product of two blocks.
#[inline(always)]
fn add_blocks<V: Multiply52>(
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
fn add_digits<V: Multiply52>(columns: &mut [V; 2 * BLOCK], column: usize, one: V, other: V) {
    columns[column] = columns[column].add_low_product(one, other);
    columns[column + 1] = columns[column + 1].add_high_product(one, other);
}

/// Lanes whose number is 1.
#[inline(always)]
fn equal_one<V: Multiply52, const DIGITS: usize>(machine: V::Machine, number: &[V; DIGITS]) -> u8 {
    let mut difference = number[0].subtract(V::splat(machine, 1));
    for digit in &number[1..] {
        difference = difference.or(*digit);
    }
    difference.at_most(V::splat(machine, 0))
}
