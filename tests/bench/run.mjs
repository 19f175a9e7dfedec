import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../scripts/steps/command.mjs';
import { openChromium } from './hosts/chromium.mjs';
import { openNode } from './hosts/node.mjs';
import { describeMachine, load } from './machine.mjs';
import { parseOptions, usage } from './options.mjs';
import { report } from './report.mjs';
import { openWorkspace } from './workspace.mjs';

/** @import { Job, Taken } from './app/sample.mjs' */
/** @import { Result } from './report.mjs' */

/**
 * Measures the built package beside its peers. Contenders take turns, each in
 * a fresh process or page, several rounds over: what disturbs the machine for
 * a while disturbs all of them.
 *
 * @param {ReturnType<typeof parseOptions>} options
 */
async function measure({ cases, places, pace, rounds }) {
  const workspace = await openWorkspace();
  const open = { Node: openNode, Chromium: openChromium };
  const hosts = await Promise.all(
    places.map(async (place) => ({ place, host: await open[place](workspace) })),
  );
  const start = { time: new Date().toISOString(), load: load() };
  const machine = {
    ...describeMachine(),
    ...Object.fromEntries(hosts.map(({ place, host }) => [place, host.version])),
  };
  /** @type {Result[]} */
  const results = cases.flatMap(({ name, sizes, entrants }) =>
    sizes.flatMap((size) =>
      places.flatMap((place) =>
        entrants
          .filter(({ only = place }) => only === place)
          .map((entrant) => ({ name, size, place, contender: entrant.name, samples: [] })),
      ),
    ),
  );
  const total = results.length * rounds;
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    // Cases that show several figures of one measure share what it gave.
    /** @type {Map<string, Taken>} */
    const shared = new Map();
    for (const result of results) {
      const { name, size, place } = result;
      const what = `${name}, ${size}, ${place}, ${result.contender}`;
      tell(`${++done} of ${total}: ${what}`);
      const one = cases.find((one) => one.name === name);
      const host = hosts.find((one) => one.place === place)?.host;
      const entrant = one?.entrants.find((entrant) => entrant.name === result.contender);
      if (!one || !host || !entrant) throw new Error(`Nobody measures ${name} in ${place}.`);
      const { contender = entrant.name, figure = one.figure ?? 'all' } = entrant;
      const key = [one.measure, contender, size, place].join('\n');
      const taken =
        shared.get(key) ?? (await take(host, { measure: one.measure, contender, size, pace }, what));
      shared.set(key, taken);
      result.samples.push(...(taken.figures[figure] ?? []));
      if (taken.done !== undefined) result.done = Math.min(taken.done, result.done ?? taken.done);
    }
  }
  tell('');
  for (const { host } of hosts) await host.close();
  await workspace.remove();
  return { machine, pace, rounds, start, end: { time: new Date().toISOString(), load: load() }, results };
}

/**
 * @param {{ sample: (job: Job) => Promise<Taken> }} host
 * @param {Job} job
 * @param {string} what
 */
const take = (host, job, what) =>
  host.sample(job).catch((cause) => {
    throw new Error(`There is no result of ${what}.`, { cause });
  });

/** @param {string} line shown in place of the one before; nothing when nobody looks */
function tell(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

/** @type {ReturnType<typeof parseOptions>} */
let options;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exit(1);
}
const measured = await measure(options);
const folder = join(root, 'bench-results');
const file = join(folder, `${measured.start.time.replaceAll(':', '-')}.json`);
await mkdir(folder, { recursive: true });
await writeFile(file, JSON.stringify(measured, null, 1));
const { machine, start, end } = measured;
console.log(
  `\n${machine.processor}, ${machine.cores} cores, ${machine.system}; load ${start.load} before, ${end.load} after.`,
);
console.log(`${report(options.cases, options.places, measured.results)}\n\nAll samples: ${file}`);
