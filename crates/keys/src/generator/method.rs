//! How RSA primes are found.

/// What the operator asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Filters candidates with the best vector instructions of the CPU; the library decides.
    #[default]
    Filtered,
    /// Filters candidates without vector instructions of ours; all long arithmetic is the library's.
    Portable,
    /// The library's own key generation, and nothing of ours.
    Library,
}

impl Method {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Filtered, Self::Portable, Self::Library];

    /// Its name in a setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::Portable => "portable",
            Self::Library => "library",
        }
    }

    /// Reads a name; `None` if it is none of these.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|method| method.name() == name)
    }

    /// The paths that do it, the best first.
    pub(super) const fn paths(self) -> &'static [Path] {
        match self {
            Self::Filtered => &[Path::Avx512Ifma, Path::Avx2, Path::Portable],
            Self::Portable => &[Path::Portable],
            Self::Library => &[Path::Library],
        }
    }
}

/// What really does it on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Eight candidates at once.
    Avx512Ifma,
    /// Four candidates at once.
    Avx2,
    /// Two candidates at once, by aws-lc.
    Portable,
    /// aws-lc's own key generation.
    Library,
}

impl Path {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Avx512Ifma, Self::Avx2, Self::Portable, Self::Library];

    /// Its name, in logs, metrics and benchmarks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avx512Ifma => "avx512-ifma",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
            Self::Library => "library",
        }
    }
}
