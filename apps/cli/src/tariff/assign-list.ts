// The file of `prewatt tariff assign --list`.

import { type AssignmentList, readAssignmentList } from '@prewatt/api';
import type { CommandContext } from '../command.ts';
import { faultIn, textOf } from '../server-group.ts';

export function readList(context: CommandContext, path: string): AssignmentList {
  const list = readAssignmentList(textOf(context, path));
  return list.ok ? list.value : faultIn(path, list.error);
}
