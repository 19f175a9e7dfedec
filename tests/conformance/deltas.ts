/** Deltas, history and optimistic updates: what they do, in Node and in a browser. */
import { type WrittenOp, writeDelta } from '../support/deltaWriter.ts';
import { check, checkEqual, checkSame, thrownBy } from './check.ts';
import type { Commit, DeltaSubject, RecordedOptions, RecordedStore } from './deltaSubject.ts';
import type { CodedError, Harness } from './subject.ts';

/** A bit of everything that a state may hold. */
function everything(): unknown {
  return {
    number: 1.5,
    text: 'Zürich \ud800',
    nothing: null,
    missing: undefined,
    big: 2n ** 70n,
    date: new Date(1_700_000_000_123),
    bytes: Uint8Array.of(1, 2, 255),
    list: [1, 'two', { three: 3 }, [4]],
    map: new Map<string, unknown>([
      ['a', { v: 1 }],
      ['b', -0],
    ]),
    wide: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key ${index}`, index])),
  };
}

type Change = readonly [title: string, change: (store: RecordedStore) => void];

/** One change of each kind, and all of them in one batch. */
const CHANGES: readonly Change[] = [
  ['a number', (store) => store.at('number').set(Number.NaN)],
  ['an increment', (store) => store.at('number').increment(0.25)],
  ['text with lone surrogates', (store) => store.at('text').set('\udc00\ud800')],
  ['undefined', (store) => store.at('nothing').set(undefined)],
  ['a bigint', (store) => store.at('big').set(-(10n ** 40n))],
  ['a date', (store) => store.at('date').set(new Date(Number.NaN))],
  ['bytes', (store) => store.at('bytes').set(new Uint8Array(300))],
  ['a key that is added', (store) => store.at('__proto__').set({ polluted: true })],
  ['a key that is removed', (store) => store.at('text').delete()],
  ['a key in a wide object', (store) => store.at('wide', 'key 3').delete()],
  ['a key in a map', (store) => store.at('map', 'a').delete()],
  ['items that are put in', (store) => store.at('list').insert(1, { new: true }, 'x')],
  ['items that are taken out', (store) => store.at('list').remove(1, 2)],
  ['an item that moves', (store) => store.at('list').move(0, 3)],
  ['items in reverse', (store) => store.at('list').update((draft: unknown[]) => void draft.reverse())],
  ['a list that is cleared', (store) => store.at('list').set([])],
  ['another kind of value', (store) => store.at('map').set([1])],
  ['the whole state', (store) => store.set([everything()])],
];

export function defineDeltas(subject: DeltaSubject, { describe, it }: Harness): void {
  const withStores = (
    count: number,
    options: RecordedOptions,
    use: (...stores: RecordedStore[]) => void,
  ): void => {
    const stores = Array.from({ length: count }, () => subject.createStore(everything(), options));
    try {
      use(...stores);
    } finally {
      for (const store of stores) store.dispose();
    }
  };
  const codeOf = (run: () => unknown): string => {
    const error = thrownBy(run);
    check(error instanceof subject.GaesupError, `it threw ${String(error)}`);
    return (error as CodedError).code;
  };

  describe('a delta of', () => {
    const together: Change = [
      'all of them in one batch',
      (store) =>
        store.batch(() => {
          for (const [, change] of CHANGES.slice(0, -1)) change(store);
        }),
    ];
    for (const [title, change] of [...CHANGES, together]) {
      it(`${title} leads a replica there, and back`, () =>
        withStores(2, {}, (store, replica) => {
          const commits: Commit[] = [];
          (store as RecordedStore).onCommit((commit) => commits.push(commit));
          change(store as RecordedStore);
          checkSame(commits.length, 1, 'commits');
          const { delta } = commits[0] as Commit;
          const back = subject.invert(delta);
          replica?.apply(delta);
          checkEqual(replica?.get(), store?.get(), 'the replica');
          replica?.apply(back);
          checkEqual(replica?.get(), everything(), 'the replica, taken back');
          replica?.apply(subject.invert(back));
          checkEqual(replica?.get(), store?.get(), 'the replica, taken back twice');
        }));

      it(`${title} is undone and redone`, () =>
        withStores(1, { history: true }, (store) => {
          const { history } = store as RecordedStore;
          change(store as RecordedStore);
          const after = store?.get();
          history.undo();
          checkEqual(store?.get(), everything(), 'undone');
          history.redo();
          checkEqual(store?.get(), after, 'redone');
        }));
    }
  });

  describe('a delta that is refused', () => {
    const ops: readonly WrittenOp[] = [{ kind: 'replace', path: [], key: 'number', old: 1.5, next: 2 }];
    const refused: readonly (readonly [title: string, delta: Uint8Array, code: string])[] = [
      ['another version', writeDelta({ versions: [7, 8], ops }), 'VERSION_BEHIND'],
      [
        'another value',
        writeDelta({ ops: [...ops, { kind: 'replace', path: [], key: 'text', old: 'x', next: '' }] }),
        'CONFLICT',
      ],
      [
        'a place that is not there',
        writeDelta({
          ops: [...ops, { kind: 'replace', path: ['nowhere'], key: 'text', old: 'x', next: '' }],
        }),
        'PATH_NOT_FOUND',
      ],
      ['no bytes', new Uint8Array(), 'CORRUPT_DATA'],
      ['half of the bytes', writeDelta({ ops }).slice(0, 9), 'CORRUPT_DATA'],
    ];
    for (const [title, delta, code] of refused) {
      it(`because of ${title} leaves everything as it was`, () =>
        withStores(1, { history: true, log: true }, (store) => {
          if (store === undefined) return;
          const before = store.get();
          let told = 0;
          store.onCommit(() => (told += 1));
          store.subscribe(() => (told += 1), { schedule: 'sync' });
          checkSame(
            codeOf(() => store.apply(delta)),
            code,
            'the code',
          );
          checkEqual(
            [store.version, store.history.bytes, told],
            [0, 0, 0],
            'version, bytes of history, calls',
          );
          checkSame(store.get(), before, 'the view');
          checkSame(
            codeOf(() => store.batch(() => store.apply(writeDelta({ ops })))),
            'INVALID_CALL',
            'in a batch',
          );
        }));
    }
  });

  describe('an optimistic update', () => {
    it('goes on top of what comes from elsewhere, and is confirmed', () =>
      withStores(1, { history: true }, (store) => {
        if (store === undefined) return;
        const effect = store.optimistic(() => {
          store.at('number').increment(10);
          store.at('list', 2, 'three').set('mine');
        });
        const ops: readonly WrittenOp[] = [
          { kind: 'replace', path: [], key: 'number', old: 1.5, next: 100 },
          { kind: 'splice', path: ['list'], index: 0, removed: [1], inserted: ['a', 'b'] },
        ];
        store.apply(writeDelta({ ops }), { origin: 'server' });
        checkEqual(store.at('number').get(), 110, 'the number');
        checkEqual(store.at('list').get(), ['a', 'b', 'two', { three: 'mine' }, [4]], 'the list');
        effect.commit();
        checkSame(store.version, 2, 'the version');
        store.history.undo();
        checkEqual(store.at('number').get(), 100, 'the number, undone');
        checkEqual(store.at('list').get(), ['a', 'b', 'two', { three: 3 }, [4]], 'the list, undone');
      }));

    it('that is rolled back leaves what is confirmed', () =>
      withStores(1, {}, (store) => {
        if (store === undefined) return;
        const effects = CHANGES.slice(0, -2).map(([, change]) => store.optimistic(() => change(store)));
        for (const effect of effects.reverse()) effect.rollback();
        checkEqual(store.get(), everything(), 'the state');
        checkSame(store.version, 0, 'the version');
      }));
  });
}
