/** Where the data sets are, for Node. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DATA_PACKAGES, type DataName } from './data.ts';

const require = createRequire(import.meta.url);

/** The file of a data set. */
export function dataFile(name: DataName): string {
  const source = DATA_PACKAGES[name];
  // This package has files that it does not export.
  if (!source.startsWith('vega-datasets/')) return require.resolve(source);
  return fileURLToPath(new URL(`../../node_modules/${source}`, import.meta.url));
}
