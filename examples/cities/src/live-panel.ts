/** The panel that starts and stops the live updates and shows what they cost. */
import type { Store } from 'gaesup-state';
import { formatCount, formatDuration, formatShortCount } from './format.ts';
import { FrameHistory } from './frame-history.ts';
import { announce, element, write } from './page.ts';
import { Plot } from './plot.ts';
import type { State } from './record.ts';
import { type Frame, LiveUpdates } from './updates.ts';

/** Figures change at most this often, so that they can be read. */
const FIGURES_INTERVAL_MS = 250;

export function startLivePanel(store: Store<State>, rowCount: () => number): void {
  const toggle = element('updates-toggle', HTMLButtonElement);
  const rows = element('updates-rows', HTMLInputElement);
  const canvas = element('plot', HTMLCanvasElement);
  const plot = new Plot(canvas);
  const history = new FrameHistory();
  let figuresAt = 0;

  const updates = new LiveUpdates(store, rowCount, (frame: Frame) => {
    history.add(frame);
    plot.draw(history.frames);
    const now = performance.now();
    if (now - figuresAt < FIGURES_INTERVAL_MS) return;
    figuresAt = now;
    showFigures(history, canvas, updates.rowsPerFrame);
  });

  toggle.addEventListener('click', () => {
    if (updates.running) updates.stop();
    else {
      history.clear();
      figuresAt = performance.now();
      updates.start();
    }
    toggle.setAttribute('aria-pressed', String(updates.running));
    if (!updates.running) {
      write(element('update-rate', HTMLElement), '0');
      announce(`Updates stopped. ${canvas.getAttribute('aria-label')}`);
    }
  });

  rows.addEventListener('input', () => {
    const valid = rows.validity.valid && rows.value !== '';
    write(element('updates-error', HTMLElement), valid ? '' : 'A whole number from 1 to 10,000.');
    rows.setAttribute('aria-invalid', String(!valid));
    if (!valid) return;
    updates.rowsPerFrame = rows.valueAsNumber;
    write(element('updates-label', HTMLElement), formatCount(rows.valueAsNumber));
    history.clear();
  });
}

function showFigures(history: FrameHistory, canvas: HTMLCanvasElement, rowsPerFrame: number): void {
  const rate = history.updatesPerSecond;
  const storeMs = history.quantile(0.5, (frame) => frame.storeMs);
  const frameMs = history.quantile(0.5, (frame) => frame.frameMs);
  const slowMs = history.quantile(0.95, (frame) => frame.frameMs);
  write(element('update-rate', HTMLElement), formatCount(Math.round(rate)));
  write(element('figure-store', HTMLElement), formatDuration(storeMs));
  write(element('figure-frame', HTMLElement), formatDuration(frameMs));
  write(element('figure-slow', HTMLElement), formatDuration(slowMs));
  write(element('figure-each', HTMLElement), formatDuration(storeMs / rowsPerFrame));
  canvas.setAttribute(
    'aria-label',
    `Frame times: median ${formatDuration(frameMs)}, 95th percentile ${formatDuration(slowMs)}; ` +
      `${formatDuration(storeMs)} of it in the store; ${formatShortCount(rate)} updates per second.`,
  );
}
