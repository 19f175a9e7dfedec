/** Deltas that must be refused, and what a refusal has to leave as it was. */
import { difference, show } from '../conformance/check.ts';
import type { DeltaSubject, RecordedStore } from '../conformance/deltaSubject.ts';
import { sealed } from '../support/deltaWriter.ts';
import { deepCopy } from './oracle.ts';

/** A delta that is no longer what it was. */
export interface DamagedDelta {
  readonly delta: Uint8Array;
  readonly what: string;
  /** The codes that its refusal may have. */
  readonly codes: readonly string[];
}

const ANY_BYTES = ['CORRUPT_DATA', 'UNSUPPORTED_VERSION'];
/** With a checksum that is right again, the delta may be sound and about something else. */
const ANY = [
  ...ANY_BYTES,
  'VERSION_BEHIND',
  'VERSION_AHEAD',
  'CONFLICT',
  'PATH_NOT_FOUND',
  'TYPE_MISMATCH',
  'LIMIT_EXCEEDED',
  'UNSUPPORTED_VALUE',
];
const CHECKSUM_BYTES = 4;
const FORMAT_BYTE = 2;

/** Truncated and flipped; some of them with a checksum that is right again. */
export function damagedDeltas(delta: Uint8Array, picks: readonly number[]): DamagedDelta[] {
  const damaged: DamagedDelta[] = [];
  for (const pick of picks) {
    const at = (pick * 31) % delta.length;
    const bit = pick % 8;
    damaged.push({ delta: delta.slice(0, at), what: `the first ${at} bytes`, codes: ANY_BYTES });
    const flipped = delta.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << bit);
    damaged.push({ delta: flipped, what: `bit ${bit} of byte ${at} flipped`, codes: ANY_BYTES });
    const body = (pick * 17) % (delta.length - CHECKSUM_BYTES);
    const cut = sealed(delta.slice(0, body));
    damaged.push({ delta: cut, what: `the first ${body} bytes, with a checksum`, codes: ANY_BYTES });
  }
  const future = delta.slice(0, -CHECKSUM_BYTES);
  future[FORMAT_BYTE] = 2;
  damaged.push({ delta: sealed(future), what: 'a format of the future', codes: ['UNSUPPORTED_VERSION'] });
  return damaged;
}

/** A delta with one bit flipped and a checksum that is right again: it may do anything but harm. */
export function mutatedDelta(delta: Uint8Array, pick: number): DamagedDelta {
  const body = delta.slice(0, -CHECKSUM_BYTES);
  const at = (pick >>> 3) % body.length;
  body[at] = (body[at] as number) ^ (1 << (pick & 7));
  return { delta: sealed(body), what: `bit ${pick & 7} of byte ${at} flipped, with a checksum`, codes: ANY };
}

/** What a refused call has to leave alone. */
function seenOf(store: RecordedStore): readonly unknown[] {
  const { history } = store;
  return [store.version, history.get(), history.bytes, store.stats().records, store.stats().lists];
}

/** The fault of a call that went through. */
export const NOT_REFUSED = 'it was not refused';

/** What is wrong with how a call was refused; `undefined` if nothing is. */
export function refusalFault(
  subject: DeltaSubject,
  store: RecordedStore,
  run: () => void,
  codes: readonly string[],
): string | undefined {
  const before = { view: store.get(), seen: seenOf(store) };
  const copy = deepCopy(before.view);
  let told = 0;
  const ends = [
    store.onCommit(() => (told += 1)),
    store.subscribe(() => (told += 1), { schedule: 'sync' }),
    store.history.subscribe(() => (told += 1), { schedule: 'sync' }),
  ];
  let error: unknown;
  try {
    run();
    return NOT_REFUSED;
  } catch (thrown) {
    error = thrown;
  } finally {
    for (const end of ends) end();
  }
  if (!(error instanceof subject.GaesupError)) return `it threw ${String((error as Error)?.stack ?? error)}`;
  if (!codes.includes(error.code)) return `it threw ${error.code}: ${error.message}`;
  if (error.code === 'CORRUPT_DATA' && !/\d/.test(error.message)) return `no offset in: ${error.message}`;
  if (told > 0) return `listeners were called ${told} times`;
  if (store.get() !== before.view) return 'the view is another object';
  const changed = difference(store.get(), copy) ?? difference(seenOf(store), before.seen);
  return changed === undefined ? undefined : `it left something else: ${changed} ${show(before.seen)}`;
}
