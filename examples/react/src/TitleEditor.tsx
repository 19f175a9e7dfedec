import { leaveEditor, pressEditor } from '../../shared/src/card-keys.ts';
import { focusAndSelect } from '../../shared/src/focus.ts';
import { useBoard } from './useBoard.ts';

/** Enter or leaving the field keeps what was typed, Escape does not. */
export function TitleEditor({ id, title }: { id: number; title: string }) {
  const store = useBoard();
  return (
    <input
      ref={focusAndSelect}
      className="field card-editor"
      aria-label="Title"
      defaultValue={title}
      onKeyDown={(event) => pressEditor(store, id, event)}
      onBlur={(event) => leaveEditor(store, id, event)}
    />
  );
}
