// Reads and acts about vendors. Keys start with "vendors", so that one act marks all of it as
// stale.

import {
  revokedSchema,
  shiftPageSchema,
  statementSchema,
  vendorChangedSchema,
  vendorDepositedSchema,
  vendorDepositPageSchema,
  vendorDetailSchema,
  vendorKeyAskedSchema,
  vendorPageSchema,
  vendorRowSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const vendors = `${base}/vendors`;
const pathOf = (vendorId: string, part = '') => `${vendors}/${encodeURIComponent(vendorId)}${part}`;

export const vendorsKey = ['vendors'] as const;

export const vendorsQuery = paged({
  key: ['vendors', 'list'],
  path: vendors,
  schema: vendorPageSchema,
  refetchInterval: 30_000,
});

export const vendorQuery = (vendorId: string) =>
  queryOptions({
    queryKey: ['vendors', vendorId, 'detail'],
    queryFn: ({ signal }) => orThrow(client.get(vendorDetailSchema, pathOf(vendorId), { signal })),
    refetchInterval: 30_000,
  });

/** Civil days of the utility's zone; `to` is the day after the last. */
export const statementQuery = (vendorId: string, period: { from: string; to: string }) =>
  paged({
    key: ['vendors', vendorId, 'statement', period.from, period.to],
    path: pathOf(vendorId, '/statement'),
    schema: statementSchema,
    params: period,
  });

export const shiftsQuery = (vendorId: string) =>
  paged({
    key: ['vendors', vendorId, 'shifts'],
    path: pathOf(vendorId, '/shifts'),
    schema: shiftPageSchema,
  });

export const vendorDepositsQuery = (vendorId: string) =>
  paged({
    key: ['vendors', vendorId, 'deposits'],
    path: pathOf(vendorId, '/deposits'),
    schema: vendorDepositPageSchema,
  });

export type VendorSettings = {
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: string;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: string;
};

export const createVendor = (
  body: VendorSettings & { readonly requestId: string; readonly name: string },
) => orThrow(client.post(vendorChangedSchema, vendors, { body }));

/** With a rise in it the change waits for a second person: `waitsFor` is its approval. */
export const changeVendor = (
  vendorId: string,
  body: VendorSettings & { readonly requestId: string },
) => orThrow(client.post(vendorChangedSchema, pathOf(vendorId, '/settings'), { body }));

/** A reason blocks, null unblocks; both are safe to repeat. */
export const blockVendor = (vendorId: string, reason: string | null) =>
  orThrow(
    reason === null
      ? client.post(vendorRowSchema, pathOf(vendorId, '/unblock'))
      : client.post(vendorRowSchema, pathOf(vendorId, '/block'), { body: { reason } }),
  );

export const recordDeposit = (
  vendorId: string,
  body: { readonly requestId: string; readonly amountMinor: string; readonly reference: string },
) => orThrow(client.post(vendorDepositedSchema, pathOf(vendorId, '/deposits'), { body }));

/**
 * Asks for a key; once it is allowed the same request gives the only answer that holds the key
 * itself.
 */
export const createKey = (
  vendorId: string,
  body: { readonly requestId: string; readonly label: string },
) => orThrow(client.post(vendorKeyAskedSchema, pathOf(vendorId, '/keys'), { body }));

export const revokeKey = (vendorId: string, keyId: string) =>
  orThrow(
    client.post(revokedSchema, pathOf(vendorId, `/keys/${encodeURIComponent(keyId)}/revoke`)),
  );
