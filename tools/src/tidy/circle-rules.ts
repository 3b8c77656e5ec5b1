// No circle of files: a file is never reached again by following its imports, type imports
// counted. A circle means that a shared type or function lives above those who use it.

import { dirname, join } from 'node:path/posix';
import { importsOf } from './code-text.ts';
import { type Finding, type HouseFile, isCode } from './files.ts';
import type { Workspace } from './import-rules.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** One finding for each group of files that reach each other, with one circle of it spelt out. */
export function checkFileCircles(files: HouseFile[], workspaces: Workspace[]): Finding[] {
  const graph = graphOf(files, workspaces);
  return groupsOf(graph).map((group) => {
    const circle = circleIn(group, graph);
    const more = group.length > circle.length ? ` (${group.length} files reach each other)` : '';
    return `${circle[0]}: imports itself: ${[...circle, circle[0]].join(' -> ')}${more}`;
  });
}

/** For each file of ours, the files of ours that it imports. */
function graphOf(files: HouseFile[], workspaces: Workspace[]): Graph {
  const code = files.filter(({ path }) => isCode(path));
  const known = new Set(code.map(({ path }) => path));
  const graph = new Map<string, string[]>();
  for (const { path, text } of code) {
    const targets = importsOf(text).map(({ from }) => fileOf(from, path, workspaces));
    graph.set(
      path,
      targets.filter((target) => target !== undefined && known.has(target)) as string[],
    );
  }
  return graph;
}

/** The file that an import names, in a package of ours by its `exports`; none outside of ours. */
function fileOf(from: string, importer: string, workspaces: Workspace[]): string | undefined {
  if (from.startsWith('.')) return join(dirname(importer), from.split('?')[0] ?? '');
  const [scope, name, ...rest] = from.split('/');
  if (scope !== '@prewatt') return undefined;
  const found = workspaces.find(({ manifest }) => manifest.name === `@prewatt/${name}`);
  const target = found?.manifest.exports?.[rest.length === 0 ? '.' : `./${rest.join('/')}`];
  return target === undefined ? undefined : join(found?.folder ?? '', target);
}

/** Groups of files that all reach each other (Tarjan), and files that import themselves. */
function groupsOf(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const groups: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    let low = order.size - 1;
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
    }
    lowest.set(file, low);
    if (low !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || graph.get(file)?.includes(file)) groups.push(group.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return groups.sort((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
}

/** A shortest way from the first file of a group back to itself. */
function circleIn(group: string[], graph: Graph): string[] {
  const [start = ''] = group;
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return way;
      if (seen.has(next) || !group.includes(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return group;
}
