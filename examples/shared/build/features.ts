/** The features of MDN's browser-compat-data as cards. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type {
  CompatData,
  CompatStatement,
  Identifier,
  SupportStatement,
} from '@mdn/browser-compat-data/forLegacyNode';
import {
  type Area,
  type BoardState,
  BROWSERS,
  type Browser,
  type Card,
  initialBoard,
  MDN,
  type Status,
} from '../src/state.ts';

const DATA_FILE = createRequire(import.meta.url).resolve('@mdn/browser-compat-data');

const AREA_NAMES = {
  api: 'Web APIs',
  css: 'CSS',
  html: 'HTML',
  http: 'HTTP',
  javascript: 'JavaScript',
  manifests: 'Manifests',
  mathml: 'MathML',
  mediatypes: 'Media types',
  svg: 'SVG',
  webassembly: 'WebAssembly',
  webdriver: 'WebDriver',
} as const;

type AreaKey = keyof typeof AREA_NAMES;

const AREA_KEYS = Object.keys(AREA_NAMES) as AreaKey[];

/** Levels of the data that say what kind of thing is below them, which the area says as well. */
const KINDS = new Set(['api', 'builtins', 'elements', 'global_attributes', 'headers', 'properties', 'types']);

/** The board before anybody has moved a card: every feature whose place among the standards is known. */
export function boardOfFeatures(): BoardState {
  const data = JSON.parse(readFileSync(DATA_FILE, 'utf8')) as CompatData;
  const cards: Card[] = [];
  const columns: Record<Status, number[]> = { watch: [], try: [], use: [], avoid: [] };
  for (const area of AREA_KEYS) {
    for (const { path, compat } of featuresBelow(data[area], [area])) {
      const card = cardOf(cards.length, path, compat);
      cards.push(card);
      columns[statusOf(card, compat)].push(card.id);
    }
  }
  return initialBoard({ cards, columns, areas: areasOf(cards), version: data.__meta.version });
}

interface Feature {
  readonly path: readonly string[];
  readonly compat: CompatStatement;
}

function* featuresBelow(tree: Identifier, path: readonly string[]): Generator<Feature> {
  const { __compat: compat, __meta: _, ...below } = tree;
  if (compat?.status !== undefined) yield { path, compat };
  for (const [key, inside] of Object.entries<Identifier>(below)) yield* featuresBelow(inside, [...path, key]);
}

function cardOf(
  id: number,
  path: readonly string[],
  { description, mdn_url = '', support }: CompatStatement,
): Card {
  const name = path.slice(1).filter((key) => !KINDS.has(key));
  const since = BROWSERS.map((browser) => [browser, firstVersion(support[browser])] as const);
  return {
    id,
    title: description === undefined ? name.join('.') || path.join('.') : plain(description),
    path: path.join('.'),
    area: path[0] ?? '',
    page: mdn_url.startsWith(MDN) ? mdn_url.slice(MDN.length) : '',
    priority: 'normal',
    ...(Object.fromEntries(since) as Record<Browser, string>),
  };
}

/** The first released version that has it without a flag, if it has not lost it again. */
function firstVersion(support: SupportStatement | undefined): string {
  const found = [support ?? []]
    .flat()
    .find(
      ({ version_added, version_removed, flags }) =>
        version_added && version_added !== 'preview' && !version_removed && !flags,
    );
  return found?.version_added || '';
}

function statusOf(card: Card, { status }: CompatStatement): Status {
  if (status?.deprecated || !status?.standard_track) return 'avoid';
  const engines = BROWSERS.filter((browser) => card[browser] !== '').length;
  if (status.experimental || engines < 2) return 'watch';
  return engines === 2 ? 'try' : 'use';
}

/** Text without the tags and entities of HTML. */
function plain(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return html.replace(/<[^>]+>/g, '').replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

function areasOf(cards: readonly Card[]): Area[] {
  const count = (key: string): number => cards.filter(({ area }) => area === key).length;
  return AREA_KEYS.map((key) => ({ key, name: AREA_NAMES[key], count: count(key) }));
}
