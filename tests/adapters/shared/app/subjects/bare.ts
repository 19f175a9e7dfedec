import type { Readable } from 'gaesup-state';
import {
  type Field as Input,
  type Log,
  type Options,
  readableOf,
  type Scene,
  type Subject,
  type Text,
} from '../scene.ts';

/** The store by itself, with the elements made by hand. */
export const bare: Subject = {
  mount(scene, host, log) {
    const parts = [
      ...Object.entries(scene.texts ?? {}).map(([name, text]) => showText(name, text, host, log)),
      ...(scene.rows ? [showRows(scene.rows, host, log)] : []),
      ...(scene.field ? [showField(scene.field, host)] : []),
      ...(scene.effect ? [{ turn: undefined, end: watch(scene.effect.of, scene.effect.run) }] : []),
    ];
    return {
      setTurn: (turn) => {
        for (const part of parts) part.turn?.(turn);
      },
      unmount: () => {
        for (const { end } of parts) end();
        host.replaceChildren();
      },
    };
  },
};

interface Part {
  turn: ((turn: number) => void) | undefined;
  end: () => void;
}

function watch<T>(readable: Readable<T>, listener: (value: T) => void, options?: Options) {
  return readable.subscribe(listener as (value: unknown) => void, { ...options, immediate: true });
}

function showText(name: string, text: Text, host: HTMLElement, log: Log): Part {
  const element = document.createElement('p');
  element.dataset.name = name;
  host.append(element);
  const show = (value: unknown) => {
    element.textContent = log.show(name, value);
  };
  const follow = (turn: number) => {
    try {
      return watch(readableOf(text, turn), show, text.options);
    } catch (error) {
      log.errors.push(error);
      return () => {};
    }
  };
  let end = follow(0);
  const turn = (next: number) => {
    const before = end;
    end = follow(next);
    before();
  };
  return {
    turn,
    end: () => {
      end();
      element.remove();
    },
  };
}

function showRows({ count, row }: NonNullable<Scene['rows']>, host: HTMLElement, log: Log): Part {
  const rows: Part[] = [];
  // What holds the others goes first, as it does in frameworks.
  const end = watch(
    count,
    (length: number) => {
      for (const gone of rows.splice(length)) gone.end();
      while (rows.length < length) rows.push(showText(`row ${rows.length}`, row(rows.length), host, log));
    },
    { schedule: 'sync' },
  );
  return {
    turn: undefined,
    end: () => {
      end();
      for (const gone of rows) gone.end();
    },
  };
}

function showField({ type, cursor }: Input, host: HTMLElement): Part {
  const input = document.createElement('input');
  input.type = type;
  host.append(input);
  input.addEventListener('input', () => {
    cursor.set(type === 'checkbox' ? input.checked : type === 'number' ? input.valueAsNumber : input.value);
  });
  const end = watch(cursor, (value) => {
    if (type === 'checkbox') input.checked = value === true;
    else if (input.value !== String(value)) input.value = String(value);
  });
  return { turn: undefined, end };
}
