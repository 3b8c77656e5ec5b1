// Routes of the reports on money that came in, energy that was given, and money that is unclaimed.

import {
  type CollectionSums,
  type GivenSums,
  reportApi,
  type UnclaimedItem,
  unclaimedKinds,
} from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { reportDays } from '../../base/http/report-days.ts';
import { mostFileRows, type TableCell, wholeRows } from '../../base/http/table-file.ts';
import { type AuditLog, createTableExport } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import { collections, collectionTransfers } from './collections.ts';
import { givenGrants, givenReport } from './given.ts';
import { unclaimedItems, unclaimedReport } from './unclaimed.ts';

export type MoneyReportRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
};

export function moneyReportRoutes(context: MoneyReportRoutesDeps) {
  const { scoped } = createOperatorScope(context);

  const sendExport = createTableExport(scoped, context.auditLog);

  return async (app: FastifyInstance): Promise<void> => {
    on(app, reportApi.collections, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, (scope) => collections(scope.tx, periodOf(query, scope)));
    });
    on(app, reportApi.collectionTransfers, ({ request, readQuery }) => {
      const { key, part = null, cursor = null, ...query } = readQuery();
      return scoped(request, (scope) =>
        collectionTransfers(scope.tx, periodOf(query, scope), { key, part, cursor }),
      );
    });
    on(app, reportApi.collectionsFile, ({ request, readQuery, reply }) => {
      const { as, ...query } = readQuery();
      return sendExport({
        ...{ request, reply, as, subject: 'collections', details: query },
        name: `collections-by-${query.by}`,
        rows: async (scope) => {
          const { rows, total } = await collections(scope.tx, periodOf(query, scope));
          const cells = collectionCells(scope);
          return [
            [query.by, ...collectionHeads, 'currency'],
            ...rows.map((row) => cells(row.label, row)),
            cells('total', total),
          ];
        },
      });
    });
    givenRoutes(app, { scoped, sendExport });
    unclaimedRoutes(app, { scoped, sendExport });
  };
}

type Parts = Pick<ReturnType<typeof createOperatorScope>, 'scoped'> & {
  readonly sendExport: ReturnType<typeof createTableExport>;
};

function givenRoutes(app: FastifyInstance, { scoped, sendExport }: Parts): void {
  on(app, reportApi.given, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, (scope) => givenReport(scope.tx, periodOf(query, scope)));
  });
  on(app, reportApi.givenList, ({ request, readQuery }) => {
    const { key, cursor = null, ...query } = readQuery();
    return scoped(request, (scope) =>
      givenGrants(scope.tx, periodOf(query, scope), { key, cursor }),
    );
  });
  on(app, reportApi.givenFile, ({ request, readQuery, reply }) => {
    const { as, ...query } = readQuery();
    return sendExport({
      ...{ request, reply, as, subject: 'givenReport', details: query },
      name: `given-by-${query.by}`,
      rows: async (scope) => {
        const { rows, total } = await givenReport(scope.tx, periodOf(query, scope));
        const cells = givenCells(scope);
        return [
          [query.by, 'homes', 'grants', 'kWh', 'kWh accepted', 'money', 'currency'],
          ...rows.map((row) => cells(row.label, row)),
          cells('total', total),
        ];
      },
    });
  });
}

function unclaimedRoutes(app: FastifyInstance, { scoped, sendExport }: Parts): void {
  on(app, reportApi.unclaimed, ({ request }) =>
    scoped(request, (scope) => unclaimedReport(scope.tx, nowOf(scope))),
  );
  on(app, reportApi.unclaimedList, ({ request, readQuery }) => {
    const { kind, cursor = null } = readQuery();
    return scoped(request, (scope) => unclaimedItems(scope.tx, nowOf(scope), { kind, cursor }));
  });
  on(app, reportApi.unclaimedFile, ({ request, readQuery, reply }) => {
    const { as } = readQuery();
    return sendExport({
      ...{ request, reply, as, subject: 'unclaimedReport', details: {}, name: 'unclaimed' },
      rows: async (scope) => {
        const found: UnclaimedItem[] = [];
        for (const kind of unclaimedKinds) {
          const all = { kind, cursor: null, most: mostFileRows };
          found.push(...wholeRows(await unclaimedItems(scope.tx, nowOf(scope), all)));
        }
        const { currency } = scope.utility;
        return [
          ['kind', 'since', 'amount', 'currency', 'connection', 'reference'],
          ...found.map((row) => [
            ...[row.kind, { atMs: Date.parse(row.since) }],
            ...[{ number: formatAmount(BigInt(row.amountMinor), currency) }, currency.code],
            ...[row.connectionName ?? '', row.reference ?? ''],
          ]),
        ];
      },
    });
  });
}

const nowOf = ({ nowMs, utility }: OperatorScope) => ({
  nowMs,
  currencyCode: utility.currency.code,
});

const collectionHeads = [
  ...(['payments', 'collected', 'paid back', 'used for sales'] as const),
  ...(['paid on debts', 'given', 'left with customers'] as const),
];
const collectionAmounts = [
  ...(['collectedMinor', 'paidBackMinor', 'soldMinor'] as const),
  ...(['debtsMinor', 'givenMinor', 'leftMinor'] as const),
];

const collectionCells =
  ({ utility: { currency } }: OperatorScope) =>
  (label: string, sums: CollectionSums): readonly TableCell[] => [
    ...[label, { number: String(sums.payments) }],
    ...collectionAmounts.map((name) => ({ number: formatAmount(BigInt(sums[name]), currency) })),
    currency.code,
  ];

const givenCells =
  ({ utility: { currency } }: OperatorScope) =>
  (label: string, sums: GivenSums): readonly TableCell[] => [
    ...[label, { number: String(sums.homes) }, { number: String(sums.grants) }],
    ...[sums.energyWh, sums.acceptedWh].map((wh) => ({
      number: formatAmount(BigInt(wh), { code: '', scale: 3 }),
    })),
    ...[{ number: formatAmount(BigInt(sums.amountMinor), currency) }, currency.code],
  ];

const periodOf = <By>(
  query: { readonly from: string; readonly to: string; readonly by: By },
  { utility }: OperatorScope,
) => ({ ...reportDays(query, utility.zone), zone: utility.zone, by: query.by });
