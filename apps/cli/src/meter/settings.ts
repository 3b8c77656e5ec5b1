// The settings of a utility as commands, one for each row of the table in packages/api:
// `prewatt meter silence`, `prewatt meter identity-warning`.

import {
  type SettingName,
  settingNames,
  settingRoutes,
  settingValue,
  utilitySettings,
} from '@prewatt/api';
import {
  type DeskCommand,
  done,
  failure,
  requestIdOf,
  requestOptions,
} from '../correction/desk.ts';

const commandOf = (name: SettingName): DeskCommand => {
  const { path, unit, least, most, title, sentence } = utilitySettings[name];
  return {
    summary: `${title.charAt(0).toLowerCase()}${title.slice(1)}; an administrator sets it`,
    help: `prewatt meter ${path} [--${unit} N --reason TEXT [--request-id ID]]

Without --${unit} it shows what holds and who set it.`,
    options: { [unit]: 'text', reason: 'text', ...requestOptions },
    required: [],
    positionals: [],
    run: async (desk, options) => {
      const { read, change } = settingRoutes(name);
      const text = options.text(unit);
      const value = Number(text);
      const fits = Number.isSafeInteger(value) && value >= least && value <= most;
      if (text !== undefined && !fits) {
        return failure(unit, `--${unit} is a whole number, ${least} to ${most}`, 2);
      }
      if (text !== undefined && options.text('reason') === undefined) {
        return failure('reason', `--${unit} takes a --reason`, 2);
      }
      const reason = options.text('reason');
      const body = { requestId: requestIdOf(options), [unit]: value, reason };
      const answer =
        text === undefined
          ? await desk.client.call(read)
          : await desk.client.call(change, { body });
      if (!answer.ok) return answer;
      const now = settingValue(name, answer.value);
      return done(
        [
          sentence.replace('#', `${now} ${now === 1 ? unit.slice(0, -1) : unit}`),
          ...answer.value.history.map(
            (row) =>
              `${desk.when(row.at)}  ${row.by}  ${row.before} to ${row.after}: ${row.reason}`,
          ),
        ],
        answer.value,
      );
    },
  };
};

export const settingCommands: Readonly<Record<string, DeskCommand>> = Object.fromEntries(
  settingNames.map((name) => [utilitySettings[name].path, commandOf(name)]),
);
