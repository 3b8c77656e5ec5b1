// What a command of the `prewatt tariff` group is: its words, its options, and what it does.

import type {
  CommandContext,
  CommandResult,
  OptionForm,
  Options,
  OptionTable,
} from '../command.ts';

/** One command of the group. */
export type TariffCommand = {
  readonly positionals?: readonly string[];
  readonly required?: readonly string[];
  readonly summary: string;
  readonly help: string;
  readonly options: OptionTable;
  readonly forms?: Readonly<Record<string, OptionForm>>;
  readonly run: (
    options: Options,
    context: CommandContext,
  ) => CommandResult | Promise<CommandResult>;
};
