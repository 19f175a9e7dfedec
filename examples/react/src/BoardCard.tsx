import { useStore } from 'gaesup-state/react';
import { memo, useEffect } from 'react';
import { select, startEditing } from '../../shared/src/actions.ts';
import { CARD_KEYS, pressCard } from '../../shared/src/card-keys.ts';
import { startDrag } from '../../shared/src/drag.ts';
import { drawn } from '../../shared/src/drawn.ts';
import { breakable } from '../../shared/src/format.ts';
import { support } from '../../shared/src/selectors.ts';
import { BROWSER_NAMES, MDN, PRIORITY_NAMES, type Status } from '../../shared/src/state.ts';
import { MoveButtons } from './MoveButtons.tsx';
import { TitleEditor } from './TitleEditor.tsx';
import { useBoard } from './useBoard.ts';

/** A card watches its own record, and is drawn again only when that has changed. */
export const BoardCard = memo(function BoardCard({ id, status }: { id: number; status: Status }) {
  const store = useBoard();
  const card = useStore(store.at('cards', id));
  const isSelected = useStore(store.at('view', 'selection', String(id))) === true;
  const isEditing = useStore(store, ({ view }) => view.editing === id);
  useEffect(() => {
    drawn.cards++;
  });
  return (
    <article
      className="card"
      // The card is what the keys of a board act on.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the focus
      tabIndex={0}
      aria-labelledby={`title-${id}`}
      aria-keyshortcuts={CARD_KEYS}
      data-card={id}
      data-selected={isSelected}
      draggable={!isEditing}
      onKeyDown={(event) => pressCard(store, id, event)}
      onDragStart={(event) => startDrag(id, event)}
    >
      <div className="card-head">
        <input
          type="checkbox"
          aria-label={`Select ${card.title}`}
          checked={isSelected}
          onChange={({ nativeEvent: click }) =>
            select(store, id, click instanceof MouseEvent && click.shiftKey)
          }
        />
        {isEditing ? (
          <TitleEditor id={id} title={card.title} />
        ) : (
          <button type="button" className="card-title" tabIndex={-1} onClick={() => startEditing(store, id)}>
            <span id={`title-${id}`}>{breakable(card.title)}</span>
          </button>
        )}
      </div>
      <div className="card-path">
        {card.page === '' ? <span>{card.path}</span> : <a href={MDN + card.page}>{card.path}</a>}
        {card.priority !== 'normal' && (
          <span className="card-priority" data-priority={card.priority}>
            {PRIORITY_NAMES[card.priority]}
          </span>
        )}
        <MoveButtons id={id} status={status} />
      </div>
      <dl className="support">
        {support(card).map(({ browser, since }) => (
          <div key={browser}>
            <dt>{BROWSER_NAMES[browser]}</dt>
            <dd data-lacking={since === null}>{since ?? 'no'}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
});
