//! Nothing of a private key is left in the process once it was dropped: not in the heap, not on a stack.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    clippy::unwrap_used,
    reason = "a test that reads the memory of its own process"
)]

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::mpsc;
use std::thread;

use pharos_keys::{GeneratedKeyPair, Generator, KeyType, Path};
use pkcs1::RsaPrivateKeyRef;
use pkcs1::der::asn1::UintRef;
use zeroize::Zeroizing;

/// What is looked for is never in memory itself, but this way.
const MASK: u64 = 0x5aa5_c33c_9669_f00f;

/// Eight bytes each of what is private, masked.
#[derive(Default)]
struct Needles(HashSet<u64>);

impl Needles {
    #[inline(never)]
    fn of(key_pair: &GeneratedKeyPair) -> Self {
        let mut needles = Self::default();
        let pem = key_pair.private_key.expose();
        // As base64, where the private numbers are: behind the modulus, which is public.
        for piece in pem.as_bytes()[600..].chunks_exact(8) {
            needles.add(piece);
        }
        let (_, pkcs1) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
        let pkcs1 = Zeroizing::new(pkcs1);
        let key = RsaPrivateKeyRef::try_from(pkcs1.as_slice()).unwrap();
        for number in [
            key.private_exponent,
            key.prime1,
            key.prime2,
            key.exponent1,
            key.exponent2,
            key.coefficient,
        ] {
            needles.add_number(number);
        }
        needles
    }

    /// Its limbs in either order of bytes, and its digits of 52 bits; the ends aside, which may be all
    /// zeros in a number that is nobody's.
    fn add_number(&mut self, number: UintRef<'_>) {
        let bytes = number.as_bytes();
        let limbs: Zeroizing<Vec<u64>> = Zeroizing::new(
            bytes
                .rchunks_exact(8)
                .map(|limb| u64::from_be_bytes(limb.try_into().unwrap()))
                .collect(),
        );
        for limb in &limbs[1..limbs.len() - 1] {
            self.0.insert(limb ^ MASK);
            self.0.insert(limb.swap_bytes() ^ MASK);
        }
        for digit in 2..16 {
            let (limb, shift) = (52 * digit / 64, 52 * digit % 64);
            let above = limbs[limb + 1] << 1 << (63 - shift);
            let digit = (limbs[limb] >> shift | above) & ((1 << 52) - 1);
            self.0.insert(digit ^ MASK);
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let bytes: [u8; 8] = bytes.try_into().unwrap();
        // A line's end would be in every PEM text.
        if !bytes.contains(&b'\n') {
            self.0.insert(u64::from_le_bytes(bytes) ^ MASK);
        }
    }

    /// Where any of them is, in all that this process can write.
    fn find(&self) -> Vec<String> {
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut found = Vec::new();
        for map in maps.lines().filter(|map| map.contains(" rw")) {
            let (range, _) = map.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let address = |digits: &str| u64::from_str_radix(digits, 16).unwrap();
            let (start, end) = (address(start), address(end));
            let mut bytes = Zeroizing::new(vec![0; usize::try_from(end - start).unwrap()]);
            // A mapping that is gone, or the kernel's own, cannot be read.
            if memory.read_exact_at(&mut bytes, start).is_err() {
                continue;
            }
            let windows = bytes
                .windows(8)
                .map(|window| u64::from_le_bytes(window.try_into().unwrap()));
            let places = windows
                .enumerate()
                .filter(|(_, window)| self.0.contains(&(window ^ MASK)));
            found.extend(places.map(|(at, _)| format!("{:x} of {map}", start + at as u64)));
        }
        found
    }
}

/// What the making of needles left on the stack is this test's own, and not what it looks for.
#[inline(never)]
fn wipe_stack() {
    std::hint::black_box(Zeroizing::new([0_u8; 64 * 1024]));
}

#[test]
fn nothing_of_a_private_key_is_left_once_it_was_dropped() {
    for path in Path::ALL {
        let Some(generator) = Generator::with_path(*path) else {
            continue;
        };
        let generator = generator.unwrap();
        for key_type in [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096] {
            let (made, receive) = mpsc::channel();
            let (ask, asked) = mpsc::channel::<()>();
            thread::scope(|scope| {
                // It goes on to live, so that its stack does too.
                let generator = &generator;
                scope.spawn(move || {
                    made.send(generator.generate(key_type, &|| true).unwrap())
                        .unwrap();
                    let _ = asked.recv();
                });
                let key_pair = receive.recv().unwrap();
                let needles = Needles::of(&key_pair);
                wipe_stack();
                assert!(
                    !needles.find().is_empty(),
                    "the key is there and was not found"
                );
                drop(key_pair);
                let found = needles.find();
                assert!(
                    found.is_empty(),
                    "{} {}: {found:#?}",
                    path.name(),
                    key_type.name()
                );
                drop(ask);
            });
        }
    }
}
