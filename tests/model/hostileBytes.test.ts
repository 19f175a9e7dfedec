/** Damaged snapshots, JSON, lines and MessagePack on the packed package: refused with a code, or a valid state. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { seal, taken, written } from '../support/snapshotParts.ts';
import { everyKind } from '../support/valueKinds.ts';
import { tryHostileBytes } from './hostileBytes.ts';

const subject = gaesup as unknown as TransferSubject;

const { count, seed } = scaleOf('MODEL_BYTES', 100_000, 31_416);

describe('damaged bytes', () => {
  it('are put together as the store does it', () => {
    for (const [kind, state] of Object.entries(everyKind())) {
      const store = subject.createStore(state);
      for (const compression of ['none', 'lz4'] as const) {
        const bytes = store.snapshot({ compression });
        const parts = taken(bytes);
        seal(parts);
        expect([kind, Buffer.compare(written(parts), bytes)]).toEqual([kind, 0]);
      }
      store.dispose();
    }
  });

  it('do no harm', { timeout: 600_000 }, () => {
    const tally = tryHostileBytes(subject, count, seed);
    console.info(`damaged bytes, seed ${seed}:`, tally);
    expect(tally.tried).toBe(count);
    // Most are refused, but what is taken is what damage can hide in.
    expect(tally.refused).toBeGreaterThan(count * 0.4);
    expect(tally.taken).toBeGreaterThan(count * 0.05);
    expect(tally.snapshots).toBeGreaterThan(count * 0.02);
    expect(tally.told).toBeGreaterThan(tally.compared * 0.05);
    expect(tally.limited).toBeGreaterThan(count * 0.0002);
  });
});
