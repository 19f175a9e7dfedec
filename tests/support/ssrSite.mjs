import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './chromium.mjs';
import { frameworkApp } from './frameworkApp.mjs';

/** @import { PluginOption } from 'vite' */
/** @import { Mode } from './frameworkApp.mjs' */

const shared = fileURLToPath(new URL('../adapters/ssr/', import.meta.url));
const script = fileURLToPath(new URL('ssrServer.mjs', import.meta.url));

/**
 * An app that is rendered by a server and hydrated in a page.
 *
 * @typedef {object} SsrSite
 * @property {string} url of the server, without a slash at its end
 * @property {(path: string) => Promise<string>} text what the server answers
 * @property {() => Promise<Counts>} counts
 * @property {string[]} complaints what the server wrote to its standard error
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Counts
 * @property {number} requests that were answered from a store
 * @property {number} watchers that were left on their stores
 * @property {number} made engines, ever
 * @property {number} alive engines that could not be collected
 * @property {number} heapBytes
 *
 * @typedef {object} SiteOptions
 * @property {'react' | 'vue' | 'svelte'} framework
 * @property {18} [reactMajor]
 * @property {PluginOption[]} plugins
 * @property {Mode} [mode]
 * @property {Record<string, unknown>} [define] of the client's build
 */

/**
 * Builds an app for both sides and starts its server.
 *
 * @param {string} sources with `client` and `server` as entries; what they share with others is `@ssr/`
 * @param {{ client: string, server: string } & SiteOptions} options
 * @returns {Promise<SsrSite>}
 */
export async function ssrSite(sources, { client, server, plugins, mode = 'production', define, ...options }) {
  const app = await frameworkApp(sources, options);
  await cp(shared, join(app.folder, 'ssr'), { recursive: true });
  /** @type {PluginOption} */
  const entries = {
    name: 'ssr-entries',
    config: (_, { isSsrBuild }) => ({
      resolve: { alias: { '@ssr': join(app.folder, 'ssr') } },
      ...(isSsrBuild ? {} : { define, build: clientBuild(join(app.folder, client)) }),
    }),
  };
  const all = [...plugins, entries];
  const [clientFolder, serverFolder] = [
    await app.build({ plugins: all, mode, outDir: 'client' }),
    await app.build({ plugins: all, mode, outDir: 'server', ssr: server }),
  ];
  const files = await serve(clientFolder, { headers: { 'access-control-allow-origin': '*' } });
  const process = await start(join(serverFolder, `${server.replace(/\.\w+$/, '')}.js`), mode, files.url);
  const text = async (/** @type {string} */ path) => (await fetch(process.url + path)).text();
  return {
    ...process,
    text,
    counts: async () => JSON.parse(await text('/counts')),
    close: async () => {
      await process.end();
      await files.close();
      await app.remove();
    },
  };
}

/** @param {string} input */
function clientBuild(input) {
  return { rollupOptions: { input, output: { entryFileNames: 'client.js' } } };
}

/** @param {string} bundle @param {Mode} mode @param {string} clientUrl */
async function start(bundle, mode, clientUrl) {
  const env = { ...process.env, NODE_ENV: mode, CLIENT_URL: clientUrl };
  const child = spawn(process.execPath, [script, bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {string[]} */
  const complaints = [];
  child.stderr.on('data', (data) => complaints.push(String(data)));
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const port = Number(String(first[0]));
  if (child.exitCode !== null) throw new Error(`the server ended: ${complaints.join('')}`);
  return {
    url: `http://127.0.0.1:${port}`,
    complaints,
    end: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
