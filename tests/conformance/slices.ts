/** A snapshot that is made in slices leaves room for others between them. */
import { check, checkEqual } from './check.ts';
import type { Harness, Store, Subject } from './subject.ts';

interface SlicedStore extends Store {
  snapshotAsync(options?: { compression?: 'none' | 'lz4' | 'auto' }): Promise<Uint8Array>;
}

/** What the package exports, as far as this suite uses it. */
export interface SlicedSubject extends Subject {
  createStore(initial: unknown): SlicedStore;
  openStore(snapshot: Uint8Array): Store;
}

const ROWS = 20_000;

export function defineSlices(subject: SlicedSubject, { describe, it }: Harness): void {
  describe('a snapshot in slices', () => {
    it('lets messages through before it is done, and does not hold what they wrote', async () => {
      const rows = Array.from({ length: ROWS }, (_, id) => ({ id, name: `name ${id}` }));
      const store = subject.createStore({ rows, told: 0 });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => store.at('told').increment();
      port2.postMessage('before the call');
      const saved = await store.snapshotAsync({ compression: 'lz4' });
      port1.close();
      const opened = subject.openStore(saved);
      checkEqual(opened.get(), { rows, told: 0 }, 'what was saved');
      check(store.at('told').get() === 1, 'the message came first');
      opened.dispose();
      store.dispose();
    });
  });
}
