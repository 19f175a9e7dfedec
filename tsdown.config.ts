import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'bindings/core/src/index.ts',
    url: 'bindings/core/src/url.ts',
    react: 'bindings/react/src/index.ts',
    vue: 'bindings/vue/src/index.ts',
    svelte: 'bindings/svelte/src/index.ts',
  },
  outDir: 'dist',
  format: 'esm',
  // Neither Node's modules nor a browser's; and the reader's bundler, not this
  // one, decides what `process.env.NODE_ENV` is.
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  plugins: [
    {
      // Who has no such library yet would have to skip the check of declarations: a store is `Disposable`.
      // A banner would begin scripts, too, with an empty line, and "use client" has to come first.
      name: 'disposable-library',
      generateBundle(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && file.fileName.endsWith('.d.ts'))
            file.code = `/// <reference lib="esnext.disposable" />\n${file.code}`;
      },
    },
  ],
  sourcemap: true,
  minify: true,
  hash: false,
  copy: ['bindings/core/src/generated/gaesup.wasm'],
  inputOptions: { checks: { pluginTimings: false } },
  failOnWarn: true,
  logLevel: 'warn',
});
