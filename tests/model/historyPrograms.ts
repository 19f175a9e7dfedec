/** Random programs of commits, undo and redo; they know nothing of the state, so they shrink. */
import fc from 'fast-check';
import { type Edit, edit, editedState } from './deltaEdits.ts';

/** What a program does next. */
export type HistoryAct =
  | { readonly kind: 'edit'; readonly edit: Edit }
  /** A change from elsewhere, or one in a place that is no part of the history. */
  | { readonly kind: 'foreign' | 'excluded'; readonly edit: Edit }
  /** One batch that changes what is part of the history, and what is not. */
  | { readonly kind: 'mixed'; readonly pick: number }
  | { readonly kind: 'group'; readonly edits: readonly Edit[] }
  | { readonly kind: 'session'; readonly label: string; readonly within: number | undefined }
  | { readonly kind: 'end' }
  /** Sets one of two fields, so many milliseconds after what was done before. */
  | { readonly kind: 'type'; readonly field: number; readonly pause: number; readonly caret: Caret }
  | { readonly kind: 'undo' | 'redo'; readonly times: number }
  | { readonly kind: 'jump'; readonly pick: number }
  | { readonly kind: 'clear' };

/** Whether typing also moves a caret, which is no part of the history. */
export type Caret = 'stays' | 'in the batch' | 'after it';

export interface HistoryProgram {
  readonly mine: unknown;
  readonly others: unknown;
  readonly acts: readonly HistoryAct[];
  readonly coalesce: number;
  readonly steps: number | undefined;
  readonly bytes: number | undefined;
}

const constant = <T extends string>(kind: T): fc.Arbitrary<T> => fc.constant(kind);
const times = fc.constantFrom(1, 1, 1, 2, 3);

/** What a program does next; foreign changes only in some. */
function actOf(foreignWeight: number): fc.Arbitrary<HistoryAct> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.record({ kind: constant('edit'), edit }) },
    { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom('undo', 'redo'), times }) },
    { weight: 3, arbitrary: fc.record({ kind: constant('jump'), pick: fc.nat(0xffff) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: constant('type'),
        field: fc.nat(1),
        pause: fc.constantFrom(0, 1, 99, 100, 101, 5_000),
        caret: fc.constantFrom('stays', 'stays', 'in the batch', 'after it'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: constant('group'), edits: fc.array(edit, { maxLength: 4 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: constant('session'),
        label: fc.constantFrom('rename', 'move', ''),
        within: fc.constantFrom(undefined, 0, 100),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: constant('end') }) },
    { weight: 3, arbitrary: fc.record({ kind: constant('excluded'), edit }) },
    { weight: 2, arbitrary: fc.record({ kind: constant('mixed'), pick: fc.nat(0xffff) }) },
    { weight: foreignWeight, arbitrary: fc.record({ kind: constant('foreign'), edit }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('end', 'end', 'end', 'clear') }) },
  ) as fc.Arbitrary<HistoryAct>;
}

/** Many short programs, some with little room for steps. */
export const historyPrograms: fc.Arbitrary<HistoryProgram> = fc.boolean().chain((hasForeign) =>
  fc.record({
    mine: editedState,
    others: editedState,
    acts: fc.array(actOf(hasForeign ? 4 : 0), { minLength: 1, maxLength: 40, size: 'max' }),
    coalesce: fc.constantFrom(0, 100),
    steps: fc.constantFrom(undefined, undefined, undefined, 1, 3, 8),
    bytes: fc.constantFrom(undefined, undefined, undefined, 3_000, 20_000),
  }),
);

/** One long walk, always the same for a seed. */
export function longProgram(length: number, bytes: number | undefined, seed: number): HistoryProgram {
  const [mine, others] = fc.sample(editedState, { numRuns: 2, seed });
  const acts = fc.sample(actOf(1), { numRuns: length, seed });
  return { mine, others, acts, coalesce: 100, steps: undefined, bytes };
}
