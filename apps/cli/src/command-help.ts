// The help of one command: what it does, how it is written, its options with their units, an
// example, and its exit codes. All commands have the same parts, in the same order.

import type { CommandLine } from './command.ts';
import { exampleOf, summaryOf } from './examples.ts';
import { optionWords } from './option-words.ts';

export const exitCodes =
  'Exit codes: 0 done; 1 refused or failed; 2 the line itself is wrong, and nothing was done.';

/** `command` has the options of its group, too. */
export function helpOf(title: string, command: CommandLine): string {
  const own = command.help?.trimEnd() ?? `  ${usageOf(title, command)}\n\n${moreOf(title)}`;
  const missing = Object.entries(command.options).filter(
    ([name]) => !new RegExp(`--${name}(?![\\w-])`).test(own),
  );
  const options = missing.map(([name, kind]) => lineOf(name, kind)).join('\n');
  const summary = command.summary ?? summaryOf(title) ?? '';
  const parts = [`prewatt ${title}: ${summary}`, own, ...(options === '' ? [] : [options])];
  return `${parts.join('\n\n')}\n${tailOf(title)}`;
}

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

function usageOf(title: string, { options, positionals = [], required = [] }: CommandLine): string {
  const named = Object.entries(options).map(([name, kind]) => {
    const text = kind === 'flag' ? `--${name}` : `--${name} ${optionWords[name]?.[0] ?? 'TEXT'}`;
    return required.includes(name) ? text : `[${text}]`;
  });
  return ['prewatt', title, ...positionals, ...named].join(' ');
}

function lineOf(name: string, kind: 'text' | 'flag'): string {
  const [value = 'TEXT', words = ''] = optionWords[name] ?? [];
  const left = kind === 'flag' ? `--${name}` : `--${name} ${value}`;
  return `  ${left.padEnd(28)} ${words}`.trimEnd();
}
