import { useStore } from 'gaesup-state/react';
import { costOf } from '../../shared/src/selectors.ts';
import { useBoard } from './useBoard.ts';

export function BoardFooter() {
  const store = useBoard();
  const cost = useStore(store, costOf);
  const version = useStore(store.at('version'));
  return (
    <footer className="footer">
      <span data-testid="cost">{cost}</span>
      <span className="keys">
        <kbd>Enter</kbd> edits, <kbd>Space</kbd> selects, <kbd>Alt</kbd> <kbd>←</kbd> <kbd>→</kbd> moves a
        card
      </span>
      <span className="footer-data">
        Data: <a href="https://github.com/mdn/browser-compat-data">MDN browser-compat-data</a> {version}
      </span>
    </footer>
  );
}
