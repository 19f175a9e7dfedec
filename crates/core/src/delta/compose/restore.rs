//! Values of an effect: what a container is now, and what it was.

use super::entries::{END, home};
use super::{CORRUPT, Effect, NONE, NodeKind, Now};
use crate::delta::script::{TextId, Value};
use crate::error::Result;
use crate::memory::try_push;

impl Effect {
    /// The value that came into a slot, with all that was done to it since.
    pub(super) fn take_value(&mut self, slot: u32) -> Result<Value> {
        match core::mem::replace(&mut self.slots[slot as usize].now, Now::Gone) {
            Now::Value(value) => Ok(value),
            Now::Inside(node) => self.value_of(node),
            _ => Err(CORRUPT),
        }
    }

    /// A container that is new.
    fn value_of(&mut self, node: u32) -> Result<Value> {
        let kind = self.nodes[node as usize].kind;
        match kind {
            NodeKind::Array => {
                let mut items = Vec::new();
                let mut at = self.pieces.first(self.nodes[node as usize].first);
                while at != NONE {
                    let piece = *self.pieces.at(at);
                    if piece.len > 0 {
                        let item = self.take_value(piece.slot)?;
                        try_push(&mut items, item)?;
                    }
                    at = self.pieces.next(at);
                }
                Ok(Value::Array(items))
            }
            NodeKind::Object | NodeKind::Map => {
                let mut entries = Vec::new();
                let mut at = home(self.find(node, END));
                loop {
                    at = self.link(at).before;
                    if at == NONE {
                        break;
                    }
                    let entry = &self.entries[at as usize / 2];
                    let (key, slot) = (entry.key, entry.slot);
                    let value = self.take_value(slot)?;
                    try_push(&mut entries, (key, value))?;
                }
                entries.reverse();
                Ok(if kind == NodeKind::Map { Value::Map(entries) } else { Value::Object(entries) })
            }
            NodeKind::OldKeyed | NodeKind::OldArray => Err(CORRUPT),
        }
    }

    /// What a container was of which `value` is what it is now.
    pub(super) fn restore(&mut self, node: u32, value: Value) -> Result<Value> {
        let kind = self.nodes[node as usize].kind;
        match value {
            Value::Array(items) if kind == NodeKind::OldArray => self.restore_items(node, items).map(Value::Array),
            Value::Object(entries) if kind == NodeKind::OldKeyed => {
                self.restore_entries(node, entries).map(Value::Object)
            }
            Value::Map(entries) if kind == NodeKind::OldKeyed => self.restore_entries(node, entries).map(Value::Map),
            _ => Err(CORRUPT),
        }
    }

    /// What a slot held that is there now and was there before.
    fn restore_slot(&mut self, slot: u32, value: Value) -> Result<Value> {
        self.let_go(slot, value)?;
        self.slots[slot as usize].old.take().ok_or(CORRUPT)
    }

    fn restore_items(&mut self, node: u32, items: Vec<Value>) -> Result<Vec<Value>> {
        let mut items = items.into_iter();
        let mut restored = Vec::new();
        let mut moved = Vec::new();
        let mut at = self.pieces.first(self.nodes[node as usize].first);
        while at != NONE {
            let piece = *self.pieces.at(at);
            if piece.len == 0 {
                let old = match piece.slot {
                    NONE => {
                        try_push(&mut moved, (restored.len(), at))?;
                        Value::Undefined
                    }
                    slot => self.slots[slot as usize].old.take().ok_or(CORRUPT)?,
                };
                try_push(&mut restored, old)?;
            } else if piece.len > 1 {
                for item in items.by_ref().take(piece.len as usize) {
                    try_push(&mut restored, item)?;
                }
            } else {
                let Some(mut item) = items.next() else { break };
                let is_new = piece.was_len == 0 && piece.twin == NONE;
                if !is_new && piece.slot != NONE {
                    item = self.restore_slot(piece.slot, item)?;
                }
                if piece.was_len > 0 {
                    try_push(&mut restored, item)?;
                } else if piece.twin != NONE {
                    let slot = self.slot(Now::Gone)?;
                    self.slots[slot as usize].old = Some(item);
                    self.pieces.at(piece.twin).slot = slot;
                }
            }
            at = self.pieces.next(at);
        }
        for (index, place) in moved {
            let slot = self.pieces.at(place).slot;
            let item = self.slots[slot as usize].old.take();
            if let (Some(place), Some(item)) = (restored.get_mut(index), item) {
                *place = item;
            }
        }
        Ok(restored)
    }

    fn restore_entries(&mut self, node: u32, entries: Vec<(TextId, Value)>) -> Result<Vec<(TextId, Value)>> {
        let mut restored = Vec::new();
        for (key, mut value) in entries {
            let entry = self.find(node, key);
            if entry != NONE {
                self.restore_gone(entry, &mut restored)?;
                if !self.entries[entry as usize].is_home {
                    continue;
                }
                value = self.restore_slot(self.entries[entry as usize].slot, value)?;
            }
            try_push(&mut restored, (key, value))?;
        }
        match self.find(node, END) {
            NONE => {}
            end => self.restore_gone(end, &mut restored)?,
        }
        // Those of which it is not known where they stood.
        let mut at = self.nodes[node as usize].first;
        while at != NONE {
            let entry = &self.entries[at as usize];
            if let Some(old) = self.slots[entry.slot as usize].old.take() {
                try_push(&mut restored, (entry.key, old))?;
            }
            at = entry.next;
        }
        Ok(restored)
    }

    /// Restores the keys that went from right before one.
    fn restore_gone(&mut self, entry: u32, restored: &mut Vec<(TextId, Value)>) -> Result<()> {
        let place = self.entries[entry as usize].place(entry);
        let mut at = self.link(place).front;
        while at != place {
            let entry = &self.entries[at as usize / 2];
            let old = self.slots[entry.slot as usize].old.take().ok_or(CORRUPT)?;
            try_push(restored, (entry.key, old))?;
            at = self.link(at).behind;
        }
        Ok(())
    }
}
