// `prewatt bank-statement`: a bank's file looked at, brought for a second person's yes, and what
// became of its payments.

import { type BankFileBody, bankCsvMappingSchema, bankStatementApi } from '@prewatt/api';
import { countText, ok, type Result } from '@prewatt/quantities';
import type { Failure, Options } from '../command.ts';
import {
  awaits,
  type Desk,
  type DeskCommand,
  done,
  failure,
  groupOf,
  requestIdOf,
  requestOptions,
} from './desk.ts';

const fileHelp = `FILE is camt.053, camt.054, MT940, or CSV with --mapping MAPPING.json:
{"id": "Reference", "amount": "Amount", "text": "Description", "date": "Date"}; also "separator" and
"decimalComma". --mpesa takes the list of M-Pesa's portal, for what its notifications did not bring.`;
const fileOptions = { mapping: 'text', mpesa: 'flag' } as const;

async function fileOf(desk: Desk, options: Options): Promise<Result<BankFileBody, Failure>> {
  const path = options.positionals[0] ?? '';
  const mappingPath = options.text('mapping');
  try {
    const bytes = Buffer.from(await (await desk.context.openFile(path)).arrayBuffer());
    const mapping =
      mappingPath === undefined
        ? {}
        : { mapping: bankCsvMappingSchema.parse(JSON.parse(desk.context.readFile(mappingPath))) };
    const source = options.flag('mpesa') ? 'daraja' : 'bank';
    const name = path.split(/[\\/]/).at(-1) ?? path;
    return ok({ name, source, contentBase64: bytes.toString('base64'), ...mapping });
  } catch (error) {
    return failure('file', error instanceof Error ? error.message : `cannot read ${path}`);
  }
}

const look: DeskCommand = {
  summary: 'what would become of the payments of a file; writes nothing',
  help: `prewatt bank-statement look FILE [--mapping FILE] [--mpesa]\n\n${fileHelp}`,
  options: fileOptions,
  required: [],
  positionals: ['FILE'],
  run: async (desk, options) => {
    const body = await fileOf(desk, options);
    if (!body.ok) return body;
    const seen = await desk.client.call(bankStatementApi.preview, { body: body.value });
    if (!seen.ok) return seen;
    const { payments, paymentsMinor, counts, reversals, outgoing, pending, rows } = seen.value;
    return done(
      [
        `${countText(payments, 'payment')}, ${desk.money(paymentsMinor)}; ${counts.meter} buy, ${counts.payment} pay for a purchase, ${counts.list} go to the list, ${counts.before} came before; ${reversals} taken back by the bank`,
        ...(outgoing === 0
          ? []
          : [
              `not taken: ${countText(outgoing, 'entry', 'entries')} of money that left the account`,
            ]),
        ...(pending === 0 ? [] : [`not taken: ${pending} announced and not booked`]),
        ...rows.map(
          (row) =>
            `${desk.money(row.amountMinor)}  ${row.goesTo}  ${row.connectionName ?? ''}  ${row.text ?? ''}`,
        ),
      ],
      seen.value,
    );
  },
};

const bring: DeskCommand = {
  summary: 'ask to take the payments of a file',
  help: `prewatt bank-statement bring FILE --reason TEXT [--mapping FILE] [--mpesa] [--request-id ID]\n\n${fileHelp}`,
  options: { ...fileOptions, reason: 'text', ...requestOptions },
  required: ['reason'],
  positionals: ['FILE'],
  run: async (desk, options) => {
    const file = await fileOf(desk, options);
    if (!file.ok) return file;
    const reason = options.text('reason') ?? '';
    const body = { ...file.value, reason, requestId: requestIdOf(options) };
    const asked = await desk.client.call(bankStatementApi.bring, { body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

const list: DeskCommand = {
  summary: 'statements, the newest first, and what became of their payments',
  help: 'prewatt bank-statement list',
  options: {},
  required: [],
  positionals: [],
  run: async (desk) => {
    const page = await desk.client.call(bankStatementApi.list);
    if (!page.ok) return page;
    const lines = page.value.rows.map(
      ({ statementId, name, state, payments, paymentsMinor, counts }) =>
        `${statementId}  ${name}  ${state}  ${countText(payments, 'payment')}, ${desk.money(paymentsMinor)}: ${counts.placed} bought, ${counts.unallocated} on the list, ${counts.before} known before, ${counts.open} to go`,
    );
    return done(lines.length === 0 ? ['no statement was brought'] : lines, page.value);
  },
};

export const bankStatementGroup = groupOf('bank-statement', 'payments of a bank account', {
  look,
  bring,
  list,
});
