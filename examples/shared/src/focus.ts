/** Where the focus goes. The document is asked, since what is drawn is not state. */
import type { Status } from './state.ts';

const card = (id: number): HTMLElement | null => document.querySelector(`[data-card="${id}"]`);

/** Focuses a card once it is drawn. */
export function focusCard(id: number): void {
  requestAnimationFrame(() => card(id)?.focus());
}

/** Scrolls to the top of the column that a card was moved to, and focuses it there. */
export function followCard(id: number, status: Status): void {
  requestAnimationFrame(() => {
    const list = document.querySelector(`[data-column="${status}"] [data-list]`);
    list?.scrollTo({ top: 0 });
    list?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    focusCard(id);
  });
}

/** Focuses the card of another column that stands nearest to this one. */
export function focusBeside(id: number, status: Status): void {
  const from = card(id)?.getBoundingClientRect().top ?? 0;
  const others = [...document.querySelectorAll<HTMLElement>(`[data-column="${status}"] [data-card]`)];
  const distance = (other: HTMLElement): number => Math.abs(other.getBoundingClientRect().top - from);
  others.sort((a, b) => distance(a) - distance(b))[0]?.focus();
}

/** Puts the cursor into a field that has just been drawn. */
export function focusAndSelect(field: HTMLInputElement | null | undefined): void {
  field?.focus();
  field?.select();
}
