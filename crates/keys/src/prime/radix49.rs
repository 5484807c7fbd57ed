//! Four numbers at once in digits of 49 bits, one number a lane: what AVX2 and FMA multiply, in double
//! precision.
//!
//! A multiply-add is exact but for one rounding at its end. To [`HIGH`], 2^101, it adds a product below 2^100
//! in multiples of 2^49: in the bits of the sum stands the upper half of the product. A second one finds what
//! was rounded off, 2^48 at most, and adds it to [`LOW`], where units are the lowest bit. So halves are
//! added to columns as bits; what the bits of HIGH and LOW add, a column lacks at its start ([`start`]).
//! Everything is an integer below 2^102, and a zero the only number that is not normal.
//!
//! Montgomery arithmetic as in `radix52.rs`, with R = 2^(49·DIGITS) and a modulus n below R/32. Nothing is
//! subtracted: what goes into a squaring is below 4n, so its square, doubled, is below R·n. Reduced, that is
//! below n, and what the reduction adds is below 2n: it comes out below 3n.
//!
//! A column is at most 3·DIGITS upper halves below 2^49, 2·DIGITS lower ones, and a carry: for 43 digits
//! between −2^56 and 2^57, to which [`OFFSET`] is added, so that bits can be shifted out of it.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is a constant, or a loop's, below the length that the type or the loop states"
)]

use super::digit::digit;
use super::divisors::inverse;
use super::lanes::{Lanes, MultiplyAdd};
use super::power::{Power, squarings};

const RADIX: u32 = 49;

const MASK: u64 = (1 << RADIX) - 1;

const ONE: f64 = 1.0;

/// 2^52: the bits of what is added to it below 2^52 are its lowest.
const UNIT: f64 = 4_503_599_627_370_496.0;

/// In 2^52 to 2^53 what is added may be negative too.
const LOW: f64 = 1.5 * UNIT;

/// 2^101. From there to 2^102 a double is a multiple of 2^49.
const HIGH: f64 = UNIT * (UNIT / 8.0);

/// Of each column; the next one lacks what this adds to the carry.
const OFFSET: u64 = 1 << 60;

/// Which of four odd numbers n of one length divide 2^(n − 1) − 1, the first in the lowest bit.
///
/// Every number takes the same instructions, whatever it is.
#[inline(always)]
pub(super) fn pass_fermat_test<V: MultiplyAdd<Array = [u64; 4]>, const DIGITS: usize>(
    machine: V::Machine,
    numbers: &[&[u64]; 4],
) -> u8 {
    let radix = RADIX as usize;
    let mut columns = [[V::splat(machine, 0); DIGITS]; 2];
    let columns = columns.as_flattened_mut();
    let modulus = Modulus::<V, DIGITS>::new(machine, numbers, columns);
    let powers = numbers.map(|number| Power::new(number, radix * DIGITS));
    let mut number = [modulus.zero; DIGITS];
    for (index, lanes) in number.iter_mut().enumerate() {
        let digits = powers
            .each_ref()
            .map(|power| power.start_digit(radix, index));
        *lanes = modulus.double(V::load(machine, &digits));
    }
    let limbs = numbers[0].len();
    for limb in (0..limbs).rev() {
        let doublings = powers.each_ref().map(|power| power.doublings(limb));
        let mut doublings = V::load(machine, &doublings);
        for _ in 0..squarings(limb, limbs) {
            modulus.square(&mut number, doublings.shift_right::<63>(), columns);
            doublings = doublings.add(doublings);
        }
    }
    // Out of Montgomery form, and divided by 2^98, as 1 was for `fold`. The first leaves at most n + fold, so
    // that the second leaves less: equal numbers have equal digits.
    modulus.reduce(&mut number, 0, columns);
    modulus.reduce(&mut number, DIGITS - 2, columns);
    equal(&number, &modulus.fold)
}

/// Four moduli, and what is needed to multiply modulo them. Digits are doubles.
pub(super) struct Modulus<V: MultiplyAdd, const DIGITS: usize> {
    digits: [V; DIGITS],
    /// 2^−98 modulo the modulus: as many times this, two places above, a digit counts the same.
    fold: [V; DIGITS],
    /// −1/modulus modulo 2^49.
    inverse: V,
    machine: V::Machine,
    zero: V,
    one: V,
    mask: V,
    unit: V,
    high: V,
    high_and_low: V,
}

impl<V: MultiplyAdd<Array = [u64; 4]>, const DIGITS: usize> Modulus<V, DIGITS> {
    const START: [[u64; DIGITS]; 2] = start();

    /// Odd ones. The columns are its own, here and below.
    #[inline(always)]
    pub(super) fn new(machine: V::Machine, numbers: &[&[u64]; 4], columns: &mut [V]) -> Self {
        let zero = V::splat(machine, 0);
        let double = |number: f64| V::splat(machine, number.to_bits());
        let inverses =
            numbers.map(|number| inverse(digit(number, RADIX as usize, 0)).wrapping_neg() & MASK);
        let mut modulus = Self {
            digits: [zero; DIGITS],
            fold: [zero; DIGITS],
            inverse: zero,
            machine,
            zero,
            one: double(ONE),
            mask: V::splat(machine, MASK),
            unit: double(UNIT),
            high: double(HIGH),
            high_and_low: double(HIGH + LOW),
        };
        modulus.inverse = modulus.double(V::load(machine, &inverses));
        for index in 0..DIGITS {
            let digits = numbers.map(|number| digit(number, RADIX as usize, index));
            modulus.digits[index] = modulus.double(V::load(machine, &digits));
        }
        // With a fold of 0, what is below the last two places must be 0, and is.
        let mut fold = modulus.fold;
        fold[0] = modulus.one;
        modulus.reduce(&mut fold, DIGITS - 2, columns);
        modulus.fold = fold;
        modulus
    }

    /// The square, divided by R, and doubled where `doubling` is 1 and not 0.
    #[inline(always)]
    pub(super) fn square(&self, number: &mut [V; DIGITS], doubling: V, columns: &mut [V]) {
        self.add_square(number, doubling, columns);
        self.divide(columns);
        self.carry(&columns[DIGITS..], number);
    }

    /// The number times 2^(49·place), divided by R.
    #[inline(always)]
    fn reduce(&self, number: &mut [V; DIGITS], place: usize, columns: &mut [V]) {
        self.add_square(&[self.zero; DIGITS], self.zero, columns);
        for (column, digit) in columns[place..].iter_mut().zip(&*number) {
            *column = column.add(digit.add_doubles(self.unit).subtract(self.unit));
        }
        self.divide(columns);
        self.carry(&columns[DIGITS..], number);
    }

    /// An integer below 2^52.
    #[inline(always)]
    fn double(&self, number: V) -> V {
        number.or(self.unit).subtract_doubles(self.unit)
    }

    /// Upper and lower half of a product, added to the bits of HIGH and of LOW.
    #[inline(always)]
    fn product(&self, one: V, other: V) -> (V, V) {
        let high = one.multiply_add(other, self.high);
        let rest = self.high_and_low.subtract_doubles(high);
        (high, one.multiply_add(other, rest))
    }

    /// Both halves of a sum of two products, added to the same.
    #[inline(always)]
    fn sum_of_products(&self, one: [V; 2], other: [V; 2]) -> (V, V) {
        let (first, low) = self.product(one[0], other[0]);
        let high = one[1].multiply_add(other[1], first);
        let rest = one[1].multiply_add(other[1], first.subtract_doubles(high));
        (high, low.add_doubles(rest))
    }

    /// The square, or twice the square, in columns.
    #[inline(always)]
    fn add_square(&self, number: &[V; DIGITS], doubling: V, columns: &mut [V]) {
        const { assert!(DIGITS % 2 == 1, "rows are taken in pairs after one") };
        for (column, start) in columns.iter_mut().zip(Self::START.as_flattened()) {
            *column = V::splat(self.machine, *start);
        }
        let scale = self.double(doubling).add_doubles(self.one);
        for row in (0..DIGITS - 1).step_by(2) {
            let columns = &mut columns[2 * row..];
            let (first, second) = (number[row], number[row + 1]);
            let once = [
                first.multiply_add(scale, self.zero),
                second.multiply_add(scale, self.zero),
            ];
            // Each pair of digits stands for two.
            let twice = [once[0].add_doubles(once[0]), once[1].add_doubles(once[1])];
            self.add_product(columns, once[0], first);
            self.add_product(&mut columns[1..], twice[0], second);
            self.add_product(&mut columns[2..], once[1], second);
            self.add_rows(&mut columns[2..], twice, &number[row + 2..]);
        }
        let last = number[DIGITS - 1];
        let once = last.multiply_add(scale, self.zero);
        self.add_product(&mut columns[2 * DIGITS - 2..], once, last);
    }

    /// Makes the lower half of the columns zero by multiples of the modulus, and carries what it was into
    /// the upper.
    #[inline(always)]
    fn divide(&self, columns: &mut [V]) {
        let digit = self.take_digit(columns);
        self.add_row(&mut columns[2..], digit, &self.fold);
        for row in (1..DIGITS - 2).step_by(2) {
            let columns = &mut columns[row..];
            let digits = [self.take_digit(columns), self.take_digit(&mut columns[1..])];
            self.add_rows(&mut columns[2..], digits, &self.fold);
        }
        // Folded, the last two would leave more than a number has digits. A multiple of the modulus does not.
        let columns = &mut columns[DIGITS - 2..];
        let first = self.quotient(columns[0]);
        self.add_product(columns, first, self.digits[0]);
        self.add_product(&mut columns[1..], first, self.digits[1]);
        carry_over(columns);
        let second = self.quotient(columns[1]);
        self.add_product(&mut columns[1..], second, self.digits[0]);
        self.add_product(&mut columns[2..], second, self.digits[1]);
        carry_over(&mut columns[1..]);
        self.add_rows(&mut columns[2..], [first, second], &self.digits[2..]);
    }

    /// The digit in the first column; what is above it goes into the next.
    #[inline(always)]
    fn take_digit(&self, columns: &mut [V]) -> V {
        carry_over(columns);
        self.double(columns[0].and(self.mask))
    }

    /// How many times the modulus, added to the column, makes its digit zero.
    #[inline(always)]
    fn quotient(&self, column: V) -> V {
        let digit = self.double(column.and(self.mask));
        let (_, low) = self.product(digit, self.inverse);
        self.double(low.and(self.mask))
    }

    #[inline(always)]
    fn add_product(&self, columns: &mut [V], one: V, other: V) {
        let (high, low) = self.product(one, other);
        columns[0] = columns[0].add(low);
        columns[1] = columns[1].add(high);
    }

    /// Adds the product of one digit and many.
    #[inline(always)]
    fn add_row(&self, columns: &mut [V], one: V, many: &[V; DIGITS]) {
        let mut below = self.zero;
        for column in 0..DIGITS {
            let (high, low) = self.product(one, many[column]);
            columns[column] = columns[column].add(below).add(low);
            below = high;
        }
        columns[DIGITS] = columns[DIGITS].add(below);
    }

    /// Adds the product of two digits and many, of which there is an odd number.
    #[inline(always)]
    fn add_rows(&self, columns: &mut [V], two: [V; 2], many: &[V]) {
        let length = many.len();
        let (mut below, low) = self.product(two[0], many[0]);
        columns[0] = columns[0].add(low);
        let windows = many.windows(3).step_by(2);
        for (columns, many) in columns[1..length].chunks_exact_mut(2).zip(windows) {
            for column in 0..2 {
                let (high, low) = self.sum_of_products(two, [many[column + 1], many[column]]);
                columns[column] = columns[column].add(below).add(low);
                below = high;
            }
        }
        columns[length] = columns[length].add(below);
        self.add_product(&mut columns[length..], two[1], many[length - 1]);
    }

    /// The columns as digits.
    #[inline(always)]
    fn carry(&self, columns: &[V], digits: &mut [V; DIGITS]) {
        let mut carry = self.zero;
        for (digit, column) in digits.iter_mut().zip(columns) {
            let column = column.add(carry);
            carry = column.shift_right::<RADIX>();
            *digit = self.double(column.and(self.mask));
        }
    }
}

/// Adds what is above the digit of the first column to the next.
#[inline(always)]
fn carry_over<V: Lanes>(columns: &mut [V]) {
    columns[1] = columns[1].add(columns[0].shift_right::<RADIX>());
}

/// Where columns start: at what makes them [`OFFSET`] and their value once everything is added. Below the
/// 49th bit that is a carry's alone, so that digits are right before.
const fn start<const DIGITS: usize>() -> [[u64; DIGITS]; 2] {
    let mut start = [[OFFSET - (OFFSET >> RADIX); DIGITS]; 2];
    let columns = start.as_flattened_mut();
    // Nothing is carried into the first.
    columns[0] = OFFSET;
    // As in `add_square`
    let mut row = 0;
    while row < DIGITS - 1 {
        expect_products(columns, 2 * row, 3);
        expect_products(columns, 2 * row + 2, DIGITS - 1 - row);
        row += 2;
    }
    expect_products(columns, 2 * DIGITS - 2, 1);
    // As in `divide`
    expect_products(columns, 2, DIGITS);
    let mut row = 1;
    while row < DIGITS - 2 {
        expect_products(columns, row + 2, DIGITS + 1);
        row += 2;
    }
    expect_products(columns, DIGITS - 2, 2);
    expect_products(columns, DIGITS - 1, 2);
    expect_products(columns, DIGITS, DIGITS - 1);
    start
}

/// That a product, or a sum of two, is added from each of so many columns on.
const fn expect_products(columns: &mut [u64], first: usize, count: usize) {
    let mut column = first;
    while column < first + count {
        columns[column] = columns[column].wrapping_sub(LOW.to_bits());
        columns[column + 1] = columns[column + 1].wrapping_sub(HIGH.to_bits());
        column += 1;
    }
}

/// Lanes whose numbers are equal.
#[inline(always)]
fn equal<V: Lanes<Array = [u64; 4]>, const DIGITS: usize>(
    one: &[V; DIGITS],
    other: &[V; DIGITS],
) -> u8 {
    let mut difference = one[0].subtract(other[0]);
    for (one, other) in one.iter().zip(other) {
        difference = difference.or(one.subtract(*other));
    }
    let differences = difference.store();
    let lanes = differences.iter().rev();
    lanes.fold(0, |equal, difference| {
        equal << 1 | u8::from(*difference == 0)
    })
}
