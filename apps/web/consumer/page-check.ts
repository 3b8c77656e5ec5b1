// Judges a page as HTML for tests: nesting, unique ids, names that a screen reader can say, nothing
// inline. A small parser that knows only what these pages use; what it does not know it refuses.

export type Node = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Node | string)[];
};

const voids = new Set(['meta', 'link', 'input', 'br', 'path', 'rect']);
// What may not stand inside these, however deep (HTML standard, content models).
const forbidden: Readonly<Record<string, readonly string[]>> = {
  p: ['p', 'div', 'section', 'ul', 'ol', 'dl', 'table', 'form', 'h1', 'h2', 'h3', 'details', 'nav'],
  a: ['a', 'button', 'input', 'label', 'details'],
  button: ['a', 'button', 'input', 'div', 'p'],
  form: ['form'],
  span: ['div', 'p', 'ul', 'ol', 'section', 'table'],
  h1: ['div', 'p', 'h2', 'h3', 'section'],
  h2: ['div', 'p', 'h1', 'h3', 'section'],
  label: ['label', 'button', 'div', 'p'],
  main: ['main'],
};
// What alone may stand directly inside these.
const only: Readonly<Record<string, readonly string[]>> = {
  ul: ['li'],
  ol: ['li'],
  dl: ['div'],
  table: ['caption', 'thead', 'tbody'],
  thead: ['tr'],
  tbody: ['tr'],
  tr: ['th', 'td'],
  html: ['head', 'body'],
};

/** The tree of a page or a fragment. Throws an Error that says what is wrong with its form. */
export function parseHtml(text: string): Node {
  const root: Node = { name: '#root', attributes: new Map(), children: [] };
  const open: Node[] = [root];
  const tags =
    /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"<>]*")?)*)\s*(\/?)>/g;
  let at = 0;
  for (const match of text.matchAll(tags)) {
    addText(open, text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, closing, name, attributeText = '', selfClosing] = match;
    if (name === undefined) continue;
    if (closing === '/') {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
      continue;
    }
    const node: Node = { name, attributes: attributesOf(attributeText), children: [] };
    checkPlace(open, node);
    open.at(-1)?.children.push(node);
    if (!voids.has(name) && selfClosing !== '/') open.push(node);
  }
  addText(open, text.slice(at));
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

function addText(open: readonly Node[], text: string): void {
  if (/[<>]/.test(text)) throw new Error(`a stray bracket in ${JSON.stringify(text.slice(0, 80))}`);
  const parent = open.at(-1);
  if (text.trim() === '' || parent === undefined) return;
  if (only[parent.name] !== undefined) throw new Error(`text directly in <${parent.name}>`);
  parent.children.push(text);
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z][\w:-]*)(?:="([^"]*)")?/g)) {
    if (found.has(name)) throw new Error(`attribute ${name} twice`);
    found.set(name, value);
  }
  return found;
}

function checkPlace(open: readonly Node[], node: Node): void {
  for (const outer of open) {
    if (forbidden[outer.name]?.includes(node.name)) {
      throw new Error(`<${node.name}> inside <${outer.name}>`);
    }
  }
  const parent = open.at(-1)?.name ?? '';
  const allowed = only[parent];
  if (allowed !== undefined && !allowed.includes(node.name)) {
    throw new Error(`<${node.name}> directly in <${parent}>`);
  }
}

/** All elements, in document order. */
export function elements(node: Node): readonly Node[] {
  return node.children.flatMap((child) =>
    typeof child === 'string' ? [] : [child, ...elements(child)],
  );
}

/** The text that a person reads, entities resolved, blanks run together. */
export function textOf(node: Node): string {
  const inside = node.children.map((child) => (typeof child === 'string' ? child : textOf(child)));
  return decode(inside.join(' ')).replace(/\s+/g, ' ').trim();
}

function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text
    .replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (_all, name) => named[name] ?? '');
}

/** Every fault of a page that can be told from its source; empty when all is well. */
export function pageFaults(text: string): readonly string[] {
  let root: Node;
  try {
    root = parseHtml(text);
  } catch (error) {
    return [String(error)];
  }
  const all = elements(root);
  return [...idFaults(all), ...nameFaults(all), ...inlineFaults(all), ...outlineFaults(all)];
}

function idFaults(all: readonly Node[]): string[] {
  const ids = all.flatMap((node) => node.attributes.get('id') ?? []);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const wanted = all.flatMap((node) => [
    ...(node.attributes.get('for')?.split(' ') ?? []),
    ...(node.attributes.get('aria-describedby')?.split(' ') ?? []),
  ]);
  const missing = wanted.filter((id) => !ids.includes(id));
  return [...twice.map((id) => `id ${id} twice`), ...missing.map((id) => `no id ${id}`)];
}

function nameFaults(all: readonly Node[]): string[] {
  const labelled = new Set(all.map((node) => node.attributes.get('for')));
  return all
    .filter((node) => {
      if (node.attributes.get('aria-label')) return false;
      if (node.name === 'a' || node.name === 'button' || node.name === 'summary') {
        return textOf(node) === '';
      }
      if (node.name === 'input' && node.attributes.get('type') !== 'hidden') {
        return !labelled.has(node.attributes.get('id'));
      }
      return ['nav', 'svg'].includes(node.name);
    })
    .map((node) => `<${node.name}> has no name`);
}

function inlineFaults(all: readonly Node[]): string[] {
  return all.flatMap((node) => {
    const faults: string[] = [];
    if (node.name === 'style') faults.push('a style element');
    if (node.name === 'script' && (!node.attributes.has('src') || node.children.length > 0)) {
      faults.push('an inline script');
    }
    for (const [name, value] of node.attributes) {
      if (name === 'style' || /^on/i.test(name)) faults.push(`attribute ${name}`);
      if (/^\s*(javascript|data|vbscript):/i.test(value)) faults.push(`${name} is ${value}`);
    }
    return faults;
  });
}

function outlineFaults(all: readonly Node[]): string[] {
  if (!all.some((node) => node.name === 'html')) return [];
  const count = (name: string) => all.filter((node) => node.name === name).length;
  const levels = all.flatMap((node) => (/^h[1-6]$/.test(node.name) ? Number(node.name[1]) : []));
  const jump = levels.some((level, index) => level > (levels[index - 1] ?? 0) + 1);
  return [
    ...(count('h1') === 1 ? [] : [`${count('h1')} h1`]),
    ...(count('main') === 1 ? [] : ['not one main']),
    ...(count('title') === 1 ? [] : ['not one title']),
    ...(jump ? [`headings jump: ${levels.join(' ')}`] : []),
  ];
}
