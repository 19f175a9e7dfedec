import { captureNow } from './capture.ts';
import { CursorNode } from './cursor.ts';
import { withSpareCore } from './spare.ts';
import type { Adoption } from './transfer.ts';
import type { Changes } from './transferTypes.ts';

/**
 * Lets a value that `adopt` makes part of a state go under what waits. What it changes is found out in
 * an engine that holds what is confirmed and nothing else; from there it comes as others' changes do.
 */
export function adoptUnder(
  cursor: CursorNode,
  { key, origin }: Adoption,
  adopt: (place: CursorNode, how: { key?: string }) => Changes,
): Changes {
  const { core } = cursor;
  const { timeline, store } = core;
  core.assertWritable();
  const root = store ?? cursor;
  const confirmed = captureNow(core, root, { compression: 'none', confirmed: true });
  const { record, changes } = withSpareCore(core.engine.module, (spare) => {
    const whole = new CursorNode(spare, spare.holder, '');
    spare.transfer.load(whole, confirmed, {});
    spare.transfer.schema = core.transfer.schema;
    spare.records.tellCommits(true);
    const place = whole.at(...cursor.path) as CursorNode;
    const changes = adopt(place, key === undefined ? {} : { key });
    const [commit] = spare.records.commits();
    return { answer: { record: commit?.record, changes }, isEmpty: false };
  });
  if (record !== undefined) timeline?.applyUnder(record, origin);
  return changes;
}
