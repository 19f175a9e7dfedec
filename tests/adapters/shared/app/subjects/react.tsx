import { useCursor, useStore } from 'gaesup-state/react';
import { Component, type ReactNode, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { Field as Input, Log, ReadText, Scene, SelectedText, Subject } from '../scene.ts';

export const react: Subject = {
  mount(scene, host, log) {
    const root = createRoot(host, {
      onCaughtError: (error) => log.errors.push(error),
      onUncaughtError: (error) => log.errors.push(error),
    });
    const show = (turn: number) => flushSync(() => root.render(<Page scene={scene} turn={turn} log={log} />));
    show(0);
    return { setTurn: show, unmount: () => root.unmount() };
  },
};

function Page({ scene, turn, log }: { scene: Scene; turn: number; log: Log }) {
  const { texts = {}, rows, field, effect } = scene;
  return (
    <>
      {Object.entries(texts).map(([name, text]) => (
        <Boundary key={name}>
          {'of' in text ? (
            <Read name={name} text={text} turn={turn} log={log} />
          ) : (
            <Selected name={name} text={text} turn={turn} log={log} />
          )}
        </Boundary>
      ))}
      {rows && <Rows rows={rows} log={log} />}
      {field && <Field field={field} />}
      {effect && <Effect effect={effect} />}
    </>
  );
}

type TextProps<T> = { name: string; text: T; turn: number; log: Log };

function Read({ name, text, turn, log }: TextProps<ReadText>) {
  const value = useStore(text.of(turn), text.options);
  return <p data-name={name}>{log.show(name, value)}</p>;
}

function Selected({ name, text, turn, log }: TextProps<SelectedText>) {
  const value = useStore(text.store, (state) => text.select(state, turn), text.options);
  return <p data-name={name}>{log.show(name, value)}</p>;
}

function Rows({ rows, log }: { rows: NonNullable<Scene['rows']>; log: Log }) {
  const count = useStore(rows.count);
  return Array.from({ length: count }, (_, index) => {
    const text = rows.row(index);
    const props = { name: `row ${index}`, turn: 0, log };
    return 'of' in text ? (
      <Read key={props.name} text={text} {...props} />
    ) : (
      <Selected key={props.name} text={text} {...props} />
    );
  });
}

function Field({ field: { type, cursor } }: { field: Input }) {
  const [value, setValue] = useCursor(cursor);
  if (type === 'checkbox')
    return (
      <input
        type="checkbox"
        checked={value === true}
        onChange={(event) => setValue(event.currentTarget.checked)}
      />
    );
  return (
    <input
      type={type}
      value={String(value)}
      onChange={({ currentTarget: input }) => setValue(type === 'number' ? input.valueAsNumber : input.value)}
    />
  );
}

function Effect({ effect: { of, run } }: { effect: NonNullable<Scene['effect']> }) {
  const value = useStore(of);
  useEffect(() => run(value), [value, run]);
  return null;
}

class Boundary extends Component<{ children: ReactNode }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? null : this.props.children;
  }
}
