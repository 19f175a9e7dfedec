/** A store is given back explicitly; what is used after that says so. */
import { check, checkEqual, checkSame, thrownBy } from './check.ts';
import { afterMicrotasks, type CodedError, type Harness, type Store, type Subject } from './subject.ts';

const USES: readonly (readonly [name: string, use: (store: Store) => unknown])[] = [
  ['get', (store) => store.get()],
  ['get of a cursor', (store) => store.at('rows', 0).get()],
  ['set', (store) => store.at('n').set(1)],
  ['merge', (store) => store.merge({ n: 1 })],
  ['delete', (store) => store.at('n').delete()],
  ['increment', (store) => store.at('n').increment()],
  ['push', (store) => store.at('rows').push(1)],
  ['insert', (store) => store.at('rows').insert(0, 1)],
  ['remove', (store) => store.at('rows').remove(0)],
  ['move', (store) => store.at('rows').move(0, 1)],
  ['subscribe', (store) => store.subscribe(() => {})],
];

const initial = (): unknown => ({ n: 0, rows: [{ v: 1 }, { v: 2 }] });

export function defineLifecycle(subject: Subject, { describe, it }: Harness): void {
  describe('dispose', () => {
    for (const [name, use] of USES) {
      it(`${name} afterwards throws DISPOSED`, () => {
        const store = subject.createStore(initial());
        store.get();
        store.dispose();
        const error = thrownBy(() => use(store)) as CodedError;
        check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
        checkSame(error.code, 'DISPOSED', 'code');
      });
    }

    it('reaches cursors that were kept', () => {
      const store = subject.createStore(initial());
      const cursor = store.at('rows', 0, 'v');
      cursor.set(5);
      store.dispose();
      checkSame((thrownBy(() => cursor.get()) as CodedError).code, 'DISPOSED');
      checkSame((thrownBy(() => cursor.set(6)) as CodedError).code, 'DISPOSED');
    });

    it('may be called twice', () => {
      const store = subject.createStore(initial());
      store.dispose();
      store.dispose();
    });

    it('leaves views that were read as they are', () => {
      const store = subject.createStore(initial());
      const view = store.get();
      store.dispose();
      checkEqual(view, initial());
    });

    it('calls no listener that was waiting, and unsubscribing still works', async () => {
      const store = subject.createStore(initial());
      let calls = 0;
      const stop = store.at('n').subscribe(() => {
        calls += 1;
      });
      store.at('n').set(1);
      store.dispose();
      await afterMicrotasks();
      checkSame(calls, 0, 'calls');
      stop();
    });

    it('is what `using` calls, where the platform has it', () => {
      const store = subject.createStore(initial());
      const { dispose } = Symbol as unknown as { dispose?: symbol };
      const key = dispose ?? Symbol.for('Symbol.dispose');
      const end = (store as unknown as Record<symbol, (() => void) | undefined>)[key];
      check(typeof end === 'function' || dispose === undefined, 'there is no [Symbol.dispose]');
      end?.call(store);
      if (end) checkSame((thrownBy(() => store.get()) as CodedError).code, 'DISPOSED');
    });

    it('of one store leaves the others alone', () => {
      const first = subject.createStore(initial());
      const second = subject.createStore(initial());
      first.dispose();
      second.at('n').set(1);
      checkSame(second.at('n').get(), 1);
      second.dispose();
    });

    it('gives everything back: thousands of stores can come and go', () => {
      for (let round = 0; round < 2_000; round += 1) {
        const store = subject.createStore({ n: round, rows: [{ v: round }] });
        store.at('rows', 0, 'v').increment();
        checkSame(store.at('rows', 0, 'v').get(), round + 1);
        store.dispose();
      }
    });
  });
}
