// What the database cannot say of a column's type: the shape of a JSON document that is kept whole,
// and closed unions of arrays and views. `table.column` leads to the type as it is read, and to the
// module that exports it where it is not TypeScript's own. Other unions come from CHECKs.

export type ColumnTypeOverride = {
  readonly type: string;
  readonly from?: string;
  /** Of a view: PostgreSQL does not know that its columns are never null. */
  readonly notNull?: true;
};

const reason = { type: 'TransferReason', from: '@prewatt/ledger' } as const;
const kind = { type: 'LedgerAccountKind', from: '@prewatt/ledger' } as const;

export const columnTypeOverrides: Readonly<Record<string, ColumnTypeOverride>> = {
  'command_stages.stage': { type: 'CommandStage', from: '@prewatt/api' },
  'connections.tariff_parameters': { type: 'Record<string, string>' },
  'connections.next_tariff': { type: 'NextTariff', from: './columns.ts' },
  'integrations.scopes': { type: 'IntegrationScope[]', from: '@prewatt/api' },
  'reconciliation_files.mapping': { type: 'ReconciliationMapping', from: '@prewatt/api' },
  'webhook_endpoints.events': { type: 'WebhookEventType[]', from: '@prewatt/api' },
  'install_jobs.steps': { type: 'InstallStep[]', from: '@prewatt/api' },
  'postings.reasons': { ...reason, type: 'TransferReason[]' },
  'postings.debit_kinds': { ...kind, type: 'LedgerAccountKind[]' },
  'postings.credit_kinds': { ...kind, type: 'LedgerAccountKind[]' },
  'transfers.id': { type: 'string', notNull: true },
  'transfers.posting_id': { type: 'string', notNull: true },
  'transfers.reason': { ...reason, notNull: true },
  'transfers.debit_kind': { ...kind, notNull: true },
  'transfers.credit_kind': { ...kind, notNull: true },
  'transfers.debit_subject_id': { type: 'string', notNull: true },
  'transfers.credit_subject_id': { type: 'string', notNull: true },
  'transfers.amount_minor': { type: 'bigint', notNull: true },
};
