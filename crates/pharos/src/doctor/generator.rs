//! Whether this machine makes keys as it should.

use pharos_keys::{Generator, Method, Path, SelfTestFailed};
use pharos_store::diagnosis::Finding;

/// Has the generator that a server would use test itself.
pub(super) fn look(method: Method) -> Finding {
    tested(Generator::new(method).map(|generator| generator.path()))
}

fn tested(path: Result<Path, SelfTestFailed>) -> Finding {
    let check = "generator";
    match path {
        // Nothing of it is ours to test.
        Ok(Path::Library) => Finding::sound(check, "`library`: aws-lc makes the whole key"),
        Ok(path) => Finding::sound(check, format!("`{}` passed its self-test", path.name())),
        Err(error) => Finding::problem(check, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pharos_store::diagnosis::Verdict;

    #[test]
    fn a_failed_self_test_is_a_problem_that_says_what_to_do() {
        let finding = tested(Err(SelfTestFailed { path: "avx2" }));
        assert_eq!(
            (finding.check, finding.verdict),
            ("generator", Verdict::Problem)
        );
        for part in ["`avx2` failed its self-test", "`generator = \"library\"`"] {
            assert!(finding.text.contains(part), "{}", finding.text);
        }
    }
}
