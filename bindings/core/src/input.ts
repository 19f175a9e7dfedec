import type { Cursor } from './types.ts';
import type { Immutable } from './valueTypes.ts';

/** What a value that is bound to an input takes. */
export interface InputOptions<T> {
  /**
   * What is set when the input of a number is cleared, such as `null`. Frameworks give `''` or
   * `null` then, which is no number. Default: nothing is set, and the number stays.
   */
  empty?: T | Immutable<T>;
}

/** Sets what an input gives; `isCleared` says whether that means a cleared input of a number. */
export function setInput<T>(
  cursor: Cursor<T>,
  next: T | Immutable<T>,
  isCleared: boolean,
  options: InputOptions<T> = {},
): void {
  const { empty } = options;
  const hasEmpty = 'empty' in options;
  const before: unknown = isCleared ? cursor.get() : undefined;
  const isNumber = typeof before === 'number' || (hasEmpty && Object.is(before, empty));
  if (!isCleared || !isNumber) cursor.set(next);
  else if (hasEmpty) cursor.set(empty as T);
}
