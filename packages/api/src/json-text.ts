// JSON as people write it in files and forms: JSON.parse keeps the last of two values with one name
// and says nothing. Whoever reads such a text asks here what it says twice.

const literal = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

type Open = {
  readonly path: string;
  /** Names seen; null in a list. */
  readonly names: Set<string> | null;
  name: string;
  place: number;
};

/**
 * Paths of names that stand twice in one object, as "energy.schedules[0].blocks[1].rate", each
 * once, in the order of the text. The text is JSON: what `JSON.parse` refuses is not looked at.
 */
export function duplicateNames(text: string): readonly string[] {
  const found = new Set<string>();
  const open: Open[] = [];
  let isName = false;
  for (const [token] of text.matchAll(literal)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({
        path: inner === undefined ? '' : pathIn(inner),
        names: token === '{' ? new Set() : null,
        name: '',
        place: 0,
      });
      isName = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      isName = false;
    } else if (token === ',') {
      if (inner !== undefined) inner.place += 1;
      isName = inner?.names != null;
    } else if (isName && inner?.names != null && token !== ':') {
      inner.name = JSON.parse(token) as string;
      if (inner.names.has(inner.name)) found.add(pathIn(inner));
      inner.names.add(inner.name);
      isName = false;
    }
  }
  return [...found];
}

function pathIn({ path, names, name, place }: Open): string {
  if (names === null) return `${path}[${place}]`;
  return path === '' ? name : `${path}.${name}`;
}
