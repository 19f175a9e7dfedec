/**
 * The examples that there are, in the order of their index. Each is a folder beside this one.
 *
 * @type {readonly { readonly name: string, readonly title: string, readonly text: string }[]}
 */
export const examples = [
  {
    name: 'react',
    title: 'Feature board with React',
    text: '18,865 features of the web platform as cards: filters, editing in place, batch edits, undo. Every card watches its own record.',
  },
  {
    name: 'vue',
    title: 'Feature board with Vue',
    text: 'The same board on the same store, in single-file components with script setup. v-model writes through cursors.',
  },
  {
    name: 'svelte',
    title: 'Feature board with Svelte',
    text: 'The same board on the same store, with runes. bind:value writes through cursors.',
  },
  {
    name: 'cities',
    title: 'Cities without a framework',
    text: '171,075 places in a table: live updates, refetching, snapshots, and what all of it costs in time and memory.',
  },
];
