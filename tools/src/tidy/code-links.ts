// Links of documents into code: [`name`](path#L12) must lead to a line that says that name. Code
// moves, so the same knowledge can put the links right again (`npm run relink`).

import { dirname, join } from 'node:path/posix';
import type { Finding, HouseFile } from './files.ts';

const link = /\[`([A-Za-z_]\w*)`([^\]]*)\]\(([^)#\s]+)#L(\d+)\)/g;

/** Findings for links whose line does not hold the name that they show. */
export function checkCodeLinks(files: readonly HouseFile[]): Finding[] {
  const texts = textsOf(files);
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((file) =>
      [...file.text.matchAll(link)].flatMap(([, name = '', , target = '', line = '']) => {
        const lines = texts.get(join(dirname(file.path), target));
        if (lines === undefined || says(lines[Number(line) - 1], name)) return [];
        return [`${file.path}: \`${name}\` is not on ${target}#L${line}; run npm run relink`];
      }),
    );
}

/** The document with each such link on the right line: the definition, else the nearest mention. */
export function relinked(file: HouseFile, files: readonly HouseFile[]): string {
  const texts = textsOf(files);
  return file.text.replace(
    link,
    (whole, name: string, rest: string, target: string, old: string) => {
      const lines = texts.get(join(dirname(file.path), target));
      if (lines === undefined) return whole;
      const line = says(lines[Number(old) - 1], name)
        ? Number(old)
        : lineOf(lines, name, Number(old));
      return line === null ? whole : `[\`${name}\`${rest}](${target}#L${line})`;
    },
  );
}

function textsOf(files: readonly HouseFile[]): Map<string, string[]> {
  return new Map(files.map(({ path, text }) => [path, text.split('\n')]));
}

const says = (line: string | undefined, name: string): boolean =>
  line !== undefined && new RegExp(`\\b${name}\\b`).test(line);

function lineOf(lines: readonly string[], name: string, near: number): number | null {
  const numbers = lines.flatMap((line, index) => (says(line, name) ? [index + 1] : []));
  const defines = new RegExp(`(function|const|type|class) ${name}\\b|^\\s*${name}: (async )?\\(`);
  const definitions = numbers.filter((number) => defines.test(lines[number - 1] ?? ''));
  const [first] = (definitions.length > 0 ? definitions : numbers).toSorted(
    (a, b) => Math.abs(a - near) - Math.abs(b - near),
  );
  return first ?? null;
}
