'use client';

export { StoreProvider, type StoreProviderProps, useStoreContext } from './provider.ts';
export { type Next, type UseStoreOptions, useCursor, useStore } from './useStore.ts';
