import { readFile } from 'node:fs/promises';
import { takeSample } from './sample.mjs';

/** Takes the sample that the first argument asks for, and prints it. */

async function weigh() {
  // What one collection sets free may hold more, such as the memory of an instance.
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const [job, cities] = process.argv.slice(2);
const samples = await takeSample(JSON.parse(job), {
  cities: () => readFile(cities, 'utf8'),
  weigh,
  // Node counts WebAssembly memory as external.
  wasm: 'counted',
});
process.stdout.write(JSON.stringify(samples));
