/** What the examples' builds have in common. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Alias, BuildEnvironmentOptions, Plugin, UserConfig } from 'vite';
import { boardData } from './board-data.ts';

const EXAMPLES = fileURLToPath(new URL('../..', import.meta.url));

/** Where the store comes from: the build of this project, unless told otherwise. */
export const STORE_ENTRY = process.env['GAESUP_STATE_ENTRY'] ?? join(EXAMPLES, '../dist/index.js');

/** What may be served while developing. */
export const SERVED = [join(EXAMPLES, '..'), dirname(STORE_ENTRY)];

/** The package and its adapters, by their names. */
export const STORE_ALIASES: Alias[] = [
  { find: /^gaesup-state$/, replacement: STORE_ENTRY },
  { find: /^gaesup-state\/(react|vue|svelte)$/, replacement: join(dirname(STORE_ENTRY), '$1.js') },
];

/**
 * These two make the page cross-origin isolated. The store needs neither; pages use them for clocks that
 * resolve microseconds, and the cities for `performance.measureUserAgentSpecificMemory()`.
 */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** All that the pages need. Compiling WebAssembly is the one permission beyond `'self'`. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Puts the policy into the built page; the development server needs inline styles and a socket. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** What the heads of pages have in common: how they fit a window, their colours and their icon. */
export function pageHead(description: string): Plugin {
  const meta = (name: string, content: string, more = {}) => ({
    tag: 'meta',
    attrs: { name, content, ...more },
    injectTo: 'head' as const,
  });
  return {
    name: 'page-head',
    transformIndexHtml: () => [
      meta('viewport', 'width=device-width, initial-scale=1'),
      meta('color-scheme', 'light dark'),
      meta('theme-color', '#f4f6f4', { media: '(prefers-color-scheme: light)' }),
      meta('theme-color', '#0e1412', { media: '(prefers-color-scheme: dark)' }),
      meta('description', description),
      { tag: 'link', attrs: { rel: 'icon', href: './favicon.svg', type: 'image/svg+xml' }, injectTo: 'head' },
    ],
  };
}

/** How an example is built, and where `npm start` finds it: below `examples/dist`. */
export function buildOf(name: string): BuildEnvironmentOptions {
  return {
    target: 'es2022',
    outDir: join(EXAMPLES, 'dist', name),
    // The index is around the others.
    emptyOutDir: name !== '.',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1024,
    rolldownOptions: { checks: { pluginTimings: false } },
  };
}

/** A board, built with the plugins of its framework. */
export function boardConfig(
  name: 'react' | 'vue' | 'svelte',
  plugins: UserConfig['plugins'] & object,
): UserConfig {
  return {
    root: join(EXAMPLES, name),
    base: './',
    publicDir: join(EXAMPLES, 'shared/public'),
    plugins: [
      ...plugins,
      boardData(STORE_ENTRY),
      pageHead("A board of the web platform's features in a gaesup-state store."),
      contentSecurityPolicy(),
    ],
    // The store may lie outside the project, and there is one framework for both.
    resolve: { alias: STORE_ALIASES, dedupe: ['react', 'react-dom', 'vue', 'svelte'] },
    server: { headers: ISOLATION_HEADERS, fs: { allow: SERVED } },
    preview: { headers: ISOLATION_HEADERS },
    build: buildOf(name),
  };
}
