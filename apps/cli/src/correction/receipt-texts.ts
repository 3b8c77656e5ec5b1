// `prewatt sale receipt-texts`: what receipts say of the utility beside its name.

import { type DocumentTexts, documentTextsApi } from '@prewatt/api';
import { type DeskCommand, done, failure, requestIdOf, requestOptions } from './desk.ts';

const optionOf = {
  legalName: 'legal-name',
  taxNumber: 'tax-number',
  address: 'address',
  receiptFooter: 'footer',
} as const satisfies Record<keyof DocumentTexts, string>;
const names = Object.keys(optionOf) as readonly (keyof DocumentTexts)[];

export const receiptTextsCommand: DeskCommand = {
  summary: 'what receipts say of the utility: legal name, address, tax number, footer',
  help: `prewatt sale receipt-texts [--legal-name TEXT] [--tax-number TEXT] [--address TEXT]
  [--footer TEXT] [--reason TEXT] [--request-id ID]

Without options it shows what stands there and who wrote it. What is not named stays; '' takes a
text away. \\n in an address or a footer begins a line. An administrator's, with a --reason.`,
  options: {
    ...{ 'legal-name': 'text', 'tax-number': 'text', address: 'text', footer: 'text' },
    ...{ reason: 'text', ...requestOptions },
  },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const now = await desk.client.call(documentTextsApi.read);
    if (!now.ok) return now;
    const given = (name: keyof DocumentTexts) =>
      options.text(optionOf[name])?.replaceAll('\\n', '\n');
    const changes = names.some((name) => given(name) !== undefined);
    const reason = options.text('reason');
    if (changes && reason === undefined) return failure('reason', 'a change takes a --reason', 2);
    const of = (name: keyof DocumentTexts) => given(name) ?? now.value[name];
    const body = {
      ...{ legalName: of('legalName'), taxNumber: of('taxNumber'), address: of('address') },
      ...{ receiptFooter: of('receiptFooter') },
      ...{ requestId: requestIdOf(options), reason: reason ?? '' },
    };
    const answer = changes ? await desk.client.call(documentTextsApi.change, { body }) : now;
    if (!answer.ok) return answer;
    return done(
      [
        ...names.map(
          (name) => `${optionOf[name]}: ${(answer.value[name] ?? 'none').replaceAll('\n', ' / ')}`,
        ),
        ...answer.value.history.map((row) => `${desk.when(row.at)}  ${row.by}: ${row.reason}`),
      ],
      answer.value,
    );
  },
};
