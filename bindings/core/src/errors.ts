/** A step of a path: an object's or map's key, or an array's index. */
export type Key = string | number;

/** What went wrong, as a name that stays the same in all versions. */
export type GaesupErrorCode =
  | 'PATH_NOT_FOUND'
  | 'TYPE_MISMATCH'
  | 'UNSUPPORTED_VALUE'
  | 'CORRUPT_DATA'
  | 'UNSUPPORTED_VERSION'
  | 'LIMIT_EXCEEDED'
  | 'OUT_OF_MEMORY'
  | 'DISPOSED'
  | 'STORE_DEAD'
  | 'VERSION_GONE'
  | 'VERSION_BEHIND'
  | 'VERSION_AHEAD'
  | 'CONFLICT'
  | 'PATCH_TEST_FAILED'
  | 'INVALID_CALL'
  | 'LISTENER_LOOP'
  | 'NO_HISTORY'
  | 'FOREIGN_STORE';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** A path as one would write it in code: `cities[3].name`. */
export function formatPath(path: readonly Key[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (IDENTIFIER.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text === '' ? 'the root' : text;
}

/**
 * Every error the store raises on purpose. The state is as it was before the
 * call that threw.
 *
 * @example
 * try {
 *   store.at('todos', 3, 'title').set('milk');
 * } catch (error) {
 *   if (error instanceof GaesupError && error.code === 'PATH_NOT_FOUND') addTodo();
 * }
 */
export class GaesupError extends Error {
  /** What went wrong; stable, for programs. */
  readonly code: GaesupErrorCode;
  /** The place it is about, from the root. Empty for the root or the whole store. */
  readonly path: readonly Key[];

  constructor(code: GaesupErrorCode, message: string, path: readonly Key[] = []) {
    super(message);
    this.name = 'GaesupError';
    this.code = code;
    this.path = path;
  }
}
