export type { UseStoreOptions } from '../../core/src/follower.ts';
export type { InputOptions } from '../../core/src/input.ts';
export { provideStore, useStoreContext } from './context.ts';
export { type Bindable, bindable, type Current, useStore } from './useStore.ts';
