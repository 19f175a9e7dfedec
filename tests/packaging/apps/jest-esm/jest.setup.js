import { TextDecoder, TextEncoder } from 'node:util';

// Browsers have them; jest-environment-jsdom does not pass them on.
Object.assign(globalThis, { TextDecoder, TextEncoder });
