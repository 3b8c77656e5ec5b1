// What a case expects against what our code gave. Only stated fields count; each counts exactly:
// flags as a set, amounts by their value, everything else as it is written.

export type Miss = { readonly path: string; readonly expected: unknown; readonly got: unknown };

// Sentences for people, which no program can be held to.
const prose = ['why', 'note'];
const sets = ['flags'];
const lists = ['altIds'];
const amounts = new Set(
  'amount net tax tender change units opening closing balance rate freeUnits'.split(' '),
);

/** Each stated field that differs. */
export function missesOf(expected: unknown, got: unknown, path = ''): Miss[] {
  if (Array.isArray(expected)) return arrayMisses(expected, got, path);
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return [{ path, expected, got: plain(got) }];
    return Object.entries(expected).flatMap(([name, value]) =>
      prose.includes(name)
        ? []
        : missesOf(
            value,
            (got as Readonly<Record<string, unknown>>)[name],
            path === '' ? name : `${path}.${name}`,
          ),
    );
  }
  const given = plain(got);
  if (given === expected) return [];
  const name = path.split('.').at(-1) ?? '';
  if (amounts.has(name) && isSameAmount(expected, given)) return [];
  return [{ path, expected, got: given }];
}

function arrayMisses(expected: readonly unknown[], got: unknown, path: string): Miss[] {
  const name = path.split('.').at(-1) ?? '';
  if (!Array.isArray(got)) return [{ path, expected, got: plain(got) }];
  if (sets.includes(name)) {
    const sorted = (values: readonly unknown[]) => [...new Set(values)].sort();
    return JSON.stringify(sorted(expected)) === JSON.stringify(sorted(got))
      ? []
      : [{ path, expected, got }];
  }
  if (lists.includes(name)) {
    return expected.every((each) => got.includes(each)) ? [] : [{ path, expected, got }];
  }
  if (got.length !== expected.length) {
    return [{ path: `${path}.length`, expected: expected.length, got: got.length }];
  }
  return expected.flatMap((each, index) => missesOf(each, got[index], `${path}.${index}`));
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

function isSameAmount(a: unknown, b: unknown): boolean {
  const shape = /^-?\d{1,15}(\.\d{1,6})?$/;
  if (typeof a !== 'string' || typeof b !== 'string' || !shape.test(a) || !shape.test(b))
    return false;
  const bare = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  return bare(a) === bare(b);
}
