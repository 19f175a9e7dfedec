import { type Board, detailsOf } from '@ssr/board.ts';
import type { Immutable } from 'gaesup-state';
import { useCursor, useStore, useStoreContext } from 'gaesup-state/react';
import { type ComponentType, Suspense, useEffect, useMemo } from 'react';

const doneOf = (board: Immutable<Board>) => board.items.filter(({ isDone }) => isDone).length;

interface BoardProps {
  /** What may be rendered, and hydrated, later than the rest. */
  Late: ComponentType;
  onShown?: () => void;
}

/** Shows nothing that changes: a boundary that is rendered again before it is hydrated is made anew by React. */
export function BoardPage({ Late, onShown }: BoardProps) {
  const user = useStore(useStoreContext<Board>(), (board) => board.user);
  useEffect(() => onShown?.(), [onShown]);
  return (
    <main>
      <h1>{user}</h1>
      <Form />
      <Suspense fallback={<p>Items come later</p>}>
        <Late />
      </Suspense>
    </main>
  );
}

function Form() {
  const store = useStoreContext<Board>();
  const likes = useStore(store.at('likes'));
  const [title, setTitle] = useCursor(store.at('title'));
  const details = useStore(store, ({ since, tags, picture, note, balance }) => ({
    since,
    tags,
    picture,
    note,
    balance,
  }));
  return (
    <>
      <button type="button" onClick={() => store.at('likes').increment()}>
        {likes} likes
      </button>
      <label>
        Title <input value={title} onChange={({ target }) => setTitle(target.value)} />
      </label>
      <p>{detailsOf(details)}</p>
    </>
  );
}

/** Shows by a cursor, by selectors and by a selection. */
export function Items() {
  const store = useStoreContext<Board>();
  const items = useStore(store.at('items'));
  const open = useStore(store, (board) =>
    board.items.filter(({ isDone }) => !isDone).map(({ text }) => text),
  );
  const done = useStore(useMemo(() => store.select(doneOf), [store]));
  const likes = useStore(store.at('likes'));
  return (
    <section>
      <ul>
        {items.map(({ id, text, isDone }, at) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={isDone}
                onChange={({ target }) => store.at('items', at, 'isDone').set(target.checked)}
              />
              {text}
            </label>
          </li>
        ))}
      </ul>
      <output>{`open: ${open.join()}; done: ${done}; likes: ${likes}`}</output>
    </section>
  );
}
