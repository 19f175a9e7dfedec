export type { UseStoreOptions } from '../../core/src/follower.ts';
export type { InputOptions } from '../../core/src/input.ts';
export { provideStore, type StorePluginOptions, storePlugin, useStoreContext } from './context.ts';
export { useCursor, useStore } from './useStore.ts';
