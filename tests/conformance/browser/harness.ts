/** A test runner small enough to be in a page: collects checks, runs them in order, reports as JSON. */
import type { Harness } from '../subject.ts';

/** What a run of all checks found. */
export interface Report {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly reason: string }[];
}

interface Check {
  readonly title: string;
  readonly body: () => void | Promise<void>;
}

/** A harness, and the function that runs what was registered with it. */
export function createHarness(): Harness & { run(): Promise<Report> } {
  const titles: string[] = [];
  const checks: Check[] = [];
  return {
    describe(title, body) {
      titles.push(title);
      body();
      titles.pop();
    },
    it(title, body) {
      checks.push({ title: [...titles, title].join(' > '), body });
    },
    async run() {
      const failures: { title: string; reason: string }[] = [];
      for (const { title, body } of checks) {
        try {
          await body();
        } catch (error) {
          failures.push({
            title,
            reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
        }
        // The page stays alive and earlier stores can be collected.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return { passed: checks.length - failures.length, failures };
    },
  };
}
