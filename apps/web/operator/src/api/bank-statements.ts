// Statements of a bank account: looked at, brought, and what became of their payments.

import { type BankFileBody, bankStatementApi } from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const bankStatementsKey = ['bankStatements'] as const;
export const bankStatementsQuery = paged(bankStatementApi.list, {
  key: bankStatementsKey,
  refetchInterval: 10_000,
});
export const bankStatementQuery = (id: string) => ({
  queryKey: [...bankStatementsKey, id],
  queryFn: () => orThrow(client.call(bankStatementApi.detail, { id })),
});

export const previewBank = (body: BankFileBody) =>
  orThrow(client.call(bankStatementApi.preview, { body }));

export const bringBank = (
  body: BankFileBody & { readonly reason: string; readonly requestId: string },
) => orThrow(client.call(bankStatementApi.bring, { body }));
