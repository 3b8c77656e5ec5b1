// Holders for key bytes. A holder shows `[secret]` to inspect, JSON and string conversion, and the
// bytes are reachable only through the functions of this package: they live in a WeakMap.

const secretText = '[secret]';

const secretPrototype = Object.freeze({
  toString: () => secretText,
  toJSON: () => secretText,
  [Symbol.toPrimitive]: () => secretText,
  [Symbol.for('nodejs.util.inspect.custom')]: () => secretText,
});

/**
 * Makes one kind of opaque holder: `seal` hides a value, `open` gives it back, or null for a
 * stranger.
 */
export function createSecretKind<Holder extends object, Value>() {
  const values = new WeakMap<object, Value>();
  return {
    seal(value: Value): Holder {
      const holder = Object.freeze(Object.create(secretPrototype)) as Holder;
      values.set(holder, value);
      return holder;
    },
    open(holder: Holder): Value | null {
      return values.get(holder) ?? null;
    },
  };
}

/** Hides the fields of a plain object from inspect and string conversion, but not from JSON. */
export function hideFromInspect<T extends object>(value: T): T {
  const show = { enumerable: false, value: () => secretText };
  Object.defineProperty(value, Symbol.for('nodejs.util.inspect.custom'), show);
  Object.defineProperty(value, 'toString', show);
  return Object.freeze(value);
}
