// Where in a JSON text a path stands, so that an error of the document can name its line.

import type { Path } from './json.ts';
import { pathText } from './json.ts';

export type LineError = { readonly line: number; readonly message: string };

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

type Open = { readonly path: Path; readonly isList: boolean; place: number; name: string };

/** The line of each member and item of a text that is JSON, by its path; "" is the whole. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>([['', 1]]);
  const open: Open[] = [];
  let isName = false;
  let line = 1;
  let counted = 0;
  for (const { 0: word, index } of text.matchAll(token)) {
    line += text.slice(counted, index).split('\n').length - 1;
    counted = index;
    const inner = open.at(-1);
    const path =
      inner === undefined ? [] : [...inner.path, inner.isList ? inner.place : inner.name];
    if (word === ',') {
      if (inner?.isList === true) inner.place += 1;
      isName = inner?.isList === false;
    } else if (word === '}' || word === ']') {
      open.pop();
      isName = false;
    } else if (isName && inner !== undefined && word !== ':') {
      inner.name = JSON.parse(word) as string;
      lines.set(pathText([...inner.path, inner.name]), line);
      isName = false;
    } else if (word !== ':') {
      if (inner?.isList === true) lines.set(pathText(path), line);
      if (word === '{' || word === '[') {
        open.push({ path, isList: word === '[', place: 0, name: '' });
        isName = word === '{';
      }
    }
  }
  return lines;
}

/** The line of a path, or of what is nearest around it. */
export function lineOf(lines: ReadonlyMap<string, number>, path: string): number {
  let at = path;
  while (at !== '') {
    const line = lines.get(at);
    if (line !== undefined) return line;
    at = at.slice(0, Math.max(0, at.lastIndexOf('.'), at.lastIndexOf('[')));
  }
  return 1;
}

/** Why a text is no JSON, with its line; null where it is. */
export function syntaxError(text: string): LineError | null {
  try {
    JSON.parse(text);
    return null;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : '';
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    const said = message.replace(/ in JSON at position.*$/, '').replace(/, "[\s\S]*$/, '');
    const offset = Number.isNaN(at) ? endOfSense(text) : at;
    return { line: text.slice(0, offset).split('\n').length, message: `${said || 'No JSON'}.` };
  }
}

/** A text that simply stops, or whose error came without a place: its end. */
const endOfSense = (text: string): number => text.trimEnd().length;
