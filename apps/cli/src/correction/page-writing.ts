// `prewatt sale page-writing`: language, clock and money of the customers' pages.

import { pageLanguages, pageWritingApi, pageWritingSchema } from '@prewatt/api';
import { type DeskCommand, done, failure, requestIdOf, requestOptions } from './desk.ts';

const codes = Object.keys(pageLanguages).join(', ');

export const pageWritingCommand: DeskCommand = {
  summary: 'how the customers’ pages are written: language, clock, money',
  help: `prewatt sale page-writing [--language CODE] [--clock 12|24] [--money sign|code]
  [--reason TEXT] [--request-id ID]

Without options it shows what holds and who chose it. What is not named stays. The language is that
of customers who chose none and whose browser asks for none of ours: ${codes}.
--money sign writes "R 25.00", code "ZAR 25.00". An administrator's, with a --reason.`,
  options: {
    ...{ language: 'text', clock: 'text', money: 'text' },
    ...{ reason: 'text', ...requestOptions },
  },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const now = await desk.client.call(pageWritingApi.read);
    if (!now.ok) return now;
    const [language, clock, money] = [
      options.text('language'),
      options.text('clock'),
      options.text('money'),
    ];
    const changes = [language, clock, money].some((each) => each !== undefined);
    const reason = options.text('reason');
    if (changes && reason === undefined) return failure('reason', 'a change takes a --reason', 2);
    const wanted = pageWritingSchema.safeParse({
      language: language ?? now.value.language,
      hours: clock === undefined ? now.value.hours : Number(clock),
      moneyForm: money ?? now.value.moneyForm,
    });
    if (!wanted.success) {
      const text = `give --language as one of ${codes}, --clock as 12 or 24, --money as sign or code`;
      return failure('options', text, 2);
    }
    const body = { ...wanted.data, requestId: requestIdOf(options), reason: reason ?? '' };
    const answer = changes ? await desk.client.call(pageWritingApi.change, { body }) : now;
    if (!answer.ok) return answer;
    const { history, hours, moneyForm } = answer.value;
    return done(
      [
        `language: ${answer.value.language} (${pageLanguages[answer.value.language]})`,
        `clock: ${hours} hours`,
        `money: ${moneyForm}`,
        ...history.map((row) => `${desk.when(row.at)}  ${row.by}: ${row.reason}`),
      ],
      answer.value,
    );
  },
};
