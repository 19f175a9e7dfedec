export type { UseStoreOptions } from '../../core/src/follower.ts';
export { provideStore, useStoreContext } from './context.ts';
export { type Bindable, bindable, type Current, useStore } from './useStore.ts';
