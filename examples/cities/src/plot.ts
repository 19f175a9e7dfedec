/**
 * Draws the last frames on a canvas: a bar per frame, the time in the store as
 * its filled foot, and a line at the 16.7 ms that 60 frames per second allow.
 */
import { FRAMES_KEPT } from './frame-history.ts';
import type { Frame } from './updates.ts';

const BUDGET_MS = 1000 / 60;
/** The scale ends at the first of these that holds nearly all frames; the bars of the others are cut off. */
const SCALE_ENDS_MS = [25, 50, 100, 250, 1000];
/** A single slow frame must not flatten all others. */
const SCALE_SHARE = 0.97;
const AXIS_WIDTH_PX = 46;
const PADDING_PX = 8;

interface Colors {
  readonly frame: string;
  readonly store: string;
  readonly budget: string;
  readonly grid: string;
  readonly text: string;
}

export class Plot {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #colors: Colors;
  #frames: readonly Frame[] = [];

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser does not draw on canvas elements.');
    this.#canvas = canvas;
    this.#context = context;
    this.#colors = readColors(canvas);
    new ResizeObserver(() => this.#resize()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colors = readColors(canvas);
      this.draw(this.#frames);
    });
  }

  draw(frames: readonly Frame[]): void {
    this.#frames = frames;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const end = scaleEnd(frames);
    const floor = height - PADDING_PX;
    const y = (ms: number): number => floor - (Math.min(ms, end) / end) * (floor - PADDING_PX);
    this.#context.clearRect(0, 0, width, height);
    this.#bars(width, floor, end, y);
    this.#axis(width, y, end);
    if (frames.length === 0) this.#emptyText(width, height);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const density = devicePixelRatio;
    this.#canvas.width = Math.round(clientWidth * density);
    this.#canvas.height = Math.round(clientHeight * density);
    this.#context.setTransform(density, 0, 0, density, 0, 0);
    this.draw(this.#frames);
  }

  /** The newest frame stands at the right edge. A frame beyond the scale has the colour of the missed budget. */
  #bars(width: number, floor: number, end: number, y: (ms: number) => number): void {
    const context = this.#context;
    const step = (width - AXIS_WIDTH_PX) / FRAMES_KEPT;
    const barWidth = Math.max(step - 0.35, 0.6);
    const start = width - this.#frames.length * step;
    for (const [at, frame] of this.#frames.entries()) {
      const x = start + at * step;
      const [frameTop, storeTop] = [y(frame.frameMs), y(frame.storeMs)];
      context.fillStyle = frame.frameMs > end ? this.#colors.budget : this.#colors.frame;
      context.fillRect(x, frameTop, barWidth, storeTop - frameTop);
      context.fillStyle = this.#colors.store;
      context.fillRect(x, storeTop, barWidth, Math.max(floor - storeTop, 1));
    }
  }

  #axis(width: number, y: (ms: number) => number, end: number): void {
    const context = this.#context;
    context.font = '11px ui-monospace, "SF Mono", Menlo, Consolas, monospace';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    const line = (ms: number, label: string, color: string, dash: number[]): void => {
      const at = Math.round(y(ms)) + 0.5;
      context.strokeStyle = color;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(AXIS_WIDTH_PX, at);
      context.lineTo(width, at);
      context.stroke();
      context.fillStyle = this.#colors.text;
      context.fillText(label, AXIS_WIDTH_PX - 8, at);
    };
    line(0, '0 ms', this.#colors.grid, []);
    line(end, `${Math.round(end)}`, this.#colors.grid, []);
    // On a long scale the labels would overlap; the line alone still tells.
    line(BUDGET_MS, end > 100 ? '' : '16.7', this.#colors.budget, [4, 3]);
    context.setLineDash([]);
  }

  #emptyText(width: number, height: number): void {
    this.#context.textAlign = 'center';
    this.#context.fillStyle = this.#colors.text;
    this.#context.fillText(
      'Start the updates to see frame times',
      AXIS_WIDTH_PX + (width - AXIS_WIDTH_PX) / 2,
      height * 0.66,
    );
  }
}

function scaleEnd(frames: readonly Frame[]): number {
  const sorted = frames.map(({ frameMs }) => frameMs).sort((a, b) => a - b);
  const most = sorted[Math.floor(sorted.length * SCALE_SHARE)] ?? 0;
  return SCALE_ENDS_MS.find((end) => most <= end) ?? most;
}

function readColors(canvas: HTMLElement): Colors {
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    frame: color('--plot-frame'),
    store: color('--plot-store'),
    budget: color('--plot-budget'),
    grid: color('--line'),
    text: color('--ink-muted'),
  };
}
