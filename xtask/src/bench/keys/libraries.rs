//! Libraries of Rust, in this process.

use anyhow::{Result, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use getrandom::SysRng;
use rsa::PrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use toml::Table;

use super::candidate::{Candidate, LeftOut, in_process};

/// The versions that this program is built with.
const LOCK: &str = include_str!("../../../../Cargo.lock");

pub(super) fn candidates() -> [Result<Candidate, LeftOut>; 3] {
    let rsa = in_process(|| {
        let key = PrivateKey::new(&mut SysRng, 2048)?;
        key.to_pkcs1_pem(LineEnding::LF)?;
        Ok(())
    });
    let aws_lc = in_process(|| {
        let failed = |_| anyhow!("aws-lc does not say why");
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let _: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
        Ok(())
    });
    let titled = |name| format!("Rust crate {name} {}", version(name));
    [
        Ok(Candidate::other("rsa-crate", titled("rsa"), rsa)),
        Ok(Candidate::other("aws-lc-rs", titled("aws-lc-rs"), aws_lc)),
        openssl(),
    ]
}

#[cfg(feature = "openssl-crate")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the feature there is none"
)]
fn openssl() -> Result<Candidate, LeftOut> {
    let make = in_process(|| {
        let key = openssl::rsa::Rsa::generate(2048)?;
        key.private_key_to_pem()?;
        Ok(())
    });
    let library = openssl::version::version();
    let library = library.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let title = format!("Rust crate openssl {} ({library})", version("openssl"));
    Ok(Candidate::other("openssl-crate", title, make))
}

#[cfg(not(feature = "openssl-crate"))]
fn openssl() -> Result<Candidate, LeftOut> {
    let reason = "building it takes minutes, so only `--openssl-crate` does";
    Err(LeftOut::new("openssl-crate", reason))
}

fn version(name: &str) -> String {
    let find = || {
        let lock: Table = toml::from_str(LOCK).ok()?;
        let packages = lock.get("package")?.as_array()?;
        let is_it =
            |package: &&toml::Value| package.get("name").and_then(|of| of.as_str()) == Some(name);
        let version = packages.iter().find(is_it)?.get("version")?;
        Some(version.as_str()?.to_owned())
    };
    find().unwrap_or_else(|| "of an unknown version".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_lock_file() {
        assert_eq!(version("xtask"), env!("CARGO_PKG_VERSION"));
        assert_eq!(version("no such crate"), "of an unknown version");
    }

    #[test]
    fn every_library_makes_a_key_and_tells_its_time() {
        for candidate in candidates().into_iter().flatten() {
            let mut candidate = candidate;
            assert!(!candidate.make().unwrap().is_zero(), "{}", candidate.name);
        }
    }
}
