//! What a watcher depends on, and where it is filed for that.

use gaesup_codec::StringId;

use crate::filed::{Entries, Entry, Touch, Watched};
use crate::node::Node;
use crate::resolve::SLOT_MISSING;

/// The slot under which those are filed who depend on which keys, or how many
/// items, a container has. No array is long enough to have such an item.
pub(crate) const SLOT_KEYS: u32 = SLOT_MISSING - 1;

/// What a watcher can depend on, in containers as they are now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dependency {
    /// The words of slots, from the first to the last; of [`SLOT_MISSING`], that a key is not there.
    Cells(Node, u32, u32),
    /// Which keys or how many items there are.
    Keys(Node),
    /// Everything in a container.
    Inside(Node),
    /// A key of every container in this one, and which containers those are.
    Field(Node, StringId),
    /// Which items a container has, and everything in those of them that are among the watcher's rows.
    Among(Node),
}

/// Where a watcher is filed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spot {
    /// Changes of slots from the first to the last matter; what has to happen
    /// to one at least for the watcher to be filed anew.
    Cells(Node, u32, u32, Touch),
    Inside(Node),
    Field(Node, StringId),
    Among(Node),
}

impl Spot {
    pub(crate) const fn node(self) -> Node {
        match self {
            Self::Cells(node, ..) | Self::Inside(node) | Self::Field(node, _) | Self::Among(node) => node,
        }
    }

    /// Whether changes further inside matter.
    pub(crate) const fn is_around(self) -> bool {
        !matches!(self, Self::Cells(..))
    }

    /// What is filed there.
    pub(crate) fn entries(self, watcher: u32) -> impl Iterator<Item = Entry> {
        let (first, last, touch) = match self {
            Self::Cells(_, first, last, touch) => (first, last, touch),
            Self::Inside(_) | Self::Among(_) => (0, 0, Touch::Value),
            Self::Field(_, key) => (key.0, key.0, Touch::Value),
        };
        (first..=last).map(move |of| Entry::new(of, watcher, touch))
    }

    /// Those of what is watched in the container.
    pub(crate) const fn among(self, watched: &mut Watched) -> &mut Entries {
        match self {
            Self::Cells(..) => &mut watched.cells,
            Self::Inside(_) => &mut watched.inside,
            Self::Field(..) => &mut watched.fields,
            Self::Among(_) => &mut watched.among,
        }
    }
}
