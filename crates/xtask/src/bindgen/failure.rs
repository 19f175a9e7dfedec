//! Why a build ended without a result.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Everything that can end a build early.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// The command line could not be understood.
    Usage { argument: String },
    /// A program could not be started.
    Start { program: String, source: io::Error },
    /// A program ran and said no.
    Exit { program: String },
    /// A file could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// The glue generator refused the module.
    Bindgen { message: String },
    /// The generated glue no longer has a part this build rewrites.
    Glue { missing: &'static str },
    /// The generated glue still reaches for what a factory must not.
    Leftover { word: &'static str },
}

impl Failure {
    /// For `map_err` on whatever touches `path`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { argument } => {
                write!(out, "cannot use '{argument}'; the only option is --optimize speed|size")
            }
            Self::Start { program, source } => write!(out, "cannot start {program}: {source}"),
            Self::Exit { program } => write!(out, "{program} failed; its message is above"),
            Self::File { path, source } => write!(out, "{}: {source}", path.display()),
            Self::Bindgen { message } => write!(out, "wasm-bindgen refused the module: {message}"),
            Self::Glue { missing } => write!(
                out,
                "the glue of this wasm-bindgen has no '{missing}'; crates/xtask/src/bindgen/glue.rs must learn its new shape"
            ),
            Self::Leftover { word } => {
                write!(out, "the glue still contains '{word}'; crates/xtask/src/bindgen/glue.rs must cut it out")
            }
        }
    }
}
