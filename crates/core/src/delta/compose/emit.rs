//! An effect as operations.

use super::entries::{END, Entry, home};
use super::{CORRUPT, Effect, NONE, Now, ROOT};
use crate::delta::script::{Action, Op, Path, Script, Step, Value};
use crate::error::Result;
use crate::memory::try_push;

/// The operations so far, and where the next ones are.
pub(super) struct Out {
    script: Script,
    path: Vec<Step>,
    /// The path in the script, once it is there.
    written: Option<Path>,
    /// How many items of the array at hand move, and whether a splice of it was written.
    pub(super) moves: u32,
    pub(super) goes_on: bool,
}

impl Out {
    pub(super) fn op(&mut self, action: Action) -> Result<()> {
        let path = match self.written {
            Some(path) => path,
            None => {
                let path = Path { start: self.script.steps.len() as u32, len: self.path.len() as u32 };
                for step in &self.path {
                    try_push(&mut self.script.steps, *step)?;
                }
                path
            }
        };
        self.written = Some(path);
        try_push(&mut self.script.ops, Op { path, action })
    }
}

impl Effect {
    /// Writes the operations into a script that has only texts.
    pub(super) fn finish(mut self, script: Script) -> Result<Script> {
        if self.moves_open > 0 {
            return Err(CORRUPT);
        }
        let mut out = Out { script, path: Vec::new(), written: None, moves: 0, goes_on: false };
        if let Some((old, new, _)) = self.change(ROOT)? {
            out.op(Action::Root { old, new })?;
        }
        self.emit(ROOT, &mut out)?;
        Ok(out.script)
    }

    /// Writes what happened inside of a container that was there before.
    fn emit(&mut self, slot: u32, out: &mut Out) -> Result<()> {
        let Now::Inside(node) = self.slots[slot as usize].now else {
            return Ok(());
        };
        let kind = self.nodes[node as usize].kind;
        if !kind.is_old() {
            return Ok(());
        }
        let changed = if kind.is_array() { self.emit_items(node, out)? } else { self.emit_entries(node, out)? };
        for (key, slot) in changed {
            try_push(&mut out.path, key)?;
            out.written = None;
            self.emit(slot, out)?;
            out.path.pop();
            out.written = None;
        }
        Ok(())
    }

    /// Writes what changed in slots that were there and are there.
    pub(super) fn emit_slots(&mut self, slots: &[(Step, u32)], out: &mut Out) -> Result<()> {
        for (key, slot) in slots {
            if let Some((old, new, by)) = self.change(*slot)? {
                out.op(Action::Set { key: *key, old: Some(old), new: Some(new), before: None, by })?;
            }
        }
        Ok(())
    }

    /// The values of a slot that was there and is there, when they differ.
    fn change(&mut self, slot: u32) -> Result<Option<(Value, Value, Option<f64>)>> {
        let held = &mut self.slots[slot as usize];
        let by = held.by;
        let Some(old) = held.old.take() else {
            return Ok(None);
        };
        let new = self.take_value(slot)?;
        self.slots[slot as usize].now = Now::Kept;
        Ok(if old.same(&new) { None } else { Some((old, new, by)) })
    }

    fn emit_entries(&mut self, node: u32, out: &mut Out) -> Result<Vec<(Step, u32)>> {
        let chains = self.chains(node)?;
        let mut kept = Vec::new();
        let mut at = self.nodes[node as usize].first;
        while at != NONE {
            let entry = &self.entries[at as usize];
            if entry.is_home && entry.key != END && !self.is_gone(entry.slot) {
                try_push(&mut kept, (Step::Name(entry.key), entry.slot))?;
            }
            at = entry.next;
        }
        kept.reverse();
        self.emit_slots(&kept, out)?;
        // From the last to the first: what stands behind a key is settled when it goes or comes.
        let mut before = None;
        for place in chains.iter().rev() {
            if *place == NONE {
                before = None;
                continue;
            }
            let entry = &self.entries[*place as usize / 2];
            let (key, slot) = (entry.key, entry.slot);
            if *place != home(*place / 2) {
                continue;
            }
            if entry.is_home && !self.is_gone(slot) {
                before = Some(key).filter(|key| *key != END);
                continue;
            }
            let old = self.slots[slot as usize].old.take();
            out.op(Action::Set { key: Step::Name(key), old: Some(old.ok_or(CORRUPT)?), new: None, before, by: None })?;
        }
        self.emit_added(&chains, out)?;
        Ok(kept)
    }

    /// Writes the keys that came, each before the next that was there: one that
    /// came with it is never named, since of an object's it may have no order.
    fn emit_added(&mut self, chains: &[u32], out: &mut Out) -> Result<()> {
        let mut from = 0;
        while from < chains.len() {
            let rest = &chains[from..];
            let is_anchor = |place: &u32| *place == NONE || self.is_kept(*place);
            let len = rest.iter().position(is_anchor).unwrap_or(rest.len());
            let anchor = rest.get(len).filter(|place| **place != NONE);
            let before = anchor.map(|place| self.entries[*place as usize / 2].key).filter(|key| *key != END);
            for place in &rest[..len] {
                let entry = &self.entries[*place as usize / 2];
                let (key, slot) = (entry.key, entry.slot);
                if *place == entry.place(*place / 2) && *place != home(*place / 2) {
                    let new = Some(self.take_value(slot)?);
                    out.op(Action::Set { key: Step::Name(key), old: None, new, before, by: None })?;
                }
            }
            from += len + 1;
        }
        Ok(())
    }

    /// Whether this is where a key stands that stood there before all.
    fn is_kept(&self, place: u32) -> bool {
        let entry = &self.entries[place as usize / 2];
        place == home(place / 2) && entry.is_home && !self.is_gone(entry.slot)
    }

    /// The places of all chains of an object, with none behind each.
    fn chains(&mut self, node: u32) -> Result<Vec<u32>> {
        let mut firsts = Vec::new();
        let mut linked = 0;
        let mut entry = self.nodes[node as usize].first;
        while entry != NONE {
            let Entry { next, slot, is_home, .. } = self.entries[entry as usize];
            let is_there = [self.was_there(slot), !is_home && !self.is_gone(slot)];
            for (place, is_there) in (home(entry)..).zip(is_there) {
                let link = *self.link(place);
                if is_there && link.before | link.behind != NONE {
                    linked += 1;
                    if link.before == NONE {
                        try_push(&mut firsts, place)?;
                    }
                }
            }
            entry = next;
        }
        let mut places = Vec::new();
        for first in firsts {
            linked -= self.chain(first, &mut places)?;
        }
        // A chain that bites its tail has no first place.
        if linked == 0 { Ok(places) } else { Err(CORRUPT) }
    }

    /// The places of a chain; returns how many it has.
    fn chain(&mut self, first: u32, places: &mut Vec<u32>) -> Result<usize> {
        let (mut gone, mut added) = (Vec::new(), Vec::new());
        let mut len = 0;
        let mut at = first;
        while at != NONE {
            if at != home(at / 2) {
                try_push(&mut added, at)?;
            } else if self.is_place_gone(at) {
                self.link(at).rank = gone.len() as u32;
                try_push(&mut gone, at)?;
            } else {
                self.settle(&gone, &added, places)?;
                gone.clear();
                added.clear();
                try_push(places, at)?;
            }
            len += 1;
            at = self.link(at).behind;
        }
        self.settle(&gone, &added, places)?;
        try_push(places, NONE)?;
        Ok(len)
    }

    /// Puts in order what went from between two keys and what came there. What
    /// went and came again stands where it stood.
    fn settle(&mut self, gone: &[u32], added: &[u32], places: &mut Vec<u32>) -> Result<()> {
        let mut settled = 0;
        for place in added {
            let place_was = home(*place / 2);
            let rank = self.link(place_was).rank as usize;
            if rank >= settled && gone.get(rank) == Some(&place_was) {
                for place in gone.get(settled..=rank).unwrap_or(&[]) {
                    try_push(places, *place)?;
                }
                settled = rank + 1;
                self.entries[*place as usize / 2].is_home = true;
            } else {
                try_push(places, *place)?;
            }
        }
        for place in gone.get(settled..).unwrap_or(&[]) {
            try_push(places, *place)?;
        }
        Ok(())
    }
}
