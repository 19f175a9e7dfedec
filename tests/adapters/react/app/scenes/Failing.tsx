import { useStore } from 'gaesup-state/react';
import { Component, type ReactNode } from 'react';
import { note, store } from '../page.ts';

/** A selector that fails below a boundary that tries again when the state is another. */
export function Failing() {
  return (
    <Retrying>
      <First />
    </Retrying>
  );
}

function Retrying({ children }: { children: ReactNode }) {
  const rows = useStore(store.at('rows'));
  return <Boundary rows={rows}>{children}</Boundary>;
}

class Boundary extends Component<{ rows: unknown; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: { rows: unknown }) {
    if (this.state.failed && before.rows !== this.props.rows) this.setState({ failed: false });
  }

  override render() {
    return this.state.failed ? <output id="first">failed</output> : this.props.children;
  }
}

function First() {
  const title = useStore(store, (s) => {
    note('First: selector');
    return s.rows[0]!.title.toUpperCase();
  });
  return <output id="first">{title}</output>;
}
