//! What was asked for, and where things are.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// What the optimisers aim for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Speed,
    Size,
}

/// The parsed command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) aim: Aim,
}

impl Options {
    /// Reads `--optimize speed|size`; size, which is what ships, when it is left out.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the first argument that is not understood.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options = Self { aim: Aim::Size };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let value = match argument.as_str() {
                "--optimize" => arguments.next(),
                _ => None,
            };
            options.aim = match value.as_deref() {
                Some("speed") => Aim::Speed,
                Some("size") => Aim::Size,
                Some(other) => {
                    return Err(Failure::Usage { argument: other.to_owned() });
                }
                None => return Err(Failure::Usage { argument }),
            };
        }
        Ok(options)
    }
}

/// The places a build reads from and writes to.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) workspace: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) generated: PathBuf,
}

impl Paths {
    /// The places of the workspace this program was compiled in.
    pub(crate) fn of_workspace() -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("this package lies two folders below the workspace")
            .to_path_buf();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), |folder| workspace.join(folder));
        let generated = workspace.join("bindings/core/src/generated");
        Self { workspace, target, generated }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], expected: Option<Aim>) {
        let parsed = Options::parse(arguments.iter().map(ToString::to_string));
        assert_eq!(parsed.ok().map(|options| options.aim), expected, "{arguments:?}");
    }

    #[test]
    fn reads_the_aim_and_refuses_the_rest() {
        check(&[], Some(Aim::Size));
        check(&["--optimize", "size"], Some(Aim::Size));
        check(&["--optimize", "speed"], Some(Aim::Speed));
        check(&["--optimize"], None);
        check(&["--optimize", "both"], None);
        check(&["--fast"], None);
    }
}
