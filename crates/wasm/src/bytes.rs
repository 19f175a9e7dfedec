//! Whole values that come or go as bytes: snapshots, JSON, MessagePack.

use gaesup_core::{
    Arrival, Capture, Codec, Error, Format, HOLDER, Kind, Loader, Place, SLOT_MISSING, Tally, diff_snapshots,
    equal_snapshots, inspect,
};

use crate::{ERRORS, Engine, value};

/// Items of arrays are told apart by a key.
const ADOPT_BY_KEY: u32 = 1;
/// The change is part of a batch.
const ADOPT_IN_BATCH: u32 = 2;
/// The change came from elsewhere.
const ADOPT_FOREIGN: u32 = 4;
const ADOPT_ALL: u32 = ADOPT_BY_KEY | ADOPT_IN_BATCH | ADOPT_FOREIGN;

/// What is on its way, and what has just arrived.
#[derive(Default)]
pub(crate) struct Transfer {
    /// Bytes that JavaScript has put here.
    payload: Vec<u8>,
    capture: Option<Capture>,
    loader: Option<Loader>,
    /// Where each piece of a snapshot is, and how long.
    pieces: Vec<u32>,
    /// Where the value that arrives will be.
    place: Option<Place>,
    staged: Option<Arrival>,
}

impl Engine {
    /// Makes room for so many bytes behind those of the payload; answers their address.
    pub fn payload_room(&mut self, size_bytes: usize) -> u32 {
        let payload = &mut self.transfer.payload;
        let from = payload.len();
        if payload.try_reserve(size_bytes).is_err() {
            return self.answer(Err(Error::OutOfMemory));
        }
        payload.resize(from + size_bytes, 0);
        payload[from..].as_ptr() as u32
    }

    /// Makes room for so many bytes in the place of any payload; answers their address. What
    /// stands there is left as it is.
    pub fn payload_place(&mut self, size_bytes: usize) -> u32 {
        let payload = &mut self.transfer.payload;
        payload.truncate(size_bytes);
        let more = size_bytes - payload.len();
        let answer = self.payload_room(more);
        if answer < ERRORS { self.transfer.payload.as_ptr() as u32 } else { answer }
    }

    /// Gives the memory of the payload back.
    pub fn release_payload(&mut self) {
        self.transfer.payload = Vec::new();
    }

    /// Starts a snapshot of what is at the path in the input.
    pub fn begin_capture(&mut self, from: usize, len: usize, codec: u32, schema: u32) -> u32 {
        let codec = match codec {
            0 => Codec::None,
            1 => Codec::Lz4,
            2 => Codec::Auto,
            _ => return self.answer(Err(Error::corrupt(from))),
        };
        let begun = self.find_place(from, len).and_then(|place| {
            if place.cell.slot == SLOT_MISSING || place.word.is_absent() {
                return Err(Error::PathNotFound);
            }
            self.store.begin_capture(place.cell, codec, schema)
        });
        let begun = begun.map(|capture| self.transfer.capture = Some(capture));
        self.answer(begun.map(|()| 0))
    }

    /// Goes on with it by so many steps, each a page. Answers whether there is
    /// more to do; the first result is how much is done, in 65,536ths.
    pub fn step_capture(&mut self, steps: u32) -> u32 {
        let Some(capture) = &mut self.transfer.capture else {
            return self.answer(Err(Error::PathNotFound));
        };
        let mut more = Ok(true);
        for _ in 0..steps {
            more = capture.step(&self.store);
            if more != Ok(true) {
                break;
            }
        }
        self.output[0] = (capture.progress() * 65_536.0) as u32;
        self.answer(more.map(u32::from))
    }

    /// The pieces of the finished snapshot. Results: address and count of the
    /// numbers that say where each is and how long.
    pub fn capture_pieces(&mut self) -> u32 {
        let Transfer { capture, pieces, .. } = &mut self.transfer;
        pieces.clear();
        let known = capture.iter().flat_map(Capture::pieces).try_for_each(|piece| {
            pieces.try_reserve(2).map_err(|_| Error::OutOfMemory)?;
            pieces.extend([piece.as_ptr() as u32, piece.len() as u32]);
            Ok(())
        });
        self.output[..2].copy_from_slice(&[pieces.as_ptr() as u32, pieces.len() as u32]);
        self.answer(known.map(|()| 0))
    }

    /// Forgets the snapshot.
    pub fn end_capture(&mut self) {
        self.transfer.capture = None;
        self.transfer.pieces = Vec::new();
    }

    /// What the snapshot in the payload says of itself; its head is enough.
    /// Results: its schema, containers, strings, bytes before compression (low
    /// and high half), of the whole (likewise), and whether it is compressed.
    pub fn inspect(&mut self) -> u32 {
        let told = inspect(&self.transfer.payload).map(|told| {
            let halves = |number: u64| [number as u32, (number >> 32) as u32];
            let ([plain, plain_high], [stored, stored_high]) = (halves(told.plain_bytes), halves(told.stored_bytes));
            let compressed = u32::from(told.is_compressed);
            let containers = told.containers as u32;
            [told.schema, containers, told.strings, plain, plain_high, stored, stored_high, compressed]
        });
        if let Ok(told) = told {
            self.output[..8].copy_from_slice(&told);
        }
        self.answer(told.map(|_| 0))
    }

    /// Starts reading a snapshot that is to be at the path in the input.
    pub fn begin_load(&mut self, from: usize, len: usize) -> u32 {
        let begun = self.find_place(from, len).map(|place| {
            self.transfer.loader = Some(self.store.begin_load(place.cell));
            self.transfer.place = Some(place);
        });
        self.answer(begun.map(|()| 0))
    }

    /// Reads the payload as the next piece of it. With an error, the first
    /// results are where in the whole it is, in bytes, low and high half.
    pub fn load(&mut self) -> u32 {
        let Some(mut loader) = self.transfer.loader.take() else {
            return self.answer(Err(Error::PathNotFound));
        };
        let read = self.store.load(&mut loader, &self.transfer.payload);
        self.transfer.payload.clear();
        self.tell_offset(loader.offset());
        if read.is_ok() {
            self.transfer.loader = Some(loader);
        }
        self.answer(read.map(|()| 0))
    }

    /// The value is complete, and stands ready to be adopted. Results as [`Engine::load`].
    pub fn end_load(&mut self) -> u32 {
        let Some(loader) = self.transfer.loader.take() else {
            return self.answer(Err(Error::PathNotFound));
        };
        let offset = loader.offset();
        let ended = self.store.end_load(loader).map(|word| self.transfer.staged = Some(word.into()));
        self.tell_offset(offset);
        self.answer(ended.map(|()| 0))
    }

    /// Parses the payload, JSON (0), lines of it (1) or MessagePack (2), as what is to be at the path
    /// in the input. The value stands ready to be adopted. With an error, the
    /// first results are where in the payload it is, in bytes, low and high half.
    pub fn parse(&mut self, from: usize, len: usize, format: u32) -> u32 {
        let format = match format {
            0 => Format::Json,
            1 => Format::JsonLines,
            2 => Format::MessagePack,
            _ => return self.answer(Err(Error::corrupt(from))),
        };
        let place = match self.find_place(from, len) {
            Ok(place) => place,
            Err(error) => return self.answer(Err(error)),
        };
        let arrived = self.store.arrive(place.cell, format, &self.transfer.payload);
        self.tell_offset(self.store.parse_offset());
        let arrived = arrived.map(|arrival| {
            self.transfer.place = Some(place);
            self.transfer.staged = Some(arrival);
        });
        self.answer(arrived.map(|()| 0))
    }

    /// Makes the value that has arrived part of the state, where `flags` say how. In the
    /// input stand the key by which items of arrays are told apart, if there is one,
    /// and the text of the place's own key, in case that there is nothing. Answers and results as
    /// [`Engine::commit`], and within a batch nothing; see also [`Engine::tally`].
    pub fn adopt(&mut self, from: usize, len: usize, flags: u32) -> u32 {
        let adopted = self.adopt_staged(from, len, flags);
        let arrival = self.transfer.staged.take();
        if flags & ADOPT_IN_BATCH != 0 {
            return self.answer(adopted.map(|()| 0));
        }
        if let Err(error) = adopted {
            return self.fail(error);
        }
        self.store.set_foreign(flags & ADOPT_FOREIGN != 0);
        let answer = self.keep();
        self.store.set_foreign(false);
        // The keys that led there still do.
        if answer < ERRORS
            && let (Some(arrival), Ok(place)) = (arrival, self.store.resolve(HOLDER, &self.keys))
        {
            self.store.remember(place.cell, &arrival);
        }
        answer
    }

    /// Whether the value that has arrived equals what is at its place. It does not become
    /// part of the state, and goes when the transaction is taken back.
    pub fn compare(&mut self) -> u32 {
        let Transfer { place, staged, .. } = &mut self.transfer;
        let (Some(place), Some(arrival)) = (*place, staged.take()) else {
            return self.answer(Err(Error::PathNotFound));
        };
        let is_equal = arrival.whole().map(|word| self.store.equals(self.store.get(place.cell), word));
        self.answer(is_equal.map(u32::from))
    }

    fn adopt_staged(&mut self, from: usize, len: usize, flags: u32) -> Result<(), Error> {
        let mut words = self.input.words(from, from + len);
        let Transfer { place, staged, .. } = &mut self.transfer;
        let (Some(place), Some(arrival)) = (*place, staged) else {
            return Err(Error::PathNotFound);
        };
        if flags & !ADOPT_ALL != 0 {
            return Err(words.corrupt());
        }
        let cell = place.cell;
        let key = match flags & ADOPT_BY_KEY {
            0 => None,
            _ => Some(value::key(&mut self.store, &mut words, &mut self.commands.reported)?),
        };
        if place.word.is_absent() {
            self.commands.tally = Tally { added: 1, ..Tally::default() };
            if cell.slot == SLOT_MISSING && self.store.kind(cell.node) == Kind::Array {
                return Err(Error::PathNotFound);
            }
            if cell.slot != SLOT_MISSING {
                return self.store.set(cell.node, cell.slot, arrival.whole()?);
            }
            let name = value::key(&mut self.store, &mut words, &mut self.commands.reported)?;
            return self.store.set_key(cell.node, name, arrival.whole()?).map(|_| ());
        }
        self.commands.tally = self.store.adopt(cell, arrival, key)?;
        Ok(())
    }

    /// Whether two snapshots in the payload, the first of so many bytes, hold the same state:
    /// yes (2), no (1), or that cannot be told without loading them (0).
    #[must_use]
    pub fn equal_pages(&self, first_bytes: usize) -> u32 {
        let are_equal = self.snapshots(first_bytes).and_then(equal_snapshots);
        are_equal.map_or(0, |are_equal| 1 + u32::from(are_equal))
    }

    /// Writes what leads from one of two snapshots in the payload, the first of so many bytes, to
    /// the other, where that can be told without loading them; answers whether it can. The key by which
    /// items of arrays are told apart stands in the input, if there is one. Results as [`Engine::since`].
    pub fn diff_pages(&mut self, first_bytes: usize, from: usize, len: usize) -> u32 {
        let mut words = self.input.words(from, from + len);
        let key = match len {
            0 => Ok(None),
            _ => value::key(&mut self.store, &mut words, &mut self.commands.reported).map(Some),
        };
        let mut record = core::mem::take(&mut self.text);
        record.clear();
        let told = key.and_then(|key| {
            let key = key.map(|key| self.store.string(key));
            diff_snapshots(self.snapshots(first_bytes)?, key.as_deref(), &mut record)
        });
        self.text = record;
        self.tell_text();
        u32::from(told.is_ok())
    }

    fn snapshots(&self, first_bytes: usize) -> Result<[&[u8]; 2], Error> {
        let (one, other) = self.transfer.payload.split_at_checked(first_bytes).ok_or(Error::corrupt(0))?;
        Ok([one, other])
    }

    /// What the last reconciliation changed. Results: how much was added,
    /// removed, updated and moved.
    pub fn tally(&mut self) {
        let Tally { added, removed, updated, moved } = core::mem::take(&mut self.commands.tally);
        self.output[..4].copy_from_slice(&[added, removed, updated, moved]);
    }

    /// Where a path leads that stands in the input, from the cell of the root.
    fn find_place(&mut self, from: usize, len: usize) -> Result<Place, Error> {
        self.read_keys(from, len)?;
        self.store.resolve(HOLDER, &self.keys)
    }

    fn tell_offset(&mut self, offset: usize) {
        self.output[0] = offset as u32;
        self.output[1] = (offset as u64 >> 32) as u32;
    }
}
