import { type UseStoreOptions, useStore } from 'gaesup-state/react';
import { Component, type ReactNode } from 'react';
import { store } from '../page.ts';

const schedules: Record<string, UseStoreOptions> = {
  sync: {},
  microtask: { schedule: 'microtask' },
  frame: { schedule: 'frame' },
  adaptive: { schedule: 'adaptive' },
  debounce: { schedule: { debounce: 10 } },
  throttle: { schedule: { throttle: 10 } },
  deferred: { deferred: true },
};

/** Rows whose selectors throw when the row is gone, and listen before their list does. */
export function Zombies() {
  return Object.entries(schedules).map(([name, options]) => (
    <Boundary key={name} name={name}>
      <List name={name} options={options} />
    </Boundary>
  ));
}

/** Tells which of them has failed. */
class Boundary extends Component<{ name: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <ul>{this.props.name} has failed</ul> : this.props.children;
  }
}

function List({ name, options }: { name: string; options: UseStoreOptions }) {
  const length = useStore(store, (s) => s.rows.length, options);
  return (
    <ul id={name}>
      {Array.from({ length }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <Row key={index} index={index} options={options} />
      ))}
    </ul>
  );
}

function Row({ index, options }: { index: number; options: UseStoreOptions }) {
  const title = useStore(store, (s) => s.rows[index]!.title.toUpperCase(), options);
  return (
    <li>
      <Part index={index} options={options} />
      {title}
    </li>
  );
}

/** Deeper than what takes it away. */
function Part({ index, options }: { index: number; options: UseStoreOptions }) {
  return useStore(store, (s) => s.rows[index]!.title.length, options);
}
