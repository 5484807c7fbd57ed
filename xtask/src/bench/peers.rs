//! What users would otherwise pick, of Python.

use crate::python::Environment;

/// `cryptography` and the `moto` server.
pub(super) const PYTHON: Environment = Environment {
    folder: ".venv-bench",
    requirements: "xtask/src/bench/requirements.txt",
    modules: "cryptography, moto.server",
};
