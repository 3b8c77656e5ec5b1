// Values that are written wrongly, found before anything is asked: a day that no calendar has, an
// instant without a zone, a count that is no number. The same everywhere, so that each such line
// ends with exit code 2.

import type { CommandLine, OptionForm, Options } from './command.ts';

/** Of options that mean the same in every command that has them; a command may say otherwise. */
const usual: Readonly<Record<string, OptionForm>> = {
  at: 'instant',
  date: 'day',
  day: 'day',
  days: 'count',
  hours: 'count',
  'last-date': 'day',
  limit: 'count',
  months: 'count',
  'per-minute': 'count',
  'read-at': 'instant',
};

const advice: Readonly<Record<OptionForm, string>> = {
  count: 'is a whole number from 1',
  day: 'is a day like 2026-11-30',
  instant: 'is an instant like 2026-11-24T06:30Z or 2026-11-24T09:30+03:00',
  text: 'is a text',
};

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

const fits: Readonly<Record<OptionForm, (text: string) => boolean>> = {
  count: (text) => /^[1-9]\d{0,8}$/.test(text),
  day: isDay,
  instant: (text) => {
    const [day = ''] = text.split('T');
    return isDay(day) && /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));
  },
  text: () => true,
};

/** "--day is a day like 2026-11-30"; null when each value is written as it should be. */
export function faultOfForms(command: CommandLine, options: Options): string | null {
  for (const name of Object.keys(command.options)) {
    const form = command.forms?.[name] ?? usual[name];
    const value = options.text(name);
    if (form === undefined || value === undefined || fits[form](value)) continue;
    return `--${name} ${advice[form]}`;
  }
  return null;
}

const isWhole = (text: string): boolean => /T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text);

/** Its instants as the server takes them: with seconds, in UTC, however they were written. */
export function withWholeInstants(command: CommandLine, options: Options): Options {
  return {
    ...options,
    text: (name) => {
      const value = options.text(name);
      const form = command.forms?.[name] ?? usual[name];
      if (value === undefined || form !== 'instant' || isWhole(value)) return value;
      return new Date(value).toISOString();
    },
  };
}
