import { createStore } from 'gaesup-state';

export const store = createStore({ count: 1 });

/** For the test to look at. */
Object.assign(window, { store });
