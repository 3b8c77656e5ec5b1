// `prewatt vendor deposits` and `prewatt vendor undo-deposit`: what a vendor brought, and the
// taking back of what did not come.

import { vendorApi } from '@prewatt/api';
import { waits } from '../server-group.ts';
import type { VendorCommand } from './desk.ts';

export const vendorDepositsCommand: VendorCommand = {
  summary: 'the last deposits of a vendor, with their ids',
  help: 'prewatt vendor deposits VENDOR',
  options: {},
  required: [],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const page = await desk.client.call(vendorApi.vendorDeposits, { id: id.value });
    if (!page.ok) return page;
    const lines = page.value.rows.map((paid) => {
      const undone = paid.undone === null ? '' : `, undone ${desk.when(paid.undone.at)}`;
      return `${paid.vendorDepositId}  ${desk.money(paid.amountMinor)}  ${paid.reference}, ${desk.when(paid.recordedAt)}${undone}`;
    });
    const shown = lines.length === 0 ? ['no deposits yet'] : lines;
    return { ok: true, value: { lines: shown, json: page.value } };
  },
};

export const undoDepositCommand: VendorCommand = {
  summary: 'asks that a deposit that did not come is taken back',
  help: `prewatt vendor undo-deposit VENDOR DEPOSIT-ID --reason TEXT [--request-id ID]

It waits for approval by a second person, whatever its amount. The whole deposit leaves the float
again; that is refused where the float would go below its limit. Ids: prewatt vendor deposits VENDOR`,
  options: { reason: 'text', 'request-id': 'text' },
  required: ['reason'],
  positionals: ['VENDOR', 'DEPOSIT-ID'],
  run: async (desk, options) => {
    const [idOrName = '', vendorDepositId = ''] = options.positionals;
    const id = await desk.vendorIdOf(idOrName);
    if (!id.ok) return id;
    const body = {
      requestId: options.text('request-id') ?? crypto.randomUUID(),
      reason: options.text('reason') ?? '',
    };
    const asked = await desk.client.call(vendorApi.undoDeposit, {
      id: id.value,
      vendorDepositId,
      body,
    });
    return asked.ok ? waits(asked.value) : asked;
  },
};
