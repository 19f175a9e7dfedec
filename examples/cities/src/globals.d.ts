import type { Store } from 'gaesup-state';
import type { State } from './record.ts';

declare global {
  /** Size of the data file, put in by vite.config.ts. */
  const __DATA_BYTES__: number;

  /** Chromium's memory measurement, available to cross-origin isolated pages. */
  interface Performance {
    measureUserAgentSpecificMemory?(): Promise<MemoryMeasurement>;
  }

  /** A place to write to that the user has chosen, where the browser offers that. */
  type SaveFilePicker = (options: {
    readonly suggestedName: string;
    readonly types: readonly {
      readonly description: string;
      readonly accept: Readonly<Record<string, readonly string[]>>;
    }[];
  }) => Promise<FileSystemFileHandle>;

  interface MemoryMeasurement {
    readonly bytes: number;
    readonly breakdown: readonly {
      readonly bytes: number;
      readonly attribution: readonly { readonly scope: string; readonly url: string }[];
    }[];
  }

  interface Window {
    /** The store of the page, for the console and for tests. */
    store?: Store<State>;
    showSaveFilePicker?: SaveFilePicker;
  }
}
