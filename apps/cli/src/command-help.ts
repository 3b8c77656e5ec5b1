// The help of one command: what it does, how it is written, its options with their units, an
// example, and its exit codes. All commands have the same parts, in the same order.

import type { CommandLine } from './command.ts';
import { exampleOf, summaryOf } from './examples.ts';
import { optionWords } from './option-words.ts';

export const exitCodes =
  'Exit codes: 0 done; 1 refused or failed; 2 the line itself is wrong, and nothing was done.';

/** `command` has the options of its group, too. */
export function helpOf(title: string, command: CommandLine): string {
  const { help } = command;
  const own = help?.trimEnd() ?? `  ${usageOf(title, command)}`;
  const options = Object.entries(command.options)
    .filter(([name]) => help === undefined || !saysOption(help, name))
    .map(([name, kind]) => lineOf(name, kind, command))
    .join('\n');
  const summary = command.summary ?? summaryOf(title) ?? '';
  const more = help === undefined ? moreOf(title) : '';
  const parts = [`prewatt ${title}: ${summary}`, own, options, more].filter((part) => part !== '');
  return `${parts.join('\n\n')}\n${tailOf(title)}`;
}

export const saysOption = (help: string, name: string): boolean =>
  new RegExp(`--${name}(?![\\w-])`).test(help);

/** The end of every command's help. */
export function tailOf(title: string): string {
  const example = exampleOf(title);
  const shown = example === undefined ? '' : `\nExample:\n  ${example}\n`;
  return `${shown}\n${exitCodes}\n`;
}

const moreOf = (title: string): string => {
  const [group = ''] = title.split(' ');
  return group === title ? '' : `More of what it is for: prewatt ${group} --help`;
};

/** Days that are named one by one are no number of days. */
const valueWords = (name: string, { forms }: CommandLine): string =>
  name === 'days' && forms?.['days'] === 'text' ? 'DAY,DAY' : (optionWords[name]?.[0] ?? 'TEXT');

function usageOf(title: string, command: CommandLine): string {
  const { options, positionals = [], required = [] } = command;
  const named = Object.entries(options).map(([name, kind]) => {
    const text = kind === 'flag' ? `--${name}` : `--${name} ${valueWords(name, command)}`;
    return required.includes(name) ? text : `[${text}]`;
  });
  return ['prewatt', title, ...positionals, ...named].join(' ');
}

function lineOf(name: string, kind: 'text' | 'flag', command: CommandLine): string {
  const value = valueWords(name, command);
  const words = value === 'DAY,DAY' ? 'which days' : (optionWords[name]?.[1] ?? '');
  const left = kind === 'flag' ? `--${name}` : `--${name} ${value}`;
  return `  ${left.padEnd(28)} ${words}`.trimEnd();
}
