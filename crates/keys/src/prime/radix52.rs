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

/// How many digits are multiplied with how many at a time. 5 digits of each factor and 10 columns of each
/// of two windows fit into 32 registers, but for those that wait; it divides 20, 30 and 40.
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
    let modulus = Modulus::new(machine, load(machine, numbers));
    let powers = numbers.map(|number| Power::new(number, RADIX * DIGITS));
    let mut number = [modulus.zero; DIGITS];
    for (index, digit) in number.iter_mut().enumerate() {
        let digits = powers
            .each_ref()
            .map(|power| power.start_digit(RADIX, index));
        *digit = V::load(machine, &digits);
    }
    let limbs = numbers[0].len();
    for limb in (0..limbs).rev() {
        let doublings = powers.each_ref().map(|power| power.doublings(limb));
        let mut doublings = V::load(machine, &doublings);
        for _ in 0..squarings(limb, limbs) {
            modulus.square(&mut number, doublings.shift_right::<63>());
            doublings = doublings.add(doublings);
        }
    }
    // Out of Montgomery form: below n, for what is divided is below R.
    modulus.divide(&mut number);
    equal_one(machine, &number)
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

    const BLOCKS: usize = DIGITS / BLOCK;

    /// Squares a number, divides it by R, and doubles it where `doubling` is 1 and not 0.
    ///
    /// Columns are made from the lowest on, a block of them at a time and each block once, so that all
    /// that is added stays in registers.
    #[inline(always)]
    pub(super) fn square(&self, number: &mut [V; DIGITS], doubling: V) {
        let mut products = Window::new(self.zero);
        let mut sum = Window::new(self.zero);
        let mut quotients = [self.zero; DIGITS];
        for place in 0..Self::BLOCKS {
            sum.add(&self.square_columns(number, place, &mut products));
            self.clear(place, &mut quotients, &mut sum);
        }
        let mut carry = self.zero;
        for place in 0..Self::BLOCKS {
            sum.add(&self.square_columns(number, Self::BLOCKS + place, &mut products));
            let columns = self.upper_columns(place, &quotients, &mut sum);
            // What is overwritten was needed for the columns so far, and is not for those that follow.
            carry = self.carry(&columns, doubling, carry, &mut number[BLOCK * place..]);
        }
    }

    /// Divides a number by R.
    #[inline(always)]
    fn divide(&self, number: &mut [V; DIGITS]) {
        let mut sum = Window::new(self.zero);
        let mut quotients = [self.zero; DIGITS];
        for place in 0..Self::BLOCKS {
            sum.add(&block(number, place));
            self.clear(place, &mut quotients, &mut sum);
        }
        let mut carry = self.zero;
        for place in 0..Self::BLOCKS {
            let columns = self.upper_columns(place, &quotients, &mut sum);
            carry = self.carry(&columns, self.zero, carry, &mut number[BLOCK * place..]);
        }
    }

    /// The next columns of a square.
    #[inline(always)]
    fn square_columns(
        &self,
        number: &[V; DIGITS],
        place: usize,
        products: &mut Window<V>,
    ) -> [V; BLOCK] {
        for row in place.saturating_sub(Self::BLOCKS - 1)..place.div_ceil(2) {
            products.add_blocks(&block(number, row), &block(number, place - row));
        }
        if place.is_multiple_of(2) {
            let digits = block(number, place / 2);
            for i in 0..BLOCK {
                for j in i + 1..BLOCK {
                    products.add_digits(i + j, digits[i], digits[j]);
                }
            }
        }
        let mut columns = products.slide(self.zero);
        for i in 0..BLOCK {
            // Each pair of different digits stands for two.
            let twice = columns[i].add(columns[i]);
            let column = BLOCK * place + i;
            let digit = number[column / 2];
            columns[i] = if column.is_multiple_of(2) {
                twice.add_low_product(digit, digit)
            } else {
                twice.add_high_product(digit, digit)
            };
        }
        columns
    }

    /// Adds the multiple of the modulus that makes the next columns zero, and carries what they were into
    /// those above.
    #[inline(always)]
    fn clear(&self, place: usize, quotients: &mut [V; DIGITS], sum: &mut Window<V>) {
        for row in 0..place {
            sum.add_blocks(&block(quotients, row), &block(&self.digits, place - row));
        }
        let lowest = block(&self.digits, 0);
        let mut carry = self.zero;
        for i in 0..BLOCK {
            let column = sum.0[i].add(carry);
            let quotient = self.zero.add_low_product(column, self.inverse);
            // What the lowest digit adds makes the lower 52 bits zero, and carries unless they are.
            carry = column.add(self.mask).shift_right::<52>();
            carry = carry.add_high_product(quotient, lowest[0]);
            for j in 1..BLOCK {
                sum.add_digits(i + j, quotient, lowest[j]);
            }
            quotients[BLOCK * place + i] = quotient;
        }
        sum.0[BLOCK] = sum.0[BLOCK].add(carry);
        sum.slide(self.zero);
    }

    /// The next columns of the upper half, with the multiples of the modulus that made the lower half zero.
    #[inline(always)]
    fn upper_columns(
        &self,
        place: usize,
        quotients: &[V; DIGITS],
        sum: &mut Window<V>,
    ) -> [V; BLOCK] {
        for row in place + 1..Self::BLOCKS {
            let column = Self::BLOCKS + place - row;
            sum.add_blocks(&block(quotients, row), &block(&self.digits, column));
        }
        sum.slide(self.zero)
    }

    /// The columns, shifted by 0 or 1 bits, as digits. What is left is carried into the next.
    #[inline(always)]
    fn carry(&self, columns: &[V; BLOCK], shift: V, carry: V, digits: &mut [V]) -> V {
        let mut carry = carry;
        for (digit, column) in digits.iter_mut().zip(columns) {
            let column = column.shift_left(shift).add(carry);
            carry = column.shift_right::<52>();
            *digit = column.and(self.mask);
        }
        carry
    }
}

/// The columns that the product of two blocks is added to.
struct Window<V>([V; 2 * BLOCK]);

impl<V: Multiply52> Window<V> {
    #[inline(always)]
    fn new(zero: V) -> Self {
        Self([zero; 2 * BLOCK])
    }

    /// Adds to the lower half.
    #[inline(always)]
    fn add(&mut self, columns: &[V; BLOCK]) {
        for i in 0..BLOCK {
            self.0[i] = self.0[i].add(columns[i]);
        }
    }

    /// Adds the product of two blocks.
    #[inline(always)]
    fn add_blocks(&mut self, one: &[V; BLOCK], other: &[V; BLOCK]) {
        for i in 0..BLOCK {
            for j in 0..BLOCK {
                self.add_digits(i + j, one[i], other[j]);
            }
        }
    }

    /// Adds the product of two digits.
    #[inline(always)]
    fn add_digits(&mut self, column: usize, one: V, other: V) {
        self.0[column] = self.0[column].add_low_product(one, other);
        self.0[column + 1] = self.0[column + 1].add_high_product(one, other);
    }

    /// Takes the lower half out, and moves on by as much.
    #[inline(always)]
    fn slide(&mut self, zero: V) -> [V; BLOCK] {
        let mut lower = [zero; BLOCK];
        for i in 0..BLOCK {
            lower[i] = self.0[i];
            self.0[i] = self.0[BLOCK + i];
            self.0[BLOCK + i] = zero;
        }
        lower
    }
}

#[inline(always)]
fn block<V: Copy>(digits: &[V], place: usize) -> [V; BLOCK] {
    let first = BLOCK * place;
    let mut block = [digits[first]; BLOCK];
    block.copy_from_slice(&digits[first..first + BLOCK]);
    block
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
