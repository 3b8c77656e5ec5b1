// The file of `prewatt tariff assign --list`.

import { type AssignmentList, readAssignmentList } from '@prewatt/api';
import type { CommandContext } from '../command.ts';
import { readText } from '../server-group.ts';

/** The rows, or what is wrong. */
export function readList(context: CommandContext, path: string): AssignmentList | string {
  const text = readText(context, path);
  if (text === null) return `cannot read ${path}`;
  const list = readAssignmentList(text);
  return list.ok ? list.value : `${path}: ${list.error}`;
}
