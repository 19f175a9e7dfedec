import { createStore } from 'gaesup-state';
import { field } from '../scene.ts';
import { type Behaviour, same, settled } from '../stage.ts';

/** Inputs that show and set a value. */
export const inputs: Record<string, Behaviour> = {
  'what is typed into a text is set, and the caret stays where it is': async (stage) => {
    const store = createStore({ title: 'hello', n: 0 });
    const show = stage.mount({ field: field('text', store.at('title')) });
    await settled();
    const { input } = show;
    same(input.value, 'hello');
    input.focus();
    input.setSelectionRange(2, 2);
    for (const letter of 'abc') {
      type(letter);
      await settled();
    }
    same([store.get().title, input.value, input.selectionStart], ['heabcllo', 'heabcllo', 5]);
    document.execCommand('delete');
    await settled();
    same([store.get().title, input.selectionStart], ['heabllo', 4]);
    same(stage.complaints.length, 0, 'complaints');
  },

  'what is set elsewhere comes into a text': async (stage) => {
    const store = createStore({ title: 'a' }, { history: true });
    const show = stage.mount({ field: field('text', store.at('title')) });
    await settled();
    store.at('title').set('b');
    await settled();
    same(show.input.value, 'b');
    show.input.focus();
    show.input.select();
    type('typed');
    await settled();
    store.history.undo();
    await settled();
    same([show.input.value, store.get().title], ['b', 'b']);
    store.at('title').set('');
    await settled();
    same(show.input.value, '');
  },

  'a checkbox': async (stage) => {
    const store = createStore({ done: false });
    const show = stage.mount({ field: field('checkbox', store.at('done')) });
    await settled();
    show.input.click();
    await settled();
    same([store.get().done, show.input.checked], [true, true]);
    store.at('done').set(false);
    await settled();
    same(show.input.checked, false);
    show.input.click();
    show.input.click();
    await settled();
    same([store.get().done, show.input.checked], [false, false]);
  },

  'a number': async (stage) => {
    const store = createStore({ age: 7 });
    const show = stage.mount({ field: field('number', store.at('age')) });
    await settled();
    same(show.input.value, '7');
    show.input.focus();
    show.input.select();
    type('4');
    await settled();
    type('2');
    await settled();
    same([store.get().age, show.input.value], [42, '42']);
    store.at('age').increment(1.5);
    await settled();
    same(show.input.value, '43.5');
  },

  'an input that is gone sets nothing and leaves no watcher': async (stage) => {
    const store = createStore({ title: 'a' });
    const show = stage.mount({ field: field('text', store.at('title')) });
    await settled();
    await show.unmount();
    store.at('title').set('b');
    same([store.get().title, store.stats().watchers, stage.complaints.length], ['b', 0, 0]);
  },
};

/** Types into what has the focus, as a user does. */
function type(text: string): void {
  document.execCommand('insertText', false, text);
}
