/** Runs programs until enough operations were tried; the same seed gives the same programs. */
import fc from 'fast-check';
import { checkEqual } from '../conformance/check.ts';
import { type Subject, withStore } from '../conformance/subject.ts';
import { value } from './arbitraries.ts';
import { largePrograms, smallPrograms } from './programs.ts';
import { runRound } from './rounds.ts';
import { runProgram, type Tally } from './run.ts';

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
