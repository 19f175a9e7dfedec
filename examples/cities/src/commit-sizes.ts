/** How long the last commit is when it is sent: as a delta, and as the JSON Patch that says the same. */
import type { Commit, Store } from 'gaesup-state';
import { formatBytes } from './format.ts';
import { element, write } from './page.ts';
import type { State } from './record.ts';

/** A patch is only written out to be counted, and a very long one takes its time. */
const DELTA_BYTES_MAX = 500_000;

/** Follows the commits of a store; answers what shows the last one. */
export function followCommitSizes(store: Store<State>): () => void {
  let last: Commit | null = null;
  store.onCommit((commit) => {
    last = commit;
  });
  return () => {
    if (last === null) return;
    const { delta } = last;
    write(element('delta-bytes', HTMLElement), formatBytes(delta.length));
    write(element('patch-bytes', HTMLElement), delta.length > DELTA_BYTES_MAX ? '–' : patchBytes(last));
    last = null;
  };
}

function patchBytes(commit: Commit): string {
  return formatBytes(new TextEncoder().encode(JSON.stringify(commit.patches())).length);
}
