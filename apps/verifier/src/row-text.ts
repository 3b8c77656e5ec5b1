// The text of a row as PostgreSQL writes ROW(...)::text, back into its values.

/** The values in their order, null for NULL; null for a text that is no row. */
export function valuesOfRow(text: string): (string | null)[] | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null;
  const values: (string | null)[] = [];
  const end = text.length - 1;
  let at = 1;
  while (at <= end) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at);
      const stop = comma < 0 ? end : comma;
      values.push(stop === at ? null : text.slice(at, stop));
      at = stop + 1;
      continue;
    }
    const from = at + 1;
    let to = from;
    for (; ; to += 1) {
      const letter = text[to];
      if (letter === undefined) return null;
      if (letter === '\\' || (letter === '"' && text[to + 1] === '"')) to += 1;
      else if (letter === '"') break;
    }
    values.push(text.slice(from, to).replaceAll(/""|\\(.)/gs, (pair, one) => one ?? pair[0]));
    at = to + 2;
  }
  return values;
}

/** A row's text again; the inverse of `valuesOfRow` for what PostgreSQL writes. */
export const rowOfValues = (values: readonly (string | null)[]): string =>
  `(${values.map(quoted).join(',')})`;

function quoted(value: string | null): string {
  if (value === null) return '';
  if (value !== '' && !/[\s"\\(),]/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, (letter) => letter + letter)}"`;
}

/** The members of an array of plain words, numbers or uuids; quoted ones are not split. */
export const membersOf = (array: string | null): readonly string[] =>
  array === null || array === '{}' ? [] : array.slice(1, -1).split(',');
