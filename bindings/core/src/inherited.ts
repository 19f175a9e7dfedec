/** What leads from an object to prototypes, which all objects of a page share. */
const LEADS_TO_PROTOTYPES: ReadonlySet<PropertyKey> = new Set(['__proto__', 'constructor', 'prototype']);

/** By function, so that one that is read twice is the same. */
const guards = new WeakMap<object, object>();

const handler: ProxyHandler<object> = {
  get: inherited,
  has: hasInherited,
  set: () => false,
  defineProperty: () => false,
  deleteProperty: () => false,
  setPrototypeOf: () => false,
};

/**
 * What a draft reads where the state has no such key: the methods of its target. Keys may come
 * from outside, and `draft[a][b][c] = 1` must not reach a prototype, whatever they are.
 */
export function inherited(target: object, key: PropertyKey): unknown {
  if (LEADS_TO_PROTOTYPES.has(key)) return undefined;
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' && typeof key === 'string' ? guarded(value) : value;
}

/** Whether `in` finds such a key. */
export function hasInherited(target: object, key: PropertyKey): boolean {
  return !LEADS_TO_PROTOTYPES.has(key) && Reflect.has(target, key);
}

/** Keeps instances of a class, of which there are proxies of the state only, from leading to prototypes. */
export function guardPrototype(prototype: object): void {
  for (const lead of LEADS_TO_PROTOTYPES)
    Object.defineProperty(prototype, lead, { value: undefined, writable: false });
  for (const name of [
    ...Object.getOwnPropertyNames(Object.prototype),
    ...Object.getOwnPropertyNames(prototype),
  ]) {
    const method =
      Object.getOwnPropertyDescriptor(prototype, name) ??
      Object.getOwnPropertyDescriptor(Object.prototype, name);
    if (typeof method?.value !== 'function' || LEADS_TO_PROTOTYPES.has(name)) continue;
    Object.defineProperty(prototype, name, { ...method, value: guarded(method.value as object) });
  }
}

/** A function that can be called, and does not lead to the prototype of all functions. */
function guarded(method: object): object {
  let guard = guards.get(method);
  if (guard === undefined) {
    guard = new Proxy(method, handler);
    guards.set(method, guard);
    guards.set(guard, guard);
  }
  return guard;
}
