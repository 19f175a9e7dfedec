/** What the text of a function tells about it, as far as it is certain. */
export interface SelectorText {
  /** How many keys it names, if it does nothing else. */
  readonly steps: number | undefined;
  /** The text, if that alone decides what the function does: it uses nothing but what it is given. */
  readonly closed: string | undefined;
}

/** An arrow function that is nothing but a path of its parameter: `s => s.rows[id].title`. */
const PATH_FUNCTION =
  /^\s*\(?\s*([A-Za-z_$][\w$]*)\s*\)?\s*=>\s*\1((?:\s*(?:\?\.|\.)\s*[A-Za-z_$][\w$]*|\s*(?:\?\.\s*)?\[[^[\]]*\])*)\s*$/;

/** Longer texts are mostly functions that use more than they are given, and reading them takes time. */
const LENGTH_MAX = 500;
/** Texts are those of a program, unless it makes functions of texts. */
const KNOWN_MAX = 2_000;
const known = new Map<string, SelectorText>();

/** What the text of a function tells; each text is read once. */
export function textOf(select: (state: never) => unknown): SelectorText {
  return readText(Function.prototype.toString.call(select));
}

export function readText(text: string): SelectorText {
  let found = known.get(text);
  if (found === undefined) {
    found = { steps: stepsOf(text), closed: isClosed(text) ? text : undefined };
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(text, found);
  }
  return found;
}

function stepsOf(text: string): number | undefined {
  const [, , path] = PATH_FUNCTION.exec(text) ?? [];
  return path
    ?.replace(/\[[^\]]*\]/g, '.')
    .replace(/\?\.\s*\./g, '.')
    .match(/\./g)?.length;
}

/** Names, numbers, texts and signs. No slashes and no templates: what is in those is read by other rules. */
const TOKENS =
  /\s+|[A-Za-z_$][\w$]*|\d[\w.]*|'[^'\\\n]*'|"[^"\\\n]*"|=>|\?\.(?!\d)|\.\.\.|[!=]==?|[<>]=?|&&|\|\||\?\?|[-+*%(){}[\],.:?!]/y;
const NAME = /^[A-Za-z_$]/;
const CONSTANTS = new Set(['true', 'false', 'null', 'undefined', 'typeof']);
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.length) {
    const [token] = TOKENS.exec(text) ?? [];
    if (token === undefined) return undefined;
    if (token.trim() !== '') tokens.push(token);
  }
  return tokens;
}

/** An arrow function's names, and how deep in brackets it is: it ends with what it is in. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly depth: number;
}

/**
 * Whether a text is that of an arrow function with an expression that uses no name but its parameters: two such functions
 * with the same text do the same, wherever they were made. Anything unusual is taken for something that does not.
 */
function isClosed(text: string): boolean {
  const tokens = text.length > LENGTH_MAX ? undefined : tokensOf(text);
  if (tokens === undefined || parametersAt(tokens, 0) === undefined) return false;
  const open: string[] = [];
  let scopes: Scope[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const parameters = parametersAt(tokens, at);
    if (parameters !== undefined) {
      // Where such a function ends, nothing but a colon tells.
      if (tokens[at - 1] === '?') return false;
      scopes.push({ names: new Set(parameters.names), depth: open.length });
      at = parameters.end;
      // A body of statements declares names of its own.
      if (tokens[at + 1] === '{') return false;
      continue;
    }
    const token = tokens[at] as string;
    if (CLOSING[token] !== undefined) open.push(CLOSING[token]);
    else if (token === open.at(-1)) open.pop();
    const isEnd = token === ',' || token === ')' || token === ']' || token === '}';
    if (isEnd)
      scopes = scopes.filter(({ depth }) => depth < open.length || (depth === open.length && token !== ','));
    if (NAME.test(token) && !isBound(tokens, at, open.at(-1) === '}', scopes)) return false;
  }
  return true;
}

/** Whether a name is a parameter, a constant, or a key. */
function isBound(
  tokens: readonly string[],
  at: number,
  isInBraces: boolean,
  scopes: readonly Scope[],
): boolean {
  const [before, name, after] = [tokens[at - 1] ?? '', tokens[at] as string, tokens[at + 1]];
  if (before === '.' || before === '?.') return true;
  if (isInBraces && after === ':' && (before === '{' || before === ',')) return true;
  return CONSTANTS.has(name) || scopes.some(({ names }) => names.has(name));
}

/** The parameters of an arrow function that begins at a token, and where its arrow is. */
function parametersAt(tokens: readonly string[], at: number): { names: string[]; end: number } | undefined {
  if (tokens[at + 1] === '=>') {
    const name = tokens[at] as string;
    return NAME.test(name) ? { names: [name], end: at + 1 } : undefined;
  }
  if (tokens[at] !== '(') return undefined;
  const names: string[] = [];
  let end = at + 1;
  // Names, and those of the items of an array: `([key, value])`.
  for (; tokens[end] !== ')'; end++) {
    const token = tokens[end];
    if (token === undefined) return undefined;
    if (NAME.test(token)) names.push(token);
    else if (token !== ',' && token !== '[' && token !== ']') return undefined;
  }
  return tokens[end + 1] === '=>' ? { names, end: end + 1 } : undefined;
}
