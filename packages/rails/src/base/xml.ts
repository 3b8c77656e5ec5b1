// XML of strangers, read by saxes into a plain tree of local names. A DOCTYPE is refused before
// anything of it is read, so no entity is ever declared, expanded or fetched. Sizes are bounded.

import { SaxesParser } from 'saxes';

export type XmlNode = {
  /** Without its prefix: peers mix prefixes and namespaces. */
  readonly name: string;
  /** By local name; `xmlns` of this element too. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** All text directly inside. */
  readonly text: string;
};

export type XmlFault = 'doctype' | 'too-large' | 'too-deep' | 'not-well-formed';

type Building = {
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
};

const longest = 32_000_000;
const deepest = 100;

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

class XmlStop extends Error {}

export function parseXml(
  text: string,
):
  | { readonly ok: true; readonly value: XmlNode }
  | { readonly ok: false; readonly error: XmlFault } {
  if (text.length > longest) return { ok: false, error: 'too-large' };
  const root: Building = { name: '', attributes: {}, children: [], text: '' };
  const open: Building[] = [root];
  let fault: XmlFault = 'not-well-formed';
  const stop = (why: XmlFault): never => {
    fault = why;
    throw new XmlStop(why);
  };
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('doctype', () => stop('doctype'));
  parser.on('error', () => stop('not-well-formed'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > deepest) stop('too-deep');
    const node: Building = {
      name: localName(name),
      attributes: Object.create(null),
      children: [],
      text: '',
    };
    for (const [key, value] of Object.entries(attributes)) {
      const local = localName(key);
      if (!key.startsWith('xmlns:')) node.attributes[local] ??= String(value);
    }
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => open.pop());
  const addText = (more: string): void => {
    const here = open.at(-1);
    if (here !== undefined) here.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  try {
    // Before the parser sees it: a DOCTYPE inside a broken document is still named as what it is.
    if (/<!DOCTYPE/i.test(text.slice(0, 100_000))) stop('doctype');
    parser.write(text).close();
  } catch (error) {
    if (error instanceof XmlStop || error instanceof Error) return { ok: false, error: fault };
    throw error;
  }
  const [first] = root.children;
  return first === undefined ? { ok: false, error: 'not-well-formed' } : { ok: true, value: first };
}

/** The first child of this local name. */
export const childOf = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  node?.children.find((child) => child.name === name);

export const childrenOf = (node: XmlNode | undefined, name: string): readonly XmlNode[] =>
  node?.children.filter((child) => child.name === name) ?? [];

/** Down a path of first children. */
export const nodeAt = (node: XmlNode | undefined, ...path: readonly string[]) =>
  path.reduce<XmlNode | undefined>((here, name) => childOf(here, name), node);

/** Trimmed text at a path; null when missing, empty or the word null. */
export function xmlText(node: XmlNode | undefined, ...path: readonly string[]): string | null {
  const text = nodeAt(node, ...path)?.text.trim();
  return text === undefined || text === '' || text === 'null' ? null : text;
}

/** An attribute, trimmed; null when missing, empty or the word null. */
export function xmlAttribute(node: XmlNode | undefined, name: string): string | null {
  const text = node?.attributes[name]?.trim();
  return text === undefined || text === '' || text === 'null' ? null : text;
}

/** Every element of this name below a node, in document order. */
export function descendants(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined) return [];
  return node.children.flatMap((child) =>
    child.name === name ? [child, ...descendants(child, name)] : descendants(child, name),
  );
}

/** Text for an element or attribute that we write. */
export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
