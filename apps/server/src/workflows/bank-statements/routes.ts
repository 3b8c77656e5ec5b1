// An operator's routes of bank statements. Shapes: packages/api/src/bank-statements.ts.

import { type BankStatement, bankFileLimit, bankStatementApi } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import { problemOfApproval } from '../../registry/approvals/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../../registry/sign-in/index.ts';
import type { FileRefusal } from './file.ts';
import type { BankStatements, Looked } from './service.ts';
import { countsOf, entriesOf, type StatementRow, statementById, statementsOf } from './store.ts';

export type BankStatementRoutesDeps = OperatorScopeDeps & {
  readonly publicUrl: string;
  readonly bankStatements: BankStatements;
};

const bodyLimit = Math.ceil(bankFileLimit / 3) * 4 + 65_536;
const rowsShown = 200;

const fileFaults: Record<FileRefusal | 'broughtBefore', string> = {
  doctype: 'The file has a DOCTYPE, which no bank’s statement has.',
  'too-large': 'The file is too large; bring it by days.',
  'not-well-formed': 'The file is no well-formed XML.',
  'not-a-statement': 'The file is no statement: camt.053, camt.054, MT940 or CSV.',
  'malformed-amount': 'An amount of the file cannot be read. Nothing was taken.',
  'no-entries': 'The file has no entries.',
  'mapping-needed':
    'Of a CSV file, say which column is which. On the command line: --mapping FILE, where FILE has ' +
    '{"id": "Reference", "amount": "Amount", "text": "Description", "date": "Date"}, each name as the ' +
    'first line of the CSV file has it.',
  'not-final': 'This is a report of the day itself (camt.052); take the statement (camt.053).',
  unbalanced: 'Opening balance, entries and closing balance do not add up. Nothing was taken.',
  'too-many': 'The file has more than 20,000 entries; bring it by days.',
  broughtBefore: 'This file was brought before.',
};

const isFileFault = (code: string): code is keyof typeof fileFaults => code in fileFaults;
const badFile = (code: keyof typeof fileFaults): HttpProblem =>
  new HttpProblem({
    status: code === 'broughtBefore' ? 409 : 422,
    code: code === 'broughtBefore' ? code : 'badFile',
    title: 'The file was not taken',
    detail: fileFaults[code],
  });

export function bankStatementRoutes(context: BankStatementRoutesDeps) {
  const { bankStatements } = context;
  const { scoped } = createOperatorScope(context);

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, bankStatementApi.list, ({ request }) =>
      scoped(request, async ({ tx, utility }) => {
        const rows = await statementsOf(tx, utility.id);
        const shown: BankStatement[] = [];
        for (const row of rows) shown.push(await shownOf(tx, row));
        return { rows: shown, nextCursor: null };
      }),
    );
    on(app, bankStatementApi.detail, ({ request, uuid }) => {
      const statementId = uuid('id');
      return scoped(request, async ({ tx, utility }) => {
        const row = await statementById(tx, { utilityId: utility.id, statementId });
        if (row === null) throw notFound('statement');
        const rows = (await entriesOf(tx, statementId)).map((entry) => ({
          ordinal: entry.ordinal,
          amountMinor: entry.amount_minor.toString(),
          payer: entry.payer_name,
          text: entry.account,
          bookedOn: entry.booked_on,
          kind: entry.kind,
          reference: entry.reference,
          outcome: entry.outcome,
        }));
        return { ...(await shownOf(tx, row)), rows };
      });
    });
    on(app, bankStatementApi.preview, {
      bodyLimit,
      handler: ({ request, readBody }) => {
        const file = readBody();
        return scoped(request, async ({ tx, utility }) => {
          const looked = await bankStatements.look(tx, utility, file);
          if (!looked.ok) throw badFile(looked.error);
          return previewOf(looked.value);
        });
      },
    });
    on(app, bankStatementApi.bring, {
      bodyLimit,
      handler: async ({ request, reply, readBody }) => {
        const { requestId, reason, ...file } = readBody();
        const asked = await scoped(request, async ({ tx, utility, operator }) => {
          const by = { operatorId: operator.operatorId, name: operator.name };
          return bankStatements.bring(tx, utility, { file, requestId, reason, by });
        });
        if (!asked.ok) {
          throw isFileFault(asked.error) ? badFile(asked.error) : problemOfApproval(asked.error);
        }
        const approvalId = idFromUuid('approval', asked.value.approvalId);
        return reply.code(202).send({ approvalId });
      },
    });
  };
}

async function shownOf(tx: Tx, row: StatementRow): Promise<BankStatement> {
  return {
    statementId: idFromUuid('file', row.id),
    name: row.name,
    source: row.source,
    format: row.format,
    state: row.state,
    payments: row.payments_total,
    paymentsMinor: row.payments_minor.toString(),
    reversals: row.reversals_total,
    broughtAt: isoOf(row.brought_at),
    broughtBy: row.brought_by,
    approvedBy: row.allowed_by,
    approvalId: idFromUuid('approval', row.approval_id),
    counts: await countsOf(tx, row.id),
  };
}

function previewOf({ format, balanced, pending, outgoing, placed }: Looked) {
  const of = (goesTo: string): number => placed.filter((each) => each.goesTo === goesTo).length;
  const payments = placed.filter(({ kind }) => kind === 'payment');
  return {
    format,
    balanced,
    ...{ pending, outgoing },
    payments: payments.length,
    paymentsMinor: payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0n).toString(),
    reversals: placed.length - payments.length,
    counts: {
      ...{ meter: of('meter'), payment: of('payment'), list: of('list') },
      ...{ before: of('before'), reversal: of('reversal') },
    },
    rows: placed.slice(0, rowsShown).map((each) => ({
      ordinal: each.ordinal,
      amountMinor: each.amountMinor.toString(),
      payer: each.payer,
      text: each.account,
      bookedOn: each.bookedOn,
      goesTo: each.goesTo,
      connectionName: each.connectionName,
    })),
  };
}
