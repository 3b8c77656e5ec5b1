// What a command of the `prewatt sts` group is: its words, its options, and how it answers.

import type { Answer, CommandContext, Options, OptionTable } from '../command.ts';
import type { Outcome } from './usage.ts';

export type StsResult = Outcome<Answer>;

/** One command of the group. */
export type StsCommand = {
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly run: (options: Options, context: CommandContext) => StsResult;
};
