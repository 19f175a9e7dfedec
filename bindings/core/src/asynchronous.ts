import { GaesupError } from './errors.ts';

/** What an async function is called in every realm. */
const ASYNC = '[object AsyncFunction]';

/** Whether a function is async, so that calling it does not do all of its work. */
export function isAsync(work: unknown): boolean {
  return Object.prototype.toString.call(work) === ASYNC;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** The error of an async function where one is called that has to be done when it returns. */
export function refusedAsync(name: string): GaesupError {
  return new GaesupError(
    'INVALID_CALL',
    `${name} takes a function that does its work at once: an async one would go on after it has ended.`,
  );
}
