/** The panel that saves the state to a file and opens one. */
import { inspect, type SnapshotInfo, type Store } from 'gaesup-state';
import { startDropTarget } from './drop-target.ts';
import { openSnapshot } from './file-open.ts';
import { chooseDestination, FILE_EXTENSION } from './file-save.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { announce, element, painted, write } from './page.ts';
import type { PlaceList } from './place-list.ts';
import { ProgressBar } from './progress.ts';
import type { State } from './record.ts';

const OPEN_FIGURES = ['added', 'removed', 'updated', 'moved', 'time'] as const;

/** Makes the buttons of the panel work, and the whole page a place to drop a file. */
export function startFilesPanel(store: Store<State>, list: PlaceList): void {
  const save = element('save', HTMLButtonElement);
  const saving = new ProgressBar('save-progress');
  save.addEventListener('click', () => void whileBusy(save, () => saveFile(store, saving)));
  const compare = element('save-compare', HTMLButtonElement);
  compare.addEventListener('click', () => void whileBusy(compare, () => compareWithJson(store)));

  const open = element('open', HTMLButtonElement);
  const input = element('open-file', HTMLInputElement);
  open.addEventListener('click', () => input.click());
  const take = (file: File): void => void whileBusy(open, () => openFile(store, list, file));
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) take(file);
    // The same file can be opened again.
    input.value = '';
  });
  startDropTarget(element('drop-target', HTMLElement), take);
}

/** One thing at a time; a button that is only marked as disabled keeps the focus. */
async function whileBusy(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

async function saveFile(store: Store<State>, progress: ProgressBar): Promise<void> {
  const status = element('save-status', HTMLElement);
  const name = `cities-${new Date().toISOString().slice(0, 10)}${FILE_EXTENSION}`;
  try {
    const send = await chooseDestination(name);
    if (send === null) return write(status, 'Not saved.');
    progress.show(0, 1, 'nothing yet');
    progress.isShown = true;
    const begin = performance.now();
    const bytes = await store.snapshotAsync({
      onProgress: (done) => progress.show(done, 1, `${Math.round(done * 100)} %`),
    });
    const elapsedMs = performance.now() - begin;
    await send(bytes);
    const { plainBytes } = inspect(bytes);
    result('snapshot', 'bytes', formatBytes(bytes.length));
    result('snapshot', 'plain', formatBytes(plainBytes));
    result('snapshot', 'time', formatDuration(elapsedMs));
    write(status, `${name}: ${formatBytes(bytes.length)}, made in ${formatDuration(elapsedMs)}.`);
  } catch (error) {
    write(status, `Not saved. ${error instanceof Error ? error.message : error}`);
  } finally {
    progress.isShown = false;
  }
}

/** Writes the same state as JSON. Its objects are built before the clock starts. */
async function compareWithJson(store: Store<State>): Promise<void> {
  await painted();
  const state = store.get();
  const begin = performance.now();
  const text = JSON.stringify(state);
  const elapsedMs = performance.now() - begin;
  const bytes = new Blob([text]).size;
  result('json', 'bytes', formatBytes(bytes));
  result('json', 'plain', formatBytes(bytes));
  result('json', 'time', formatDuration(elapsedMs));
  announce(`JSON.stringify takes ${formatDuration(elapsedMs)} and makes ${formatBytes(bytes)}.`);
}

async function openFile(store: Store<State>, list: PlaceList, file: File): Promise<void> {
  const problem = element('open-error', HTMLElement);
  const status = element('open-status', HTMLElement);
  write(problem, '');
  write(status, '');
  element('open-info', HTMLElement).hidden = true;
  for (const id of OPEN_FIGURES) figure(id, '–');
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    showInfo(file.name, inspect(bytes));
    await painted();
    const { changes, storeMs } = openSnapshot(store, list, bytes, file.name);
    const { added, removed, updated, moved } = changes;
    for (const [id, count] of Object.entries({ added, removed, updated, moved }))
      figure(id, formatCount(count));
    figure('time', formatDuration(storeMs));
    const count = added + removed + updated + moved;
    const what = count === 0 ? 'nothing was different' : `${formatCount(count)} changes`;
    write(status, `Opened in ${formatDuration(storeMs)}: ${what}.`);
  } catch (error) {
    write(problem, `${file.name}: ${error instanceof Error ? error.message : error} Nothing has changed.`);
  }
}

function showInfo(name: string, info: SnapshotInfo): void {
  element('open-info', HTMLElement).hidden = false;
  figure('name', name);
  figure('containers', formatCount(info.containers));
  figure('strings', formatCount(info.strings));
  figure('bytes', formatBytes(info.bytes));
  figure('plain', formatBytes(info.plainBytes));
  figure('compression', info.isCompressed ? 'LZ4' : 'none');
}

function figure(id: string, text: string): void {
  write(element(`open-${id}`, HTMLElement), text);
}

function result(way: 'snapshot' | 'json', measure: 'bytes' | 'plain' | 'time', text: string): void {
  write(element(`result-${way}-${measure}`, HTMLElement), text);
}
