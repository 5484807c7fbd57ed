//! One step of an exponentiation, on a million numbers a kernel, against num-bigint and aws-lc.

use num_bigint::BigUint;
use pharos_testkit::random::SeededRandom;

use super::numbers::{big, limbs, random};
use crate::aws_lc;
use crate::prime::digit::digit;
use crate::prime::lanes::emulated::Emulated;
use crate::prime::lanes::{Lanes, Multiply32, Multiply52, avx2, ifma};
use crate::prime::{radix28, radix52};

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

fn radix28<V: Multiply32 + 'static, const RADIX: u32, const DIGITS: usize>(
    name: &'static str,
    machine: V::Machine,
    length: usize,
) -> Kernel
where
    V::Machine: 'static,
{
    let radix = RADIX as usize;
    Kernel {
        name,
        length,
        lanes: 4,
        radix,
        digits: DIGITS,
        square: Box::new(move |moduli, numbers, doublings| {
            let modulus = digits(machine, radix, moduli);
            let modulus = radix28::Modulus::<V, RADIX, DIGITS>::new(machine, modulus);
            let number = digits(machine, radix, numbers);
            let mut columns = [[V::splat(machine, 0); DIGITS]; 2];
            let squares = modulus.square(
                &number,
                lane(machine, doublings),
                columns.as_flattened_mut(),
            );
            undigits(radix, &squares, 4)
        }),
    }
}

/// Every kernel that this machine has, and the same without a CPU that has it.
fn kernels() -> Vec<Kernel> {
    let mut kernels = vec![
        radix52::<Emulated<8>, 20>("emulated 52", (), 16),
        radix52::<Emulated<8>, 30>("emulated 52", (), 24),
        radix52::<Emulated<8>, 40>("emulated 52", (), 32),
        radix28::<Emulated<4>, 27, 40>("emulated 28", (), 16),
        radix28::<Emulated<4>, 28, 56>("emulated 28", (), 24),
        radix28::<Emulated<4>, 27, 76>("emulated 28", (), 32),
    ];
    if let Some(machine) = ifma::Machine::detect() {
        kernels.push(radix52::<ifma::Eight, 20>("IFMA", machine, 16));
        kernels.push(radix52::<ifma::Eight, 30>("IFMA", machine, 24));
        kernels.push(radix52::<ifma::Eight, 40>("IFMA", machine, 32));
    }
    if let Some(machine) = avx2::Machine::detect() {
        kernels.push(radix28::<avx2::Four, 27, 40>("AVX2", machine, 16));
        kernels.push(radix28::<avx2::Four, 28, 56>("AVX2", machine, 24));
        kernels.push(radix28::<avx2::Four, 27, 76>("AVX2", machine, 32));
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
