// Requests about vendors. Keys start with "vendors", so that one change marks all of it as stale.

import { type Terminal, vendorApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const vendorsKey = ['vendors'] as const;

export const vendorsQuery = paged(vendorApi.list, {
  key: ['vendors', 'list'],
  refetchInterval: 30_000,
});

export const vendorQuery = (vendorId: string) =>
  queryOptions({
    queryKey: ['vendors', vendorId, 'detail'],
    queryFn: ({ signal }) => orThrow(client.call(vendorApi.detail, { id: vendorId, signal })),
    refetchInterval: 30_000,
  });

/** Civil days of the utility's zone; `to` is the day after the last. */
export const statementQuery = (vendorId: string, period: { from: string; to: string }) =>
  paged(vendorApi.statement, {
    key: ['vendors', vendorId, 'statement', period.from, period.to],
    input: { id: vendorId, query: period },
  });

export const shiftsQuery = (vendorId: string) =>
  paged(vendorApi.shifts, { key: ['vendors', vendorId, 'shifts'], input: { id: vendorId } });

export const vendorDepositsQuery = (vendorId: string) =>
  paged(vendorApi.vendorDeposits, {
    key: ['vendors', vendorId, 'deposits'],
    input: { id: vendorId },
  });

export const floatPaymentsQuery = (vendorId: string) =>
  queryOptions({
    queryKey: ['vendors', vendorId, 'floatPayments'],
    queryFn: ({ signal }) =>
      orThrow(client.call(vendorApi.floatPayments, { id: vendorId, signal })),
    refetchInterval: 30_000,
  });

export const siteSalesQuery = (vendorId: string) =>
  queryOptions({
    queryKey: ['vendors', vendorId, 'siteSales'],
    queryFn: ({ signal }) => orThrow(client.call(vendorApi.siteSales, { id: vendorId, signal })),
    refetchInterval: 30_000,
  });

export const batchesQuery = (vendorId: string) =>
  paged(vendorApi.batches, { key: ['vendors', vendorId, 'batches'], input: { id: vendorId } });

export type VendorSettings = {
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: string;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: string;
};

export const createVendor = (
  body: VendorSettings & { readonly requestId: string; readonly name: string },
) => orThrow(client.call(vendorApi.create, { body }));

/** With a rise in it the change waits for a second person: `waitsFor` is its approval. */
export const changeVendor = (
  vendorId: string,
  body: VendorSettings & { readonly siteBudgetMinor: string; readonly requestId: string },
) => orThrow(client.call(vendorApi.change, { id: vendorId, body }));

/** Both are safe to repeat. */
export const blockVendor = (vendorId: string, act: 'block' | 'unblock', reason: string) =>
  orThrow(client.call(vendorApi[act], { id: vendorId, body: { reason } }));

export const recordDeposit = (
  vendorId: string,
  body: { readonly requestId: string; readonly amountMinor: string; readonly reference: string },
) => orThrow(client.call(vendorApi.recordDeposit, { id: vendorId, body }));

/** Asks that a deposit is taken back; a second person allows it. */
export const undoDeposit = (
  vendorId: string,
  vendorDepositId: string,
  body: { readonly requestId: string; readonly reason: string },
) => orThrow(client.call(vendorApi.undoDeposit, { id: vendorId, vendorDepositId, body }));

/**
 * Asks for a key; once it is allowed the same request gives the only answer that holds the key
 * itself.
 */
export const createKey = (
  vendorId: string,
  body: { readonly requestId: string; readonly label: string },
) => orThrow(client.call(vendorApi.createKey, { id: vendorId, body }));

/** As a key, of a shop's phone: the answer that is made holds its code. */
export const createPhone = (
  vendorId: string,
  body: { readonly requestId: string; readonly label: string },
) => orThrow(client.call(vendorApi.createPhone, { id: vendorId, body }));

export const addClerk = (vendorId: string, name: string) =>
  orThrow(client.call(vendorApi.addClerk, { id: vendorId, body: { name } }));

export const giveClerkPin = (vendorId: string, clerkId: string) =>
  orThrow(client.call(vendorApi.giveClerkPin, { id: vendorId, clerkId }));

export const removeClerk = (vendorId: string, clerkId: string) =>
  orThrow(client.call(vendorApi.removeClerk, { id: vendorId, clerkId }));

/** Asks for an XMLVend terminal, which its approval makes. */
export const createTerminal = (
  vendorId: string,
  body: Terminal & { readonly requestId: string; readonly label: string },
) => orThrow(client.call(vendorApi.createTerminal, { id: vendorId, body }));

export const revokeKey = (vendorId: string, keyId: string) =>
  orThrow(client.call(vendorApi.revokeKey, { id: vendorId, keyId }));
