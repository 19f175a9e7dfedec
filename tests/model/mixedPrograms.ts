/** Random programs over everything that a store can do, each a state and steps that do not know it. */
import fc from 'fast-check';
import { type Choice, choices } from './deeds.ts';
import { type Edit, edit, editedState } from './deltaEdits.ts';

export const SCHEDULES = [
  'sync',
  'microtask',
  'frame',
  'adaptive',
  { debounce: 40 },
  { throttle: 40 },
] as const;

export type MixedSchedule = (typeof SCHEDULES)[number];

export type MixedStep =
  | { readonly kind: 'edit'; readonly edit: Edit }
  | {
      readonly kind: 'batch';
      readonly edits: readonly Edit[];
      readonly inner: readonly Edit[];
      readonly ending: 'returns' | 'throws' | 'inner throws';
    }
  | { readonly kind: 'deeds' | 'optimistic' | 'foreign'; readonly choices: readonly Choice[] }
  | { readonly kind: 'foreignEdit'; readonly edit: Edit }
  | { readonly kind: 'settle'; readonly pick: number; readonly ending: 'commit' | 'rollback' }
  | { readonly kind: 'readDelta'; readonly pick: number; readonly edit: Edit }
  | {
      readonly kind: 'become';
      readonly way: 'reconcile' | 'ingest' | 'restore';
      /** A value of its own, or one that was there before, changed or not. */
      readonly value: unknown;
      readonly source: 'value' | 'earlier' | 'changed';
      readonly key: 'id' | undefined;
      readonly pick: number;
    }
  | { readonly kind: 'travel'; readonly way: 'undo' | 'redo' | 'jump' | 'clear'; readonly pick: number }
  | { readonly kind: 'group'; readonly edits: readonly Edit[] }
  | {
      readonly kind: 'subscribe';
      /** Which readable, and how it is listened to. */
      readonly pick: number;
      readonly schedule: MixedSchedule;
    }
  | { readonly kind: 'unsubscribe' | 'snapshot' | 'catchUp'; readonly pick: number }
  | { readonly kind: 'churn'; readonly count: number; readonly length: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'advance'; readonly ms: number };

export interface MixedProgram {
  readonly size: number;
  readonly free: unknown;
  readonly history: boolean | { readonly bytes?: number; readonly steps?: number };
  /** Bytes beyond what the state takes at first, or no limit. */
  readonly room: number | undefined;
  readonly steps: readonly MixedStep[];
}

const pick = fc.nat(0xffff);
const edits = fc.array(edit, { minLength: 1, maxLength: 3 });

const step: fc.Arbitrary<MixedStep> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('edit' as const), edit }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      edits,
      inner: edits,
      ending: fc.constantFrom('returns' as const, 'throws' as const, 'inner throws' as const),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constantFrom('deeds' as const, 'optimistic' as const, 'foreign' as const),
      choices,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('foreignEdit' as const), edit }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      pick,
      ending: fc.constantFrom('commit' as const, 'rollback' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('readDelta' as const), pick, edit }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('become' as const),
      way: fc.constantFrom('reconcile' as const, 'ingest' as const, 'restore' as const),
      value: editedState,
      source: fc.constantFrom('value' as const, 'earlier' as const, 'changed' as const),
      key: fc.constantFrom('id' as const, undefined),
      pick,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('travel' as const),
      way: fc.constantFrom(
        'undo' as const,
        'undo' as const,
        'redo' as const,
        'jump' as const,
        'clear' as const,
      ),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('group' as const), edits }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      pick,
      schedule: fc.constantFrom(...SCHEDULES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('unsubscribe' as const, 'snapshot' as const, 'catchUp' as const),
      pick,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('churn' as const),
      count: fc.integer({ min: 1, max: 40 }),
      length: fc.constantFrom(5, 35, 900, 9_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(5, 16, 45, 300) }),
  },
);

export const mixedPrograms: fc.Arbitrary<MixedProgram> = fc.record({
  size: fc.constantFrom(0, 3, 6, 12, 70),
  free: editedState,
  history: fc.constantFrom(true, true, false, { bytes: 2_000 }, { steps: 3 }),
  room: fc.constantFrom(undefined, undefined, undefined, 150_000, 400_000),
  steps: fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
});
