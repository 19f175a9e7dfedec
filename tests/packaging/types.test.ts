import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../../scripts/steps/command.mjs';
import { bareApp, link } from '../support/packed.mjs';

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

// @ts-expect-error a title is no number
store.at((state) => state.todos[0]!.title).set(1)
// @ts-expect-error there is no such place
store.at((state) => state.missing)
// @ts-expect-error what is read is not for writing
store.get().todos.push({ title: '', done: true })

const open: number = useInReact(store, (state) => state.todos.length)
const inVue: Readonly<ShallowRef<number>> = useInVue(store, (state) => state.todos.length)
const inSvelte: Current<number> = useInSvelte(store, (state) => state.todos.length)
// @ts-expect-error what a selector gives is of its type
const wrong: string = useInReact(store, (state) => state.todos.length)
export const shown = [open, inVue.value, inSvelte.current, wrong]

export const later: Promise<void> = ready()
export const other: Store<{ count: number }> = createFromUrl({ count: 0 })
`;

/** Type-checks a reader's file the strict way, the package's declarations included. */
async function check(resolution: 'bundler' | 'nodenext') {
  const compilerOptions = {
    target: 'ES2022',
    module: resolution === 'bundler' ? 'ESNext' : 'NodeNext',
    moduleResolution: resolution,
    lib: ['ES2023', 'DOM', 'ESNext.Disposable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const config = JSON.stringify({ compilerOptions, include: ['reader.ts'] });
  const { folder, remove } = await bareApp({ 'reader.ts': reader, 'tsconfig.json': config });
  await link(folder, ['@types/react', 'csstype', 'svelte', 'vue']);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const complaints = await runFile(process.execPath, [tsc, '--project', folder]).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  await remove();
  expect(complaints).toBe('');
}

test('types resolve for a bundler', () => check('bundler'));
test('types resolve for Node', () => check('nodenext'));
