import { fromBase64, openStore, type Store } from 'gaesup-state';
import type { Board } from './board.ts';

/** What a test looks at. */
export interface Hydration {
  store: Store<Board>;
  /** Nodes that are not those that were there before, in the same order, or look different. */
  others: () => string[];
  /** Which nodes and texts were changed, from just before hydration on. */
  changes: string[];
  /** What the framework had to mend, where it tells. */
  mended: string[];
  /** Whether all that does not wait is hydrated. */
  isDone: boolean;
}

/** What a test has a page do. */
export interface Wishes {
  /** Writes in the store before the page is hydrated. */
  changesEarly?: boolean;
  /** Hydrates a part of the page when the gate is opened. */
  waits?: boolean;
  /** Hydrates when all has been streamed: what comes meanwhile changes the page, too. */
  isComplete?: boolean;
  /** Leaves out what late hydration needs, to see that it is needed. */
  withoutServerState?: boolean;
}

declare global {
  interface Window {
    hydration?: Hydration;
    wishes?: Wishes;
    openGate?: () => void;
  }
}

/** What is hydrated late waits for this, where a test wishes so. */
export const gate = globalThis.window?.wishes?.waits
  ? new Promise<void>((resolve) => {
      window.openGate = resolve;
    })
  : undefined;

/** Opens what the server rendered from. */
export async function bytesOfPage(): Promise<Uint8Array> {
  const element = document.getElementById('state');
  const { from } = element?.dataset ?? {};
  if (from === undefined) return fromBase64(element?.textContent ?? '');
  const response = await fetch(from);
  return new Uint8Array(await response.arrayBuffer());
}

/** Watches what happens to a part of the page while it is hydrated. */
export async function startHydration(root: Element): Promise<Hydration> {
  const store = openStore<Board>(await bytesOfPage());
  while (window.wishes?.isComplete && root.querySelector('main ul') === null) {
    await new Promise(requestAnimationFrame);
  }
  const before = nodesOf(root);
  const attributes = before.map(attributesOf);
  const others = () => {
    const now = nodesOf(root);
    const isOther = (node: Node, at: number) => node !== before[at] || attributesOf(node) !== attributes[at];
    return [...now.filter(isOther), ...before.slice(now.length)].map(
      (node) => `${node.nodeName} ${attributesOf(node)}`,
    );
  };
  const hydration: Hydration = { store, others, changes: [], mended: [], isDone: false };
  const watch = new MutationObserver((records) => hydration.changes.push(...records.map(describe)));
  watch.observe(root, { subtree: true, childList: true, characterData: true });
  window.hydration = hydration;
  if (window.wishes?.changesEarly) store.at('likes').set(8);
  return hydration;
}

/** All nodes below one, also comments and texts. */
function nodesOf(root: Node): Node[] {
  const walker = document.createTreeWalker(root);
  const nodes: Node[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/** What is seen of them: frameworks set some anew, or take those away that say what a field began with. */
function attributesOf(node: Node): string {
  if (!(node instanceof Element)) return '';
  const seen = new Map([...node.attributes].map(({ name, value }) => [name, value]));
  if (node instanceof HTMLInputElement) {
    seen.set('value', node.value);
    seen.set('checked', String(node.checked));
  }
  return [...seen].sort().join(' ');
}

/** The element that has changed, with its text; and which elements came and went. */
function describe({ target, addedNodes, removedNodes }: MutationRecord): string {
  const { nodeName, textContent } = target instanceof Element ? target : (target.parentNode ?? target);
  const names = (nodes: NodeList) => [...nodes].filter((node) => node instanceof Element).map(String);
  const came = names(addedNodes).map((name) => `+${name}`);
  const went = names(removedNodes).map((name) => `-${name}`);
  return [nodeName, textContent, ...came, ...went].join(' ');
}
