// What the commands of the group have in common: a folder that is read first.

import {
  type CommandContext,
  type CommandResult,
  type Options,
  type OptionTable,
  refused,
} from '../command.ts';
import { readTheftFolder, type TheftFolder } from './theft-folder.ts';

export type RevenueCommand = {
  readonly options: OptionTable;
  readonly positionals: readonly ['DIR'];
  readonly run: (options: Options, context: CommandContext) => Promise<CommandResult | string>;
};

/** A command that works on a folder; a string says what is wrong with the line. */
export const onFolder = (
  options: OptionTable,
  work: (folder: TheftFolder, options: Options) => CommandResult | string,
): RevenueCommand => ({
  options,
  positionals: ['DIR'],
  run: async (given, context) => {
    const path = (given.positionals[0] ?? '').replace(/(?<=.)\/+$/, '');
    const folder = await readTheftFolder(context, path, given.text('loads'));
    return folder.ok ? work(folder.value, given) : refused('folder', folder.error);
  },
});
