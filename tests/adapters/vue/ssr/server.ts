import { boardOf } from '@ssr/board.ts';
import { gap, sendPage, sendSnapshot, type Visit } from '@ssr/server.ts';
import { storePlugin } from 'gaesup-state/vue';
import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import BoardPage from './BoardPage.vue';
import { LOADING } from './loading.ts';

export { left } from '@ssr/server.ts';

export async function answer(visit: Visit): Promise<void> {
  const { path, user } = visit;
  if (path === '/snapshot') return sendSnapshot(visit);
  await sendPage(visit, async (store) => {
    // One page finds its items missing when it is rendered.
    if (path === '/loading') store.at('items').set([]);
    const app = createSSRApp(BoardPage).use(storePlugin(store));
    app.provide(LOADING, async (_, isThere) => {
      await gap();
      if (path === '/broken') throw new Error('broken');
      if (!isThere) store.reconcile(boardOf(user));
      await gap();
    });
    // Vue leaves out a component whose setup fails, and tells only this.
    const failures: unknown[] = [];
    app.config.errorHandler = (error) => failures.push(error);
    const html = await renderToString(app);
    if (failures.length > 0) throw failures[0];
    return html;
  });
}
