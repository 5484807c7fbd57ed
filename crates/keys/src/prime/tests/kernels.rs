//! One step of an exponentiation, on a million numbers a kernel, against num-bigint and aws-lc.

use num_bigint::BigUint;
use pharos_testkit::random::SeededRandom;

use super::numbers::{big, limbs, random};
use crate::aws_lc;
use crate::prime::digit::digit;
use crate::prime::lanes::emulated::Emulated;
use crate::prime::lanes::{Lanes, Multiply52, MultiplyAdd, avx2, ifma};
use crate::prime::{radix49, radix52};

/// A kernel: squares the numbers modulo the moduli, divides by R, and doubles where it is told to.
struct Kernel {
    name: &'static str,
    /// In limbs.
    length: usize,
    lanes: usize,
    radix: usize,
    digits: usize,
    #[expect(clippy::type_complexity, reason = "moduli, numbers, doublings")]
    square: Box<dyn Fn(&[Vec<u64>], &[Vec<u64>], &[u64]) -> Vec<BigUint>>,
}

fn lane<V: Lanes>(machine: V::Machine, numbers: &[u64]) -> V {
    let mut array = V::Array::default();
    array.as_mut().copy_from_slice(numbers);
    V::load(machine, &array)
}

/// In digits. The highest has what is above the others, more than a digit has.
fn digits<V: Lanes, const DIGITS: usize>(
    machine: V::Machine,
    radix: usize,
    numbers: &[Vec<u64>],
) -> [V; DIGITS] {
    std::array::from_fn(|index| {
        let digits: Vec<_> = numbers
            .iter()
            .map(|limbs| digit(limbs, radix, index))
            .collect();
        lane(machine, &digits)
    })
}

fn undigits<V: Lanes>(radix: usize, digits: &[V], lanes: usize) -> Vec<BigUint> {
    let arrays: Vec<_> = digits.iter().map(|digit| digit.store()).collect();
    let value = |lane: usize| {
        arrays.iter().rev().fold(BigUint::ZERO, |sum, array| {
            (sum << radix) + array.as_ref()[lane]
        })
    };
    (0..lanes).map(value).collect()
}

fn radix52<V: Multiply52 + 'static, const DIGITS: usize>(
    name: &'static str,
    machine: V::Machine,
    length: usize,
) -> Kernel
where
    V::Machine: 'static,
{
    Kernel {
        name,
        length,
        lanes: 8,
        radix: 52,
        digits: DIGITS,
        square: Box::new(move |moduli, numbers, doublings| {
            let modulus = radix52::Modulus::<V, DIGITS>::new(machine, digits(machine, 52, moduli));
            let mut squares = digits(machine, 52, numbers);
            modulus.square(&mut squares, lane(machine, doublings));
            undigits(52, &squares, 8)
        }),
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a digit is an integer below 2^49"
)]
fn radix49<V: MultiplyAdd<Array = [u64; 4]> + 'static, const DIGITS: usize>(
    name: &'static str,
    machine: V::Machine,
    length: usize,
) -> Kernel
where
    V::Machine: 'static,
{
    // Its digits are doubles.
    let each =
        move |digit: V, convert: fn(u64) -> u64| V::load(machine, &digit.store().map(convert));
    Kernel {
        name,
        length,
        lanes: 4,
        radix: 49,
        digits: DIGITS,
        square: Box::new(move |moduli, numbers, doublings| {
            let mut columns = [[V::splat(machine, 0); DIGITS]; 2];
            let columns = columns.as_flattened_mut();
            let moduli = std::array::from_fn(|lane| moduli[lane].as_slice());
            let modulus = radix49::Modulus::<V, DIGITS>::new(machine, &moduli, columns);
            let number = digits::<V, DIGITS>(machine, 49, numbers);
            let mut number = number.map(|digit| each(digit, |digit| (digit as f64).to_bits()));
            modulus.square(&mut number, lane(machine, doublings), columns);
            let squares = number.map(|digit| each(digit, |bits| f64::from_bits(bits) as u64));
            undigits(49, &squares, 4)
        }),
    }
}

/// Every kernel that this machine has, and the same without a CPU that has it.
fn kernels() -> Vec<Kernel> {
    let mut kernels = vec![
        radix52::<Emulated<8>, 20>("emulated 52", (), 16),
        radix52::<Emulated<8>, 30>("emulated 52", (), 24),
        radix52::<Emulated<8>, 40>("emulated 52", (), 32),
        radix49::<Emulated<4>, 21>("emulated 49", (), 16),
        radix49::<Emulated<4>, 33>("emulated 49", (), 24),
        radix49::<Emulated<4>, 43>("emulated 49", (), 32),
    ];
    if let Some(machine) = ifma::Machine::detect() {
        kernels.push(radix52::<ifma::Eight, 20>("IFMA", machine, 16));
        kernels.push(radix52::<ifma::Eight, 30>("IFMA", machine, 24));
        kernels.push(radix52::<ifma::Eight, 40>("IFMA", machine, 32));
    }
    if let Some(machine) = avx2::Machine::detect() {
        kernels.push(radix49::<avx2::Four, 21>("AVX2", machine, 16));
        kernels.push(radix49::<avx2::Four, 33>("AVX2", machine, 24));
        kernels.push(radix49::<avx2::Four, 43>("AVX2", machine, 32));
    }
    kernels
}

impl Kernel {
    /// Squares, and looks whether the results are what they must be: congruent to the square, and below
    /// four times the modulus, so that they may be squared again.
    fn check(&self, moduli: &[Vec<u64>], numbers: &[Vec<u64>], doublings: &[u64]) {
        let squares = (self.square)(moduli, numbers, doublings);
        for lane in 0..self.lanes {
            let (modulus, number) = (big(&moduli[lane]), big(&numbers[lane]));
            let square = &squares[lane];
            let expected = ((&number * &number) << doublings[lane]) % &modulus;
            let found = (square << (self.radix * self.digits)) % &modulus;
            let shown = (self.name, self.length);
            assert_eq!(found, expected, "{shown:?}: {number:x}² mod {modulus:x}");
            assert!(
                *square < &modulus << 2,
                "{shown:?}: {number:x}, {modulus:x}"
            );
        }
    }

    /// An odd modulus of full length: random, or of many equal digits.
    fn modulus(&self, source: &SeededRandom) -> Vec<u64> {
        let mut modulus = match source.below(4) {
            0 => ones(source.below(64 * self.length), self.length, source),
            _ => random(source, self.length),
        };
        modulus[0] |= 1;
        let highest = &mut modulus[self.length - 1];
        *highest = (*highest | 1 << 63).max(0xB504_F333_F9DE_6485);
        modulus
    }

    /// Below four times the modulus, in one limb more: random, or where carries run far.
    fn number(&self, source: &SeededRandom, modulus: &[u64]) -> Vec<u64> {
        let modulus = big(modulus);
        let bound = &modulus << 2;
        let number = match source.below(10) {
            0 => BigUint::from(source.below(2)),
            1 => &modulus - 1_u32,
            2 => &modulus * (1 + source.number() % 3),
            3 => &bound - 1_u32,
            4 => (BigUint::from(1_u32) << source.below(64 * self.length + 2)) - 1_u32,
            5 => big(&ones(source.below(64 * self.length), self.length, source)),
            _ => big(&random(source, self.length + 1)),
        };
        limbs(&(number % bound), self.length + 1)
    }
}

/// Ones from some bit on, or up to it.
fn ones(bit: usize, length: usize, source: &SeededRandom) -> Vec<u64> {
    let all = (BigUint::from(1_u32) << (64 * length)) - 1_u32;
    let low = (BigUint::from(1_u32) << bit) - 1_u32;
    let number = if source.below(2) == 0 { low } else { all - low };
    limbs(&number, length)
}

#[test]
fn every_kernel_squares_as_num_bigint_does_on_two_million_numbers() {
    let source = SeededRandom::announced();
    for kernel in kernels() {
        // The emulated ones are for tests that need them; a few show that they are the same.
        let numbers = match (kernel.name, kernel.length) {
            ("IFMA" | "AVX2", 16) => 600_000,
            ("IFMA" | "AVX2", _) => 200_000,
            _ => 8_000,
        };
        for _ in 0..numbers / kernel.lanes {
            let each = |work: &dyn Fn(usize) -> Vec<u64>| (0..kernel.lanes).map(work).collect();
            let moduli: Vec<_> = each(&|_| kernel.modulus(&source));
            let numbers: Vec<_> = each(&|lane| kernel.number(&source, &moduli[lane]));
            let doublings: Vec<_> = (0..kernel.lanes).map(|_| source.number() & 1).collect();
            kernel.check(&moduli, &numbers, &doublings);
        }
    }
}

/// The largest and the smallest modulus, and numbers whose digits are all ones, or zeros but for one.
#[test]
fn every_kernel_squares_at_the_edges() {
    for kernel in kernels() {
        let bits = 64 * kernel.length;
        let power = |bit: usize| BigUint::from(1_u32) << bit;
        let moduli = [
            power(bits) - 1_u32,
            // Its lowest digits make that of its inverse one, and the largest.
            power(bits) - power(2 * kernel.radix) + 1_u32,
            power(bits) - power(2 * kernel.radix) - 1_u32,
            power(bits - 1) + 1_u32,
        ];
        for modulus in moduli {
            let bound = &modulus << 2;
            let mut numbers = vec![&bound - 1_u32, bound >> 1, modulus.clone()];
            for digit in 0..bits / kernel.radix {
                let place = kernel.radix * digit;
                numbers.push(power(place));
                numbers.push(power(place + kernel.radix) - 1_u32);
                numbers.push(power(place + kernel.radix) - power(place));
                numbers.push(&modulus * 4_u32 - power(place));
            }
            for numbers in numbers.chunks(kernel.lanes) {
                let number = |lane: usize| numbers.get(lane).unwrap_or(&numbers[0]);
                let numbers: Vec<_> = (0..kernel.lanes)
                    .map(|lane| limbs(number(lane), kernel.length + 1))
                    .collect();
                let moduli = vec![limbs(&modulus, kernel.length); kernel.lanes];
                for doubling in 0..2 {
                    kernel.check(&moduli, &numbers, &vec![doubling; kernel.lanes]);
                }
            }
        }
    }
}

#[test]
fn every_kernel_squares_as_aws_lc_does() {
    let source = SeededRandom::announced();
    let mut scratch = aws_lc::Scratch::new().unwrap();
    for kernel in kernels() {
        for _ in 0..2_000 / kernel.lanes {
            let moduli: Vec<_> = (0..kernel.lanes).map(|_| kernel.modulus(&source)).collect();
            let number = |lane: usize| {
                limbs(
                    &(big(&kernel.number(&source, &moduli[lane])) % big(&moduli[lane])),
                    kernel.length,
                )
            };
            let numbers: Vec<_> = (0..kernel.lanes).map(number).collect();
            let squares = (kernel.square)(&moduli, &numbers, &vec![0; kernel.lanes]);
            for lane in 0..kernel.lanes {
                let modulus = aws_lc::Modulus::new(&moduli[lane], &mut scratch).unwrap();
                let mut theirs = aws_lc::Number::new(&numbers[lane]).unwrap();
                modulus.square(&mut theirs, &mut scratch).unwrap();
                // They divide by 2^(64 · limbs), we by more.
                let more = kernel.radix * kernel.digits - 64 * kernel.length;
                let ours = (&squares[lane] << more) % big(&moduli[lane]);
                let ours = aws_lc::Number::new(&limbs(&ours, kernel.length)).unwrap();
                assert_eq!(
                    ours.equals(&theirs),
                    1,
                    "{}: {:x?}",
                    kernel.name,
                    numbers[lane]
                );
            }
        }
    }
}
