import { createStore } from 'gaesup-state';

export const store = createStore({ count: 0, name: 'first' });
