import type { HistoryOptions, LogOptions } from './commitTypes.ts';
import type { Freeze } from './freezing.ts';
import type { SchemaOptions } from './transferTypes.ts';

/** How a store is set up. */
export interface StoreOptions {
  /** A name for messages. */
  name?: string;
  limits?: {
    /** The most memory the state may take, in bytes. Default: no limit. */
    bytes?: number;
    /** How many containers may be inside one another. Default 128, at most 1,000. */
    depth?: number;
  };
  /**
   * When what readers get is frozen, and what selections return with all arrays and plain objects in it: `Map`s, `Set`s
   * and dates then refuse what would change them, too. Where nothing is frozen, a reader that writes into a value
   * changes it for all readers, and the state knows nothing of it. Default `'development'`: unless a build has
   * set `NODE_ENV` to `'production'`. `'always'` costs about a microsecond for each object
   * that is built: reading 100,000 new rows takes half as long again.
   */
  freeze?: Freeze;
  /**
   * The version that the initial state is, for a replica that joins one that is there already.
   * Up to 2^52. Default 0.
   */
  version?: number;
  /** Keeps what can be undone. Default: nothing is. */
  history?: boolean | HistoryOptions;
  /** Keeps the last commits for `store.deltaSince(version)`, from the beginning on. */
  log?: boolean | LogOptions;
  /** What this version of the application makes of its state, for snapshots. */
  schema?: SchemaOptions;
}
