import { COPY, THIS_COPY } from './copy.ts';

/** What `console.log` of Node asks an object for; other consoles do not know it. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Node's `util.inspect`, which it hands over itself. */
export type Inspect = (value: unknown, options: object) => string;

/** How a console shows something: by its value, without what is around that inside. */
export function printed(
  name: string,
  read: () => unknown,
  depth: number | null,
  options: object,
  inspect: Inspect | undefined,
): string {
  if (inspect === undefined || (depth !== null && depth < 0)) return `[${name}]`;
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    return `[${name} ${error instanceof Error ? error.message : String(error)}]`;
  }
  return `${name} ${inspect(value, { ...options, depth })}`;
}

/**
 * The object and the array that proxies are made over. Nothing of the state is kept there: they only say
 * which copy of this package made them, and how a console shows them.
 */
export function proxyTargets(name: string, read: (proxy: object) => unknown): [object, unknown[]] {
  const inspected = {
    configurable: true,
    value(this: object, depth: number | null, options: object, inspect: Inspect | undefined): string {
      return printed(name, () => read(this), depth, options, inspect);
    },
  };
  const properties = { [COPY]: { configurable: true, value: THIS_COPY }, [INSPECT]: inspected };
  return [Object.defineProperties({}, properties), Object.defineProperties([], properties)];
}
