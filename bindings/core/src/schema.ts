import { GaesupError } from './errors.ts';
import type { SchemaOptions } from './transferTypes.ts';

const VERSION_MAX = 0xffffffff;

/** The version of a schema, checked. */
export function schemaVersion(schema: SchemaOptions): number {
  const { version, migrate } = schema;
  if (!Number.isInteger(version) || version < 0 || version > VERSION_MAX) {
    throw new TypeError('schema.version must be a whole number below 2 ** 32.');
  }
  if (migrate !== undefined && typeof migrate !== 'function')
    throw new TypeError('schema.migrate must be a function.');
  return version;
}

/** The function that makes a state of version `from` one of this; none when it is one already. */
export function migrationFrom(
  schema: SchemaOptions,
  from: number,
): ((state: unknown) => unknown) | undefined {
  const version = schemaVersion(schema);
  if (from === version) return undefined;
  const { migrate } = schema;
  if (from > version || migrate === undefined) {
    throw new GaesupError(
      'UNSUPPORTED_VERSION',
      `The snapshot is of version ${from} of the application's state, and this is version ${version}${
        from > version ? '' : ' without a way to migrate'
      }.`,
    );
  }
  return (state) => migrate(state, from);
}
