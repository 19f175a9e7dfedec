/** The next frame, before its style, layout and paint. */
const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Calls back when the frame that is being made has been painted. */
function afterPaint(then: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => {
    port1.close();
    then();
  };
  port1.postMessage(undefined);
}

/** Milliseconds from the start of something. */
export interface Taken {
  /** Until all scripts have ended that it led to. */
  readonly script: number;
  /** Until the page has been painted. */
  readonly painted: number;
  /** The same in processor time of the page's thread, which nobody else on the machine can lengthen. */
  readonly processor: number;
}

/** What whoever opened the page offers to it. */
const host = globalThis as unknown as { threadTime(): Promise<number> };

/** Milliseconds of processor time that the page's thread has had. */
export const threadTime = (): Promise<number> => host.threadTime();

/** Does something at the start of a frame, so that no waiting for one is in what it takes. */
export async function framed(work: () => void): Promise<Taken> {
  const before = await threadTime();
  const taken = await frameOf(work);
  return { ...taken, processor: (await threadTime()) - before };
}

function frameOf(work: () => void): Promise<Omit<Taken, 'processor'>> {
  return new Promise((resolve) => {
    let start = 0;
    requestAnimationFrame(() => {
      start = performance.now();
      work();
    });
    // Microtasks of the first are done when the second is called, and React has rendered in one.
    requestAnimationFrame(() => {
      const script = performance.now() - start;
      afterPaint(() => resolve({ script, painted: performance.now() - start }));
    });
  });
}

/** Waits until nothing is left of what was done before. */
export async function settled(): Promise<void> {
  await nextFrame();
  await nextFrame();
}
