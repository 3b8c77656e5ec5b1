// A JSON document as it is edited: a value at a path is read and replaced, and all else stays as it
// was written, whatever it is.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };
export type Path = readonly (string | number)[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const listAt = (document: Json, path: Path): readonly Json[] => {
  const value = valueAt(document, path);
  return isList(value) ? value : [];
};

/** As errors of a document name a place: "energy.schedules[0].blocks[1].rate". */
export const pathText = (path: Path): string =>
  path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`,
    )
    .join('');

export function valueAt(document: Json | undefined, path: Path): Json | undefined {
  let at = document;
  for (const part of path) {
    if (typeof part === 'number') at = isList(at) ? at[part] : undefined;
    else at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

/**
 * The document with another value at a path. Undefined takes it out, and with it the objects around
 * it that are left empty, but for items of lists.
 */
export function withValue(document: Json, path: Path, value: Json | undefined): Json {
  return replaced(document, path, value) ?? {};
}

function replaced(at: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    const items = isList(at) ? at : [];
    const item = replaced(items[part], rest, value);
    if (item === undefined && rest.length > 0) return items.with(part, {});
    return item === undefined
      ? items.filter((_, index) => index !== part)
      : [...items.slice(0, part), item, ...items.slice(part + 1)];
  }
  const object = isObject(at) ? at : {};
  const inner = replaced(object[part], rest, value);
  if (inner !== undefined) return { ...object, [part]: inner };
  const { [part]: _, ...others } = object;
  return Object.keys(others).length === 0 ? undefined : others;
}

/** The list at a path with one item more, at a place or its end; the list need not be there. */
export function withItem(document: Json, path: Path, item: Json, place?: number): Json {
  const items = listAt(document, path);
  const at = place ?? items.length;
  return withValue(document, path, [...items.slice(0, at), item, ...items.slice(at)]);
}

/** Without the item; a list that is left empty goes, too. */
export function withoutItem(document: Json, path: Path, place: number): Json {
  const items = listAt(document, path).filter((_, index) => index !== place);
  return withValue(document, path, items.length === 0 ? undefined : items);
}

export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
    );
  }
  return a === b;
}
