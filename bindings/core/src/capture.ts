import type { Bytes } from './commitTypes.ts';
import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import type { Engine } from './engine.ts';
import { EngineCopy } from './engineCopy.ts';
import { codecOf, piecesOf, STEPS } from './transfer.ts';
import type { SnapshotAsyncOptions, SnapshotOptions } from './transferTypes.ts';

/** So long a slice of the work may take, in milliseconds, and a step more: a page, well below one. */
const SLICE_MS = 4;
const PROGRESS_WHOLE = 65_536;

/**
 * Lets others go first: input, frames, timers, messages. `scheduler.yield` would come back before
 * timers and messages, which then waited for all slices.
 */
function pause(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (then: () => void) => void };
  if (typeof setImmediate === 'function') return new Promise((then) => setImmediate(then));
  // Jest's jsdom has neither.
  if (typeof MessageChannel !== 'function') return new Promise((then) => setTimeout(then));
  return new Promise((then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      then();
    };
    port2.postMessage(undefined);
  });
}

/**
 * Writes a snapshot of what is at a cursor now, in slices. They work on a copy of the engine's
 * memory, which they make first, so what is written meanwhile is not in it and does not wait for it.
 */
export async function captureSliced(
  core: Core,
  cursor: CursorNode,
  options: SnapshotAsyncOptions = {},
): Promise<Bytes> {
  const { onProgress, signal } = options;
  const codec = codecOf(options);
  signal?.throwIfAborted();
  const isConfirmed = options.confirmed === true && core.timeline?.isWaiting === true;
  const begin = isConfirmed ? core.transfer.beginConfirmed(cursor, codec) : undefined;
  const copy = isConfirmed ? new EngineCopy(core.engine) : copied(core, cursor, codec);
  try {
    return await slices(copy, begin, onProgress, signal);
  } finally {
    copy.dispose();
  }
}

/** Writes a snapshot of what is at a cursor: of what is confirmed there, if that is asked for. */
export function captureNow(core: Core, cursor: CursorNode, options: SnapshotOptions = {}): Bytes {
  const { transfer } = core;
  const codec = codecOf(options);
  if (options.confirmed !== true || core.timeline?.isWaiting !== true)
    return transfer.snapshot(cursor, options);
  const begin = transfer.beginConfirmed(cursor, codec);
  const copy = new EngineCopy(core.engine);
  try {
    while (copy.step());
    const { engine } = copy;
    begin(engine);
    while (engine.check(engine.call((wasm) => wasm.step_capture(STEPS))) !== 0);
    const { whole, join } = piecesOf(engine);
    while (join());
    return whole;
  } finally {
    copy.dispose();
  }
}

/** A copy of the engine that has begun the snapshot. */
function copied(core: Core, cursor: CursorNode, codec: number): EngineCopy {
  core.transfer.begin(cursor, codec);
  try {
    return new EngineCopy(core.engine);
  } finally {
    core.engine.call((wasm) => wasm.end_capture() ?? 0);
  }
}

async function slices(
  copy: EngineCopy,
  begin: ((copy: Engine) => void) | undefined,
  onProgress: SnapshotAsyncOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  const rest = async () => {
    await pause();
    signal?.throwIfAborted();
    return performance.now() + SLICE_MS;
  };
  let until = await rest();
  while (copy.step()) if (performance.now() >= until) until = await rest();
  const { engine } = copy;
  begin?.(engine);
  while (engine.check(engine.call((wasm) => wasm.step_capture(1))) !== 0) {
    if (performance.now() < until) continue;
    const done = engine.u32[engine.output] / PROGRESS_WHOLE;
    if (done < 1) onProgress?.(done);
    until = await rest();
  }
  const { whole, join } = piecesOf(engine);
  while (join()) if (performance.now() >= until) until = await rest();
  onProgress?.(1);
  return whole;
}
