/** What a worker of the measurement keeps. */
export type Holding = 'objects' | 'store' | 'nothing';

/** The parameter of the worker's address that says what it keeps, and by which it is told apart. */
export const HOLDING_PARAMETER = 'holding';
