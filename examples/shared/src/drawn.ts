/** How often cards have been drawn since the page was opened: each card counts itself after rendering. */
export const drawn = { cards: 0 };
