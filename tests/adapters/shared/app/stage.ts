import { Log, type Mounted, type Scene, type Subject } from './scene.ts';

/** One behaviour: what a subject has to do. Throws when it does otherwise. */
export type Behaviour = (stage: Stage) => Promise<void> | void;

/** Where one behaviour is tried, with everything that went wrong unseen. */
export class Stage {
  readonly subject: Subject;
  /** Errors that nobody caught. */
  readonly complaints: unknown[] = [];
  private readonly hosts: HTMLElement[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
    window.addEventListener('error', this);
  }

  handleEvent(event: ErrorEvent): void {
    event.preventDefault();
    this.complaints.push(event.error ?? event.message);
  }

  mount(scene: Scene): Show {
    const host = document.createElement('main');
    document.body.append(host);
    this.hosts.push(host);
    const log = new Log();
    return new Show(this.subject.mount(scene, host, log), host, log);
  }

  end(): void {
    window.removeEventListener('error', this);
    for (const host of this.hosts) host.remove();
  }
}

/** A scene that is shown. */
export class Show {
  private readonly mounted: Mounted;
  private readonly host: HTMLElement;
  readonly log: Log;

  constructor(mounted: Mounted, host: HTMLElement, log: Log) {
    this.mounted = mounted;
    this.host = host;
    this.log = log;
  }

  text(name: string): string | undefined {
    return this.host.querySelector(`[data-name="${name}"]`)?.textContent ?? undefined;
  }

  /** All texts, in their order. */
  get texts(): string[] {
    return [...this.host.querySelectorAll('[data-name]')].map((element) => element.textContent ?? '');
  }

  get input(): HTMLInputElement {
    const input = this.host.querySelector('input');
    if (input === null) throw new Error('there is no input');
    return input;
  }

  renders(name: string): number {
    return this.log.renders(name);
  }

  async setTurn(turn: number): Promise<void> {
    this.mounted.setTurn(turn);
    await settled();
  }

  async unmount(): Promise<void> {
    this.unmountNow();
    await settled();
  }

  unmountNow(): void {
    this.mounted.unmount();
  }
}

/** When whatever was put off until after this task is done. */
export async function settled(): Promise<void> {
  for (let task = 0; task < 2; task++) await new Promise((resolve) => setTimeout(resolve));
}

/** In the callback of a frame. */
export function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** When something has come to be, however long that takes. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Fails unless two values have the same JSON. */
export function same(actual: unknown, expected: unknown, what = 'value'): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}

/** Fails unless two values are the same one. */
export function identical(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what} is another object`);
}
