// `npm run docs`: runs the command blocks of docs that are marked to run (```sh run), those of one
// page in order, in a clean folder. What a page tells people to type must work as it stands. Other
// marks are for other runners: `sh road` for that of the whole installation (road/main.ts).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './workspaces.ts';

export type DocBlock = {
  readonly page: string;
  readonly line: number;
  readonly script: string;
  /** The fence says "may end with 1": what it prints matters, not how it ends. */
  readonly mayFail: boolean;
};

/** Blocks of a page that have the mark, in their order. */
export function blocksOf(page: string, text: string, mark = 'run'): readonly DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: { readonly line: number; readonly fence: string; readonly lines: string[] } | null =
    null;
  for (const [index, line] of text.split('\n').entries()) {
    if (open === null) {
      if (line.startsWith('```')) open = { line: index + 1, fence: line, lines: [] };
    } else if (line === '```') {
      const [marks = '', more = ''] = open.fence.slice(3).split(', ');
      const [language, ...names] = marks.split(' ');
      if (language === 'sh' && names.includes(mark)) {
        const script = open.lines.join('\n');
        blocks.push({ page, line: open.line, script, mayFail: more === 'may end with 1' });
      }
      open = null;
    } else open.lines.push(line);
  }
  return blocks;
}

/** All marked blocks below docs/. */
export function markedBlocks(): readonly DocBlock[] {
  const folder = join(root, 'docs');
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort();
  return pages.flatMap((page) => blocksOf(page, readFileSync(join(folder, page), 'utf8')));
}

/** Runs the blocks of one page in one clean folder; null, or where it failed and what was said. */
export function runPage(blocks: readonly DocBlock[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-docs-'));
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  try {
    for (const { page, line, script } of blocks) {
      const ended = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: folder,
        env: { PATH: path, HOME: folder },
        encoding: 'utf8',
        timeout: 120_000,
      });
      if (ended.status !== 0) {
        return `docs/${page}:${line} ended with ${ended.status}\n${ended.stdout}${ended.stderr}`;
      }
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const blocks = markedBlocks();
  for (const [page, own] of Map.groupBy(blocks, (block) => block.page)) {
    const failed = runPage(own);
    console.log(failed ?? `docs/${page}: ${own.length} blocks run`);
    if (failed !== null) process.exitCode = 1;
  }
}
