//! Records of JSON: the items of an array, or lines.
//!
//! Sixty-four bytes at a time become bits, as simdjson does it: one set of
//! bits for quotes, one for brackets, and so on. What is inside strings falls
//! out by arithmetic, and only brackets, and commas between records, are ever
//! looked at one by one.

use gaesup_kernels::byte_bits;

use super::Records;
use crate::error::Result;
use crate::parse::Reader;
use crate::parse::json::line_len;

const BLOCK_BYTES: usize = 64;
/// What an opening bracket and an opening brace lack to be the same, and so do closing ones.
const FOLD: u8 = b'[' ^ b'{';

/// Where the current record stands.
struct Frame {
    /// How many containers are open, the array of the records included.
    depth: usize,
    /// What is behind the comma, or the bracket, before the record.
    start: usize,
    /// The end of the record if that is a container which was closed.
    container_end: Option<usize>,
}

/// What one block says about the next.
#[derive(Default)]
struct Carry {
    /// All bits set while a string goes on.
    in_string: u64,
    /// The lowest bit is set when a backslash was the last byte.
    is_escaped: u64,
}

/// What stands outside strings in a block, a bit for each byte.
struct Marks {
    opens: u64,
    closes: u64,
    commas: u64,
}

impl Carry {
    fn marks(&mut self, block: &[u8; BLOCK_BYTES]) -> Marks {
        let quotes = byte_bits(block, 0, b'"') & !self.escaped(byte_bits(block, 0, b'\\'));
        let in_string = parity(quotes) ^ self.in_string;
        self.in_string = (in_string.cast_signed() >> (u64::BITS - 1)).cast_unsigned();
        Marks {
            opens: byte_bits(block, FOLD, b'{') & !in_string,
            closes: byte_bits(block, FOLD, b'}') & !in_string,
            commas: byte_bits(block, 0, b',') & !in_string,
        }
    }

    /// The bytes that stand behind a backslash which is not itself escaped.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = self.is_escaped;
        let mut rest = backslashes & !escaped;
        self.is_escaped = 0;
        while rest != 0 {
            let lowest = rest & rest.wrapping_neg();
            let next = lowest << 1;
            escaped |= next;
            rest &= !(lowest | next);
            self.is_escaped = u64::from(next == 0);
        }
        escaped
    }
}

/// Each bit is set if an odd number of bits up to it is.
const fn parity(mut bits: u64) -> u64 {
    let mut distance = 1;
    while distance < u64::BITS {
        bits ^= bits << distance;
        distance *= 2;
    }
    bits
}

impl Reader<'_> {
    /// The items of the array that the bytes are; answers whether they are one.
    pub(super) fn json_records(&mut self, records: &mut Records) -> Result<bool> {
        self.skip_mark();
        self.skip_space();
        if !self.skip(b'[') {
            return Ok(false);
        }
        let bytes = self.bytes;
        let mut frame = Frame { depth: 1, start: self.at, container_end: None };
        let mut carry = Carry::default();
        let (blocks, rest) = bytes.get(self.at..).unwrap_or(&[]).as_chunks::<BLOCK_BYTES>();
        let mut last = [b' '; BLOCK_BYTES];
        last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        let mut base = self.at;
        for block in blocks.iter().chain([&last]) {
            let marks = carry.marks(block);
            if self.block_records(&marks, base, &mut frame, records)? {
                self.end()?;
                return Ok(true);
            }
            base += BLOCK_BYTES;
        }
        self.at = bytes.len();
        Err(self.corrupt())
    }

    /// Notes which records end in a block that begins at `base`; answers
    /// whether the array ends there as well.
    fn block_records(&mut self, marks: &Marks, base: usize, frame: &mut Frame, records: &mut Records) -> Result<bool> {
        let mut brackets = marks.opens | marks.closes;
        // Bits of the bytes from the last bracket on.
        let mut behind = u64::MAX;
        loop {
            let bracket = brackets & brackets.wrapping_neg();
            if frame.depth == 1 {
                let mut commas = marks.commas & behind & bracket.wrapping_sub(1);
                while commas != 0 {
                    self.end_record(base + commas.trailing_zeros() as usize, frame, records)?;
                    commas &= commas - 1;
                }
            }
            if bracket == 0 {
                return Ok(false);
            }
            let at = base + bracket.trailing_zeros() as usize;
            if marks.opens & bracket != 0 {
                if frame.depth == 1 {
                    self.begin_container(at, frame)?;
                }
                frame.depth += 1;
            } else {
                frame.depth -= 1;
                match frame.depth {
                    0 => return self.end_array(at, frame, records).map(|()| true),
                    1 => frame.container_end = Some(at + 1),
                    _ => {}
                }
            }
            brackets &= brackets - 1;
            behind = !(bracket | bracket.wrapping_sub(1));
        }
    }

    /// Makes sure that a container is all of its record.
    fn begin_container(&mut self, at: usize, frame: &Frame) -> Result<()> {
        self.at = frame.start;
        self.skip_space();
        if self.at == at {
            return Ok(());
        }
        self.at = at;
        Err(self.corrupt())
    }

    /// Notes the record that ends before what stands at `at`.
    fn end_record(&mut self, at: usize, frame: &mut Frame, records: &mut Records) -> Result<()> {
        self.at = frame.start;
        self.skip_space();
        let start = self.at;
        let mut end = at;
        if let Some(container_end) = frame.container_end.take() {
            end = container_end;
            self.at = end;
            self.skip_space();
            if self.at != at {
                return Err(self.corrupt());
            }
        } else {
            while end > start && self.bytes.get(end - 1).is_some_and(|byte| b" \t\n\r".contains(byte)) {
                end -= 1;
            }
        }
        self.at = at;
        if start == end {
            return Err(self.corrupt());
        }
        frame.start = at + 1;
        records.add(self.bytes, start, end)
    }

    /// Notes the last record, if there is one, before a closing bracket.
    fn end_array(&mut self, at: usize, frame: &mut Frame, records: &mut Records) -> Result<()> {
        self.at = frame.start;
        self.skip_space();
        let is_empty = self.at == at && records.found.is_empty();
        self.at = at;
        if self.peek() != Some(b']') {
            return Err(self.corrupt());
        }
        if !is_empty {
            self.end_record(at, frame, records)?;
        }
        self.at = at + 1;
        Ok(())
    }

    /// The lines that are not blank.
    pub(super) fn line_records(&mut self, records: &mut Records) -> Result<bool> {
        self.skip_mark();
        let all = self.bytes;
        while self.at < all.len() {
            let line_end = self.at + line_len(all.get(self.at..).unwrap_or(&[]));
            self.bytes = all.get(..line_end).unwrap_or(all);
            self.skip_space();
            if self.at < line_end {
                let mut frame = Frame { depth: 1, start: self.at, container_end: None };
                self.end_record(line_end, &mut frame, records)?;
            }
            self.at = all.len().min(line_end + 1);
        }
        Ok(true)
    }
}
