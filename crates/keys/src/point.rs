//! Whether a public key is a point that a private key can have.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, ParsedPublicKey,
};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::IsIdentity;

use crate::algorithm::Algorithm;
use crate::import_error::ImportError;

/// What an uncompressed point begins with (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Curve {
    Nistp256,
    Nistp384,
    Nistp521,
}

impl Curve {
    /// Its name in a blob (RFC 5656 section 10.1).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nistp256 => "nistp256",
            Self::Nistp384 => "nistp384",
            Self::Nistp521 => "nistp521",
        }
    }

    const fn coordinate_bytes(self) -> usize {
        match self {
            Self::Nistp256 => 32,
            Self::Nistp384 => 48,
            Self::Nistp521 => 66,
        }
    }

    /// How its signatures are verified.
    pub(crate) fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::Nistp256 => &ECDSA_P256_SHA256_ASN1,
            Self::Nistp384 => &ECDSA_P384_SHA384_ASN1,
            Self::Nistp521 => &ECDSA_P521_SHA512_ASN1,
        }
    }

    /// How it signs.
    pub(crate) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::Nistp256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::Nistp384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            Self::Nistp521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
        }
    }

    /// What a public key of it is called.
    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::Nistp256 => Algorithm::EcdsaNistp256,
            Self::Nistp384 => Algorithm::EcdsaNistp384,
            Self::Nistp521 => Algorithm::EcdsaNistp521,
        }
    }

    /// Whether the bytes are an uncompressed point of the curve, the one at infinity aside.
    ///
    /// aws-lc would take other encodings too, so length and first byte are looked at here.
    pub(crate) fn check(self, point: &[u8]) -> Result<(), ImportError> {
        if matches!(point, [2 | 3, ..]) {
            return Err(ImportError::CompressedPoint);
        }
        let is_uncompressed =
            point.first() == Some(&UNCOMPRESSED) && point.len() == 1 + 2 * self.coordinate_bytes();
        let is_on_curve =
            is_uncompressed && ParsedPublicKey::new(self.verification(), point).is_ok();
        is_on_curve.then_some(()).ok_or(ImportError::PointOffCurve)
    }
}

/// Whether the bytes are a public key of Ed25519: a multiple of the base point (RFC 8032 section 5.1.5).
///
/// That leaves out points of small order, whose signatures verify for any message, and every other
/// point outside of the group that the base point generates, about which verifiers disagree. It leaves
/// out every point that can be spelled in two ways, too.
pub(crate) fn check_ed25519(bytes: &[u8]) -> Result<(), ImportError> {
    let point = CompressedEdwardsY::from_slice(bytes)
        .ok()
        .and_then(|spelled| spelled.decompress());
    point
        .filter(|point| point.is_torsion_free() && !point.is_identity())
        .map(|_| ())
        .ok_or(ImportError::PointOffCurve)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::{self, PrivateKey};
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    use super::*;

    const CURVES: [(Curve, &agreement::Algorithm); 3] = [
        (Curve::Nistp256, &agreement::ECDH_P256),
        (Curve::Nistp384, &agreement::ECDH_P384),
        (Curve::Nistp521, &agreement::ECDH_P521),
    ];

    fn point(algorithm: &'static agreement::Algorithm) -> Vec<u8> {
        let private_key = PrivateKey::generate(algorithm).unwrap();
        let public_key = private_key.compute_public_key().unwrap();
        public_key.as_ref().to_vec()
    }

    #[test]
    fn a_point_of_the_curve_is_taken_in_its_uncompressed_form_only() {
        for (curve, algorithm) in CURVES {
            let point = point(algorithm);
            assert_eq!(curve.check(&point), Ok(()), "{curve:?}");
            let (x, y) = point[1..].split_at(curve.coordinate_bytes());
            let parity = 2 + (y.last().unwrap() & 1);
            let compressed = [&[parity], x].concat();
            assert_eq!(
                curve.check(&compressed),
                Err(ImportError::CompressedPoint),
                "{curve:?}"
            );
            // SEC 1's hybrid form, which names the parity and has both coordinates.
            let hybrid = [&[parity + 4], x, y].concat();
            // The same point in an envelope of X.509, which aws-lc reads as well.
            let in_x509 = ParsedPublicKey::new(curve.verification(), &point).unwrap();
            let in_x509 = aws_lc_rs::encoding::AsDer::as_der(&in_x509).unwrap();
            for other in [
                &*hybrid,
                in_x509.as_ref(),
                &[0],
                &[],
                &point[..point.len() - 1],
            ] {
                let read = curve.check(other);
                assert_eq!(read, Err(ImportError::PointOffCurve), "{curve:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        for (curve, algorithm) in CURVES {
            let off = |change: &dyn Fn(&mut Vec<u8>)| {
                let mut point = point(algorithm);
                change(&mut point);
                assert_eq!(curve.check(&point), Err(ImportError::PointOffCurve));
            };
            off(&|point| *point.last_mut().unwrap() ^= 1);
            off(&|point| point[20] ^= 1);
            off(&|point| point[1..].fill(0));
            // Coordinates that are no elements of the field.
            off(&|point| point[1..].fill(0xff));
        }
        for (curve, _) in CURVES {
            for (other, algorithm) in CURVES {
                let is_same = curve.name() == other.name();
                assert_eq!(curve.check(&point(algorithm)).is_ok(), is_same);
            }
        }
    }

    #[test]
    fn a_multiple_of_the_base_point_is_taken_and_no_other() {
        let key = ED25519_BASEPOINT_POINT * Scalar::from(0x1234_5678_9abc_def0_u64);
        assert_eq!(check_ed25519(&key.compress().to_bytes()), Ok(()));
        let refused = |bytes: &[u8]| {
            let read = check_ed25519(bytes);
            assert_eq!(read, Err(ImportError::PointOffCurve), "{bytes:?}");
        };
        for torsion in EIGHT_TORSION {
            // Of small order; of mixed order.
            refused(&torsion.compress().to_bytes());
            if !torsion.is_identity() {
                refused(&(key + torsion).compress().to_bytes());
            }
        }
        // y = 2 is on no point.
        let two = spelling(2, 0, 0);
        assert_eq!(decompress(two), None);
        refused(&two);
        refused(&key.compress().to_bytes()[1..]);
        refused(&[key.compress().to_bytes().as_slice(), &[0]].concat());
    }

    /// A y below 19 can be spelled as y + p too, which fits into 255 bits; and where x is zero, its sign
    /// can be either, as it is with the two points of the lowest order.
    #[test]
    fn no_point_of_ed25519_has_two_spellings() {
        // p is 2^255 - 19.
        let short = |y, sign| spelling(y, 0, sign);
        let long = |y, sign| spelling(0xed + y, 0xff, 0x7f | sign);
        assert_eq!(decompress(long(3, 0)), decompress(short(3, 0)));
        assert!(decompress(long(3, 0)).is_some());
        for sign in [0, 0x80] {
            for y in 0..19 {
                for spelled in [short(y, sign), long(y, sign)] {
                    let read = check_ed25519(&spelled);
                    assert_eq!(read, Err(ImportError::PointOffCurve), "{y}");
                }
            }
        }
    }

    fn spelling(first: u8, rest: u8, last: u8) -> [u8; 32] {
        let mut spelled = [rest; 32];
        (spelled[0], spelled[31]) = (first, last);
        spelled
    }

    fn decompress(spelled: [u8; 32]) -> Option<EdwardsPoint> {
        CompressedEdwardsY(spelled).decompress()
    }
}
