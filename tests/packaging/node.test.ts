import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packedApp } from '../support/packed.mjs';

const runFile = promisify(execFile);

/** Runs a script in a folder where only the package is installed. */
async function check(kind: 'module' | 'commonjs', script: string, expected: string) {
  const { folder } = await packedApp();
  const words = [`--input-type=${kind}`, '--no-warnings', '--eval', script];
  const { stdout, stderr } = await runFile(process.execPath, words, { cwd: folder });
  expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: expected, stderr: '' });
}

test('an ES module imports the package and has a store at once', () =>
  check(
    'module',
    `import { createStore } from 'gaesup-state'
     const store = createStore({ count: 1 })
     store.at(s => s.count).set(42)
     console.log(JSON.stringify(store.get()))`,
    '{"count":42}',
  ));

test('CommonJS requires the package and has a store at once', () =>
  check(
    'commonjs',
    `const { createStore } = require('gaesup-state')
     console.log(JSON.stringify(createStore({ list: [1, 'two', null] }).get()))`,
    '{"list":[1,"two",null]}',
  ));

test('the entry with a separate wasm file finds it beside itself', () =>
  check(
    'module',
    `import { createStore, ready } from 'gaesup-state/url'
     await ready()
     console.log(JSON.stringify(createStore({ name: 'Seoul' }).get()))`,
    '{"name":"Seoul"}',
  ));

test('the entry with a separate wasm file takes its bytes from the caller', () =>
  check(
    'module',
    `import { readFileSync } from 'node:fs'
     import { createStore, ready } from 'gaesup-state/url'
     await ready(readFileSync(new URL(import.meta.resolve('gaesup-state/gaesup.wasm'))))
     console.log(JSON.stringify(createStore([true]).get()))`,
    '[true]',
  ));

test('both entries of a page share their classes', () =>
  check(
    'module',
    `import { GaesupError as inlined } from 'gaesup-state'
     import { GaesupError as separate } from 'gaesup-state/url'
     console.log(inlined === separate)`,
    'true',
  ));

test('importing either entry compiles nothing and leaves no global behind', () =>
  check(
    'module',
    `const globals = new Set(Reflect.ownKeys(globalThis))
     const calls = []
     for (const name of ['Module', 'Instance', 'Memory']) {
       WebAssembly[name] = class { constructor() { calls.push(name) } }
     }
     for (const name of ['compile', 'instantiate']) WebAssembly[name] = () => calls.push(name)
     await import('gaesup-state')
     await import('gaesup-state/url')
     const added = Reflect.ownKeys(globalThis).filter(key => !globals.has(key))
     console.log(JSON.stringify({ calls, added }))`,
    '{"calls":[],"added":[]}',
  ));

test('both entries open snapshots, ingest and compare', async () => {
  for (const entry of ['gaesup-state', 'gaesup-state/url']) {
    await check(
      'module',
      `import * as gaesup from '${entry}'
       await gaesup.ready()
       const { createStore, openStore, inspect, diff, equals, toJSONPatch } = gaesup
       const store = createStore({ rows: [{ id: 1 }] }, { schema: { version: 2 } })
       const bytes = await store.snapshotAsync({ compression: 'lz4' })
       const opened = openStore(bytes, { schema: { version: 2 } })
       await opened.at('rows').ingest(new Response('[{"id":2},{"id":1}]'), { key: 'id' })
       const told = [inspect(bytes).version, equals(store, opened), toJSONPatch(diff(store, opened, { key: 'id' }))]
       console.log(JSON.stringify([...told, store.restore(opened.snapshot()), equals(store, opened)]))`,
      '[2,false,[{"op":"add","path":"/rows/0","value":{"id":2}}],{"added":1,"removed":0,"updated":0,"moved":0},true]',
    );
  }
});
