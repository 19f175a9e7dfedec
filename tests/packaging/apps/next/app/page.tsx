import { createStore } from 'gaesup-state';
import { Counter } from './counter';
import { Page } from './page-store';
import type { State } from './state';

/** A server component: its store is that of one request, and what it holds goes to the client as a snapshot. */
export default async function Home({ searchParams }: { searchParams: Promise<{ start?: string }> }) {
  const store = createStore<State>({ count: Number((await searchParams).start) });
  store.at('count').increment();
  return (
    <Page snapshot={store.snapshot()}>
      <p>The server counted to {store.get().count}.</p>
      <Counter />
    </Page>
  );
}
