/** A step that cannot go on, with the one sentence that tells what to do. */
export class StepFailure extends Error {}
