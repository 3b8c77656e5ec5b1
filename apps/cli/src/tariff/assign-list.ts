// The file of `prewatt tariff assign --list`.

import { type AssignmentList, readAssignmentList } from '@prewatt/api';
import type { CommandContext } from '../command.ts';
import { textOf } from '../server-group.ts';

/** The rows, or what is wrong. */
export function readList(context: CommandContext, path: string): AssignmentList | string {
  const list = readAssignmentList(textOf(context, path));
  return list.ok ? list.value : `${path}: ${list.error}`;
}
