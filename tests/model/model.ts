/** Runs programs until enough operations were tried; the same seed gives the same programs. */
import fc from 'fast-check';
import { checkEqual } from '../conformance/check.ts';
import { type Subject, withStore } from '../conformance/subject.ts';
import { value } from './arbitraries.ts';
import { largePrograms, smallPrograms } from './programs.ts';
import { runProgram, type Tally } from './run.ts';

const RUNS_PER_ROUND = 40;
/** Shrinking a failure stops after this long and reports the smallest counterexample so far. */
const ROUND_MS_MAX = 45_000;

/** One round of a property; throws with what replays it and the smallest counterexample found. */
async function runRound<T>(name: string, property: fc.IAsyncProperty<T>, seed: number): Promise<void> {
  const details = await fc.check(property, {
    seed,
    numRuns: RUNS_PER_ROUND,
    interruptAfterTimeLimit: ROUND_MS_MAX,
  });
  if (!details.failed) return;
  const cause = details.errorInstance as Error | undefined;
  throw new Error(
    `${name}, seed ${details.seed}, path "${details.counterexamplePath}", ` +
      `${details.numShrinks} times shrunk:\n${cause?.message ?? 'interrupted'}`,
    { cause },
  );
}

/**
 * Tries at least `operations` operations. At a divergence the error names the
 * seed that replays it, and the smallest program found that shows it.
 */
export async function runModel(
  subject: Subject,
  size: 'small' | 'large',
  operations: number,
  seed: number,
): Promise<Tally> {
  const programs = size === 'small' ? smallPrograms : largePrograms;
  const tally: Tally = { operations: 0, commits: 0, errors: 0, notifications: 0 };
  const property = fc.asyncProperty(programs, (program) => runProgram(subject, program, tally));
  for (let round = 0; tally.operations < operations; round += 1) {
    await runRound(`${size} states`, property, seed + round);
  }
  return tally;
}

/** Puts at least `count` generated values into stores, in every kind of container, and reads them back. */
export async function runRoundTrips(subject: Subject, count: number, seed: number): Promise<number> {
  let tried = 0;
  const property = fc.asyncProperty(fc.array(value, { maxLength: 80, size: 'max' }), async (values) => {
    const entries = values.map((each, index) => [`k${index}`, each] as const);
    const state = {
      list: values,
      fields: Object.fromEntries(entries),
      map: new Map(entries),
      rows: values.map((each) => ({ each })),
    };
    withStore(subject, state, (store) => checkEqual(store.get(), state, 'createStore(x).get()'));
    withStore(subject, { list: [], fields: {}, map: new Map() }, (store) => {
      for (const [index, each] of values.entries()) {
        store.at('list').push(each);
        store.at('fields', `k${index}`).set(each);
      }
      store.at('map').merge(state.fields);
      checkEqual(store.get(), { list: state.list, fields: state.fields, map: state.map }, 'what was set');
    });
    tried += values.length;
  });
  for (let round = 0; tried < count; round += 1) await runRound('generated values', property, seed + round);
  return tried;
}
