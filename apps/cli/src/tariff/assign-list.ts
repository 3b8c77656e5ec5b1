// A list of connections for another tariff: a meter number or a connection's id on each line, and
// beside it, under their names in a first line, facts that the tariff asks for.

import type { NewAssignment } from '@prewatt/api';
import type { CommandContext } from '../command.ts';
import { readText } from '../server-group.ts';

type List = Extract<NewAssignment['choose'], { list: unknown }>['list'];

const places: readonly string[] = ['meter_number', 'connection_id', 'meter', 'connection'];

/** The rows, or what is wrong. */
export function readList(context: CommandContext, path: string): List | string {
  const text = readText(context, path);
  if (text === null) return `cannot read ${path}`;
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ at: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first] = lines;
  const isHeader = first?.cells.some((cell) => places.includes(cell.toLowerCase())) ?? false;
  const names = isHeader ? (first?.cells ?? []) : ['meter_number'];
  const placeAt = names.findIndex((name) => places.includes(name.toLowerCase()));
  const rows: List = [];
  for (const { at, cells } of isHeader ? lines.slice(1) : lines) {
    if (cells.length !== names.length) {
      const wanted = isHeader ? `the ${names.length} columns of its first line` : 'one number';
      return `${path}, line ${at}: write ${wanted}`;
    }
    const facts = names.flatMap((name, index) =>
      index === placeAt || cells[index] === '' ? [] : [[name, cells[index] ?? ''] as const],
    );
    const parameters = Object.fromEntries(facts);
    rows.push({ of: cells[placeAt] ?? '', ...(facts.length > 0 && { parameters }) });
  }
  return rows.length === 0 ? `${path} names no connection` : rows;
}

const cellsOf = (line: string): string[] =>
  line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
