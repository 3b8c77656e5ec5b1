// Functions of at most 70 lines. It reads formatted code: a function's first line is indented as
// its closing brace is.

import { splitCode } from './code-text.ts';
import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

const longest = 70;

export type FoundFunction = {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
};

/** Each function with a body in braces, from its first line to its closing brace. */
export function functionsOf(text: string): FoundFunction[] {
  const lines = splitCode(text).code.split('\n');
  const open: { readonly line: number }[] = [];
  const found: FoundFunction[] = [];
  for (const [index, line] of lines.entries()) {
    for (const char of line) {
      if (char === '{') open.push({ line: index });
      if (char !== '}') continue;
      const opened = open.pop();
      if (opened === undefined || opened.line === index) continue;
      const header = headerOf(lines, opened.line, index);
      const name = nameOf(header.text);
      if (name === null) continue;
      found.push({ name, line: header.line + 1, lines: index - header.line + 1 });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

/** The text from the first line of what is closed at `closing` to its opening brace. */
function headerOf(lines: readonly string[], opening: number, closing: number) {
  const indent = indentOf(lines[closing] ?? '');
  let first = opening;
  while (first > 0) {
    const line = lines[first] ?? '';
    if (line.trim() !== '' && indentOf(line) <= indent && !/^\s*[)}\]>|&]/.test(line)) break;
    first -= 1;
  }
  return { line: first, text: lines.slice(first, opening + 1).join('\n') };
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

const notFunctions =
  /^\s*(\} )?(else|if|for|while|switch|try|catch|finally|do|case|return|class)\b/;

/** Null for what is no function: a block, an object, a type. */
function nameOf(header: string): string | null {
  const declared = /\bfunction\b\*?\s*(\w*)/.exec(header);
  if (declared !== null) return declared[1] === '' ? 'a function' : (declared[1] ?? null);
  if (/=>\s*\{$/.test(header.trimEnd())) {
    if (/^\s*(export )?type\b/.test(header)) return null;
    const named = /^\s*(?:export )?(?:const |let )?(?:readonly )?(\w+)\s*(?:[=:(]|<)/.exec(header);
    return named?.[1] ?? 'a function';
  }
  if (notFunctions.test(header)) return null;
  const method = /^\s*(?:async |static |get |set |override |private )*(\w+)\s*[(<][^=]*\)[^=]*\{$/s;
  return method.exec(header.trimEnd())?.[1] ?? null;
}

/** Functions that are too long. A suite of tests is a list, not a function. */
export const checkFunctionLength = (files: readonly HouseFile[]): Finding[] =>
  files
    .filter(({ path }) => isCode(path) && !isTest(path))
    .flatMap(({ path, text }) =>
      functionsOf(text)
        .filter(({ lines }) => lines > longest)
        .map(
          ({ name, line, lines }) =>
            `${path}:${line}: ${name} has ${lines} lines, at most ${longest}`,
        ),
    );
