import type { Immutable } from 'gaesup-state';

/** The state of a request: something of each kind that a page may hold. */
export interface Board {
  user: string;
  likes: number;
  title: string;
  items: { id: string; text: string; isDone: boolean }[];
  since: Date;
  tags: Map<string, number>;
  picture: Uint8Array;
  note: string | undefined;
  balance: bigint;
}

export function emptyBoard(): Board {
  return {
    user: '',
    likes: 0,
    title: '',
    items: [],
    since: new Date(0),
    tags: new Map(),
    picture: new Uint8Array(),
    note: undefined,
    balance: 0n,
  };
}

/** What the database says of a user; nothing of it is to be found at another one. */
export function boardOf(user: string): Board {
  const word = (name: string) => `${name} of ${user}`;
  return {
    user,
    likes: 3,
    title: `</script><b>${word('title')}</b> & "quotes"`,
    items: ['one', 'two', 'three'].map((name, at) => ({ id: name, text: word(name), isDone: at === 1 })),
    since: new Date(Date.UTC(2024, 1, 29)),
    tags: new Map([[word('tag'), 1]]),
    picture: Uint8Array.from(user, (letter) => letter.charCodeAt(0)),
    note: undefined,
    balance: 2n ** 70n,
  };
}

/** What is shown of the values that are no text, the same on a server and in a page of any place. */
export function detailsOf({ since, tags, picture, note, balance }: Details): string {
  const parts = [since.toISOString(), [...tags].join(), [...picture].join(), String(note), String(balance)];
  return parts.join(' | ');
}

type Details = Immutable<Pick<Board, 'since' | 'tags' | 'picture' | 'note' | 'balance'>>;
