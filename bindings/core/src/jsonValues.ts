import { toBase64 } from './base64.ts';
import { define } from './views.ts';

/**
 * A value of the state as one that JSON has. A key whose value is `undefined` stays, as `null`, so
 * that later operations of a patch find it.
 */
export function toJSONValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJSONValue);
  if (value instanceof Date) return value.toJSON();
  if (value instanceof Uint8Array) return toBase64(value);
  const object: Record<string, unknown> = {};
  const entries: Iterable<[string, unknown]> = value instanceof Map ? value : Object.entries(value);
  for (const [key, part] of entries) define(object, key, toJSONValue(part));
  return object;
}
