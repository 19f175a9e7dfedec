/** The keys that undo and redo. */

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** As the attribute `aria-keyshortcuts` has them. */
export const UNDO_KEYS = IS_MAC ? 'Meta+Z' : 'Control+Z';
export const REDO_KEYS = IS_MAC ? 'Meta+Shift+Z' : 'Control+Shift+Z Control+Y';

/** What the keys do. */
export interface HistoryKeyActions {
  undo(): void;
  redo(): void;
}

/** Makes the keys work wherever the focus is, except in a text field: that has an undo of its own. */
export function startHistoryKeys(actions: HistoryKeyActions): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || takesText(event.target)) return;
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    actions[action]();
  });
}

function actionOf(event: KeyboardEvent): 'undo' | 'redo' | null {
  const isCommand = IS_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!isCommand || event.altKey) return null;
  const letter = letterOf(event);
  if (letter === 'z') return event.shiftKey ? 'redo' : 'undo';
  return letter === 'y' && !event.shiftKey && !IS_MAC ? 'redo' : null;
}

/** Keyboards of other scripts have no Latin letters, but keys where those would be. */
function letterOf({ key, code }: KeyboardEvent): string {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, '').toLowerCase();
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('textarea, select, input:not([type="range"], [type="checkbox"])')
  );
}
