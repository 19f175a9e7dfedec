/**
 * How much of a long proof one run does. `npm test` does a tenth, always the same one; `npm run test:long` does
 * all of it, or with `--part` another tenth of it.
 */

const TENTHS = 10;
/** Far enough apart that no two parts try the same. */
const SEEDS_PER_PART = 100_000_007;

/** `all`, a number from 0 to 9, or nothing. */
const part = process.env['TEST_PART'];

export interface Scale {
  readonly count: number;
  readonly seed: number;
}

/**
 * How often to try, and from which seed on. `MODEL_SEED` replays a failure or tries others, and a variable
 * of the proof's own name says how many: `MODEL_BATCHES=1000000` for a night of batches.
 */
export function scaleOf(name: string, whole: number, seed: number): Scale {
  const count = part === 'all' ? whole : Math.ceil(whole / TENTHS);
  const turn = part === undefined ? 0 : part === 'all' ? TENTHS + 1 : Number(part) + 1;
  return {
    count: Number(process.env[name] ?? count),
    seed: Number(process.env['MODEL_SEED'] ?? seed + turn * SEEDS_PER_PART),
  };
}

/** Those of some variants that this run tries: the usual ones, all of them, or one after the other by part. */
export function variantsOf<T>(variants: readonly T[], usual: (variant: T) => boolean): readonly T[] {
  if (part === 'all') return variants;
  if (part === undefined) return variants.filter(usual);
  return variants.filter((_, at) => at === Number(part) % variants.length);
}
