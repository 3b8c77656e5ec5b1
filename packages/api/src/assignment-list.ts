// A list of connections for another tariff, as it is pasted or lies in a file: a meter number or a
// connection's id on each line, and beside it, under their names in a first line, facts that the
// tariff asks for. The console and the command line read it alike.

import { err, ok, type Result } from '@prewatt/quantities';
import { assignmentListRows, type NewAssignment } from './assignments.ts';

export type AssignmentList = Extract<NewAssignment['choose'], { list: unknown }>['list'];

const places: readonly string[] = ['meter_number', 'connection_id', 'meter', 'connection'];

/** The rows, or what is wrong with the text. */
export function readAssignmentList(text: string): Result<AssignmentList, string> {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ at: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first] = lines;
  const isHeader = first?.cells.some((cell) => places.includes(cell.toLowerCase())) ?? false;
  const names = isHeader ? (first?.cells ?? []) : ['meter_number'];
  const placeAt = names.findIndex((name) => places.includes(name.toLowerCase()));
  const rows: AssignmentList = [];
  for (const { at, cells } of isHeader ? lines.slice(1) : lines) {
    if (cells.length !== names.length) {
      const wanted = isHeader ? `the ${names.length} columns of its first line` : 'one number';
      return err(`line ${at}: write ${wanted}`);
    }
    const facts = names.flatMap((name, index) =>
      index === placeAt || cells[index] === '' ? [] : [[name, cells[index] ?? ''] as const],
    );
    const parameters = Object.fromEntries(facts);
    rows.push({ of: cells[placeAt] ?? '', ...(facts.length > 0 && { parameters }) });
  }
  if (rows.length === 0) return err('it names no connection');
  if (rows.length > assignmentListRows) return err(`it has more than ${assignmentListRows} lines`);
  return ok(rows);
}

const cellsOf = (line: string): string[] =>
  line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
