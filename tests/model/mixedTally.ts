/** What a run of mixed programs tried. */
export interface MixedTally {
  programs: number;
  steps: number;
  commits: number;
  calls: number;
  optimistic: number;
  foreign: number;
  undone: number;
  taken: number;
  thrown: number;
  refused: number;
}
