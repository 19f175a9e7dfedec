/** How a generated script holds bytes: see `text.rs` of the build. */
interface BytesAsText {
  /** How many bytes there are. */
  readonly size: number;
  /** The letters of the text. The last two of them lead pairs of letters. */
  readonly alphabet: string;
  /** All byte values, the most frequent first, in hexadecimal. */
  readonly order: string;
  readonly text: string;
}

const LEADING = 2;

/** Turns text into the bytes it stands for. */
export function bytesOf({ size, alphabet, order, text }: BytesAsText): Uint8Array<ArrayBuffer> {
  const single = alphabet.length - LEADING;
  const ranks = new Uint8Array(128);
  for (let rank = 0; rank < alphabet.length; rank++) ranks[alphabet.charCodeAt(rank)] = rank;
  const values = Uint8Array.from({ length: order.length / 2 }, (_, rank) =>
    Number.parseInt(order.slice(rank * 2, rank * 2 + 2), 16),
  );
  const bytes = new Uint8Array(size);
  for (let at = 0, index = 0; at < size; at++) {
    let rank = ranks[text.charCodeAt(index++)];
    if (rank >= single) rank = (rank - single + 1) * single + ranks[text.charCodeAt(index++)];
    bytes[at] = values[rank];
  }
  return bytes;
}
