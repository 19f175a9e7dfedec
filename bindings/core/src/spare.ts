import { Core } from './core.ts';

/** As deep as any snapshot or delta is. */
const DEPTH_MAX = 1_000;
/** How long an engine without a state waits for the next use, and how large it may be. */
const RESTS_MS = 1_000;
const RESTING_BYTES_MAX = 1 << 26;

/** The engine that waits: taking memory anew takes longer than comparing pages. */
let resting: Resting | undefined;

interface Resting {
  readonly core: Core;
  readonly module: WebAssembly.Module;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Runs work in an engine of no store, which is kept for a moment if it `isEmpty` afterwards. */
export function withSpareCore<T>(
  module: WebAssembly.Module,
  work: (core: Core) => { readonly answer: T; readonly isEmpty: boolean },
): T {
  const known = resting?.module === module ? resting : undefined;
  if (known !== undefined) {
    clearTimeout(known.timer);
    resting = undefined;
  }
  const core = known?.core ?? new Core(module, Number.POSITIVE_INFINITY, DEPTH_MAX);
  let isKept = false;
  try {
    const { answer, isEmpty } = work(core);
    isKept = isEmpty && resting === undefined && core.engine.totalBytes <= RESTING_BYTES_MAX;
    if (isKept) rest(core, module);
    return answer;
  } finally {
    if (!isKept) core.dispose();
  }
}

function rest(core: Core, module: WebAssembly.Module): void {
  const timer = setTimeout(() => {
    resting = undefined;
    core.dispose();
  }, RESTS_MS);
  // A waiting engine is no reason for a process to stay.
  (timer as { unref?: () => void }).unref?.();
  resting = { core, module, timer };
}
