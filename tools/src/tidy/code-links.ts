// Links of documents into code: [`name`](path) must lead to a file that says that name. Lines are
// not named, since code moves.

import { dirname, join } from 'node:path/posix';
import type { Finding, HouseFile } from './files.ts';

const link = /\[`([A-Za-z_]\w*)`[^\]]*\]\(([^)#\s]+\.tsx?)(#[^)]*)?\)/g;

/** Findings for links whose file does not hold the name that they show, or that name a line. */
export function checkCodeLinks(files: readonly HouseFile[]): Finding[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((file) =>
      [...file.text.matchAll(link)].flatMap(([, name = '', target = '', anchor]) => {
        const at = `${file.path}: \`${name}\``;
        if (anchor !== undefined)
          return [`${at} leads to a line of ${target}; name the file alone`];
        const text = texts.get(join(dirname(file.path), target));
        const says = text === undefined || new RegExp(`\\b${name}\\b`).test(text);
        return says ? [] : [`${at} does not stand in ${target}`];
      }),
    );
}
