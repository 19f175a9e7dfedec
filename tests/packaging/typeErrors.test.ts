/** What the compiler says of a call that cannot be meant: a reader has nothing else to go by. */
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { bareApp } from '../support/packed.mjs';

const before = `
import { createStore, type Store } from 'gaesup-state'
interface Todo { title: string; done: boolean }
declare const store: Store<{ readonly id: string; count: number | null; todos: Todo[]; byName: Map<string, Todo> }>
`;

/** Each with what has to be in the message. */
const cases: readonly (readonly [call: string, says: readonly string[]])[] = [
  ["store.at('todo')", ['"todo"', '"id" | "count" | "todos" | "byName"']],
  ["store.at('todos', 0, 'titel')", ['"titel"', 'keyof Todo']],
  ["store.at('todos', 'first')", ['"first"', "parameter of type 'number'"]],
  ["store.at('todos', 0, 'title', 'length')", ['"length"', 'there is nothing inside this value']],
  ["store.at('byName', 3)", ['3', "parameter of type 'string'"]],
  ['store.at((state) => state.todo)', ["'todo' does not exist"]],
  ["store.at('todos').delete()", ['Cursor<Todo[], "required">', 'Deletable']],
  ["store.at('id').set('x')", ['Cursor<string, "readonly">', 'Settable']],
  ['createStore({ tags: new Set<string>() })', ['a Set cannot be stored']],
  ['createStore({ names: new Map<number, string>() })', ['a Map needs string keys to be stored']],
  ['createStore({ run() {} })', ['a function cannot be stored']],
];

test('a type error names what is wrong', async () => {
  const source = before + cases.map(([call]) => call).join('\n');
  const { folder, remove } = await bareApp({ 'reader.ts': source });
  const program = ts.createProgram([join(folder, 'reader.ts')], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    strict: true,
    noEmit: true,
  });
  const found = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
    line: file?.getLineAndCharacterOfPosition(start).line ?? -1,
    text: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }));
  await remove();
  const firstLine = before.split('\n').length - 1;
  for (const [index, [call, says]] of cases.entries()) {
    const text = found
      .filter(({ line }) => line === firstLine + index)
      .map(({ text }) => text)
      .join('\n');
    for (const part of says) expect(text, call).toContain(part);
    expect(text, call).not.toContain("to parameter of type 'never'");
  }
  expect(found).toHaveLength(cases.length);
});
