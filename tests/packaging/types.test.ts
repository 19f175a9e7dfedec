import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../../scripts/steps/command.mjs';
import { bareApp, link, packedApp } from '../support/packed.mjs';

const runFile = promisify(execFile);

const reader = `
import { createStore, type Store } from 'gaesup-state'
import { useStore as useInReact } from 'gaesup-state/react'
import { type Current, useStore as useInSvelte } from 'gaesup-state/svelte'
import { createStore as createFromUrl, ready } from 'gaesup-state/url'
import { useStore as useInVue } from 'gaesup-state/vue'
import type { ShallowRef } from 'vue'

interface State { todos: { title: string; done: boolean }[]; user: { name: string } | null }

const initial: State = { todos: [{ title: 'write', done: false }], user: null }
const store: Store<State> = createStore(initial)
const title: string = store.at((state) => state.todos[0]!.title).get()
const done: boolean = store.at('todos').get()[0]!.done
store.at((state) => state.todos[0]!.title).set(title + done)
const first: boolean = store.at((state) => state.todos[0].done).get()

// @ts-expect-error a title is no number
store.at((state) => state.todos[0]!.title).set(1)
// @ts-expect-error there is no such place
store.at((state) => state.missing)
// @ts-expect-error what is read is not for writing
store.get().todos.push({ title: '', done: true })

const open: number = useInReact(store, (state) => state.todos.length)
const inVue: Readonly<ShallowRef<number>> = useInVue(store, (state) => state.todos.length)
const inSvelte: Current<number> = useInSvelte(store, (state) => state.todos.length)
const ofAll: number[] = [
  useInReact(store).todos.length,
  useInVue(store).value.todos.length,
  useInSvelte(store).current.todos.length,
]
// @ts-expect-error what a selector gives is of its type
const wrong: string = useInReact(store, (state) => state.todos.length)
export const shown = [first, open, inVue.value, inSvelte.current, ofAll, wrong]

export const later: Promise<void> = ready()
export const other: Store<{ count: number }> = createFromUrl({ count: 0 })
`;

/** What a reader without a framework, an `exports` field and new libraries writes. */
const oldReader = `
import { createStore, GaesupError, type Store } from 'gaesup-state'
import { createStore as createFromUrl, ready } from 'gaesup-state/url'

const store: Store<{ count: number }> = createStore({ count: 0 })
store.at('count').increment()
export const count: number = store.get().count
export const other: Store<{ count: number }> = createFromUrl({ count: 0 })
export const later: Promise<void> = ready()
export const isOurs = (error: unknown): boolean => error instanceof GaesupError
`;

const CURRENT = { target: 'ES2022', lib: ['ES2023', 'DOM', 'ESNext.Disposable'] };

/** Type-checks a reader's file the strict way, the package's declarations included. */
async function check(source: string, options: object, packages: string[] = []) {
  const compilerOptions = {
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  };
  const config = JSON.stringify({ compilerOptions, include: ['reader.ts'] });
  const { folder, remove } = await bareApp({ 'reader.ts': source, 'tsconfig.json': config });
  await link(folder, packages);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const complaints = await runFile(process.execPath, [tsc, '--project', folder]).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  await remove();
  expect(complaints).toBe('');
}

const FRAMEWORKS = ['@types/react', 'csstype', 'svelte', 'vue'];

test('types resolve for a bundler', () =>
  check(reader, { ...CURRENT, module: 'ESNext', moduleResolution: 'bundler' }, FRAMEWORKS));
test('types resolve for Node', () =>
  check(reader, { ...CURRENT, module: 'NodeNext', moduleResolution: 'nodenext' }, FRAMEWORKS));

// TypeScript calls it old, and leaves it out one day.
const NODE10 = { module: 'ESNext', moduleResolution: 'node10', ignoreDeprecations: '6.0' };

test('types resolve where `exports` is not read', () => check(reader, { ...CURRENT, ...NODE10 }, FRAMEWORKS));
test('declarations are complete with an old library', () =>
  check(oldReader, { ...NODE10, target: 'ES2020', lib: ['ES2020', 'DOM'] }));

test('every entry has a folder for tools that do not read `exports`', async () => {
  const { packageFolder } = await packedApp();
  const read = async (name: string) => JSON.parse(await readFile(join(packageFolder, name), 'utf8'));
  const { main, types, exports } = await read('package.json');
  expect({ types, default: main }).toEqual(exports['.']);
  const entries = Object.keys(exports).filter((name) => name !== '.' && !name.slice(2).includes('.'));
  expect(entries).toEqual(['./url', './react', './vue', './svelte']);
  for (const name of entries) {
    const stub = await read(`${name}/package.json`);
    expect({ types: stub.types, default: stub.main }).toEqual({
      types: `.${exports[name].types}`,
      default: `.${exports[name].default}`,
    });
  }
});
