/** The buttons that undo and redo, and the panel that shows what they can. */
import type { Store } from 'gaesup-state';
import { REDO_KEYS, startHistoryKeys, UNDO_KEYS } from '../../shared/src/history-keys.ts';
import { formatBytes, formatCount } from './format.ts';
import { HistoryActions, stepTitle } from './history-actions.ts';
import { element, write } from './page.ts';
import type { State } from './record.ts';
import { StepList } from './step-list.ts';

/** How soon the panel shows what has been added to a step, as typing does. */
const LATE_MS = 100;

class HistoryPanel {
  readonly #store: Store<State>;
  readonly #undo: HTMLButtonElement;
  readonly #redo: HTMLButtonElement;
  readonly #scrubber = element('history-scrubber', HTMLInputElement);
  readonly #list: StepList;
  #isLate = false;

  constructor(store: Store<State>, actions: HistoryActions) {
    this.#store = store;
    this.#undo = startButton('undo', UNDO_KEYS, () => actions.undo());
    this.#redo = startButton('redo', REDO_KEYS, () => actions.redo());
    this.#list = new StepList(element('history-steps', HTMLElement), (position) => actions.jumpTo(position));
    this.#scrubber.addEventListener('input', () => actions.jumpTo(this.#scrubber.valueAsNumber));
    this.refresh();
  }

  /** Shows where the history stands. O(steps). */
  refresh(): void {
    const { history } = this.#store;
    const { canUndo, canRedo, position, length } = history.get();
    const { steps } = history;
    this.#enable(canUndo, canRedo);
    this.#scrubber.max = String(length);
    this.#scrubber.value = String(position);
    this.#scrubber.disabled = length === 0;
    const place = `${formatCount(position)} of ${formatCount(length)} ${length === 1 ? 'step' : 'steps'} done`;
    const last = position === 0 ? '' : `, the last is ${stepTitle(steps[position - 1])}`;
    this.#scrubber.setAttribute('aria-valuetext', place + last);
    write(element('history-position', HTMLElement), place);
    write(element('history-bytes', HTMLElement), formatBytes(history.bytes));
    this.#list.show(steps, position);
  }

  #enable(canUndo: boolean, canRedo: boolean): void {
    const focused = document.activeElement;
    this.#undo.disabled = !canUndo;
    this.#redo.disabled = !canRedo;
    // A button that can do no more hands the focus to the other one, instead of losing it.
    if (focused === this.#undo && !canUndo) this.#redo.focus();
    if (focused === this.#redo && !canRedo) this.#undo.focus();
  }

  /** Shows soon what has changed, together with what else does until then. */
  refreshLate(): void {
    if (this.#isLate) return;
    this.#isLate = true;
    setTimeout(() => {
      this.#isLate = false;
      this.refresh();
    }, LATE_MS);
  }
}

/** Starts everything that undoes and redoes. */
export function startHistory(store: Store<State>): void {
  const actions = new HistoryActions(store);
  const panel = new HistoryPanel(store, actions);
  startHistoryKeys(actions);
  store.history.subscribe(() => panel.refresh());
  // A commit may belong to the step before; then the history is not told to be another.
  store.onCommit(() => panel.refreshLate());
}

function startButton(id: string, keys: string, action: () => void): HTMLButtonElement {
  const button = element(id, HTMLButtonElement);
  button.setAttribute('aria-keyshortcuts', keys);
  button.title = `${button.textContent?.trim()} (${keys.replace(/ .*/, '').replace('Control', 'Ctrl').replace('Meta', '⌘')})`;
  button.addEventListener('click', action);
  return button;
}
