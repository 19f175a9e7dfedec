const numbers = new Intl.NumberFormat('en');

export function formatCount(count: number): string {
  return numbers.format(count);
}

/** A count with its noun: `1 card`, `2,000 cards`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function formatDuration(ms: number): string {
  return ms < 0.01 ? 'under 0.01 ms' : `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}

/** A name that may be broken into lines after its dots. */
export function breakable(name: string): string {
  return name.replaceAll('.', '.\u200b');
}
