// What is done about vendors: made, set, blocked, and the money that they bring recorded.

import { Stack, Text } from '@mantine/core';
import type { VendorDepositJson, VendorRow } from '@prewatt/api';
import { useNavigate } from '@tanstack/react-router';
import { controlLimitsKey } from '../../api/limits.ts';
import { useAction } from '../../api/use-action.ts';
import {
  blockVendor,
  changeVendor,
  createVendor,
  recordDeposit,
  undoDeposit,
  type VendorSettings,
  vendorsKey,
} from '../../api/vendors.ts';
import { useCurrency } from '../../shell/session.tsx';
import {
  kwhEntry,
  moneyEntry,
  percentEntry,
  readCount,
  readKwh,
  readMoney,
  readPercent,
  readText,
} from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { AloneNote, useToApproval } from '../alone-note.tsx';

type DialogState = { readonly opened: boolean; readonly onClose: () => void };
type OfVendor = DialogState & { readonly vendor: VendorRow };

export function NewVendorDialog({ opened, onClose }: DialogState) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New vendor">
      <NewVendorForm onClose={onClose} />
    </Dialog>
  );
}

function NewVendorForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const name = useEntry('', (text) => readText(text, 1, 100));
  const settings = useSettings(null);
  const action = useAction({
    run: (asked: VendorSettings & { name: string }, requestId) =>
      createVendor({ ...asked, requestId }),
    stale: [vendorsKey, ['approvals']],
    onDone: ({ vendorId }) => {
      onClose();
      void navigate({ to: '/vendors/$vendorId', params: { vendorId } });
    },
  });
  return (
    <DialogForm
      submit="Make vendor"
      action={action}
      entries={[name, ...settings.entries]}
      onCancel={onClose}
      onSubmit={() => {
        const values = settings.values();
        if (name.read.ok && values !== null) action.mutate({ name: name.read.value, ...values });
      }}
    >
      <EntryField entry={name} label="Name" note="As it stands on receipts" focus />
      <SettingFields settings={settings} />
    </DialogForm>
  );
}

export function SettingsDialog({ opened, onClose, vendor }: OfVendor) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`What ${vendor.name} may do`}>
      <SettingsForm vendor={vendor} onClose={onClose} />
    </Dialog>
  );
}

function SettingsForm({ vendor, onClose }: { vendor: VendorRow; onClose: () => void }) {
  const settings = useSettings(vendor);
  const currency = useCurrency();
  const site = useEntry(moneyEntry(vendor.siteBudgetMinor, currency), (text) =>
    readMoney(text, currency, 'allowed'),
  );
  const toApproval = useToApproval();
  const action = useAction({
    run: (values: VendorSettings & { siteBudgetMinor: string }, requestId) =>
      changeVendor(vendor.vendorId, { ...values, requestId }),
    stale: [vendorsKey, ['approvals']],
    onDone: ({ waitsFor }) => {
      onClose();
      if (waitsFor !== null) toApproval(waitsFor);
    },
  });
  return (
    <DialogForm
      submit="Save"
      action={action}
      entries={[...settings.entries, site]}
      onCancel={onClose}
      onSubmit={() => {
        const values = settings.values();
        if (values === null || !site.read.ok) return;
        action.mutate({ ...values, siteBudgetMinor: site.read.value });
      }}
    >
      <SettingFields settings={settings} />
      <EntryField
        entry={site}
        label="Site budget"
        unit={currency.code}
        numeric
        note="What its gateway may sell for cash while it has no internet: bounds what a stolen gateway is worth"
      />
      <Text size="sm" c="dimmed">
        Whatever rises waits for approval by a second person, and the whole change with it. What
        takes from the vendor is done at once.
      </Text>
    </DialogForm>
  );
}

function useSettings(vendor: VendorRow | null) {
  const currency = useCurrency();
  const limit = useEntry(
    vendor === null ? '0' : moneyEntry(vendor.floatLimitMinor, currency),
    (text) => readMoney(text, currency, 'allowed'),
  );
  const commission = useEntry(
    vendor === null ? '' : percentEntry(vendor.commissionBasisPoints),
    readPercent,
  );
  const tokens = useEntry(vendor === null ? '60' : String(vendor.tokensPerHour), (text) =>
    readCount(text, 1_000_000),
  );
  const energy = useEntry(vendor === null ? '2000' : kwhEntry(vendor.energyPerHourWh), readKwh);
  const values = (): VendorSettings | null =>
    limit.read.ok && commission.read.ok && tokens.read.ok && energy.read.ok
      ? {
          floatLimitMinor: limit.read.value,
          commissionBasisPoints: commission.read.value,
          tokensPerHour: tokens.read.value,
          energyPerHourWh: energy.read.value,
        }
      : null;
  return {
    limit,
    commission,
    tokens,
    energy,
    values,
    entries: [commission, limit, tokens, energy],
  };
}

function SettingFields({ settings }: { settings: ReturnType<typeof useSettings> }) {
  const { code } = useCurrency();
  return (
    <>
      <EntryField
        entry={settings.commission}
        label="Commission"
        unit="%"
        numeric
        note="Share of each sale, paid into the float"
      />
      <EntryField
        entry={settings.limit}
        label="Float limit"
        unit={code}
        numeric
        note="How far below zero the float may go; a second person allows it"
      />
      <EntryField
        entry={settings.tokens}
        label="Tokens in an hour"
        numeric
        note="Bounds what a stolen key is worth"
      />
      <EntryField entry={settings.energy} label="Energy in an hour" unit="kWh" numeric />
    </>
  );
}

export function VendorDepositDialog({ opened, onClose, vendor }: OfVendor) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Deposit of ${vendor.name}`}>
      <VendorDepositForm vendor={vendor} onClose={onClose} />
    </Dialog>
  );
}

function VendorDepositForm({ vendor, onClose }: { vendor: VendorRow; onClose: () => void }) {
  const currency = useCurrency();
  const amount = useEntry('', (text) => readMoney(text, currency));
  const reference = useEntry('', (text) => readText(text, 1, 100));
  const toApproval = useToApproval();
  const action = useAction({
    run: (body: { amountMinor: string; reference: string }, requestId) =>
      recordDeposit(vendor.vendorId, { ...body, requestId }),
    stale: [vendorsKey, ['approvals'], controlLimitsKey],
    onDone: (done) => {
      onClose();
      if ('approvalId' in done) toApproval(done.approvalId);
    },
  });
  const after = amount.read.ok ? BigInt(vendor.floatMinor) + BigInt(amount.read.value) : null;
  return (
    <DialogForm
      submit="Record deposit"
      action={action}
      entries={[amount, reference]}
      onCancel={onClose}
      onSubmit={() => {
        if (!amount.read.ok || !reference.read.ok) return;
        action.mutate({ amountMinor: amount.read.value, reference: reference.read.value });
      }}
    >
      <EntryField entry={amount} label="Amount" unit={currency.code} numeric focus />
      <EntryField entry={reference} label="Reference" note="Of the bank or of the cashier" />
      <AloneNote amountMinor={amount.read.ok ? amount.read.value : '0'} />
      <Text size="sm" c="dimmed" role="status">
        {after === null
          ? `The float is ${moneyText(vendor.floatMinor, currency)}.`
          : `The float goes from ${moneyText(vendor.floatMinor, currency)} to ${moneyText(after.toString(), currency)}. It can be undone by two people.`}
      </Text>
    </DialogForm>
  );
}

export function UndoDepositDialog({
  opened,
  onClose,
  vendorId,
  paid,
}: DialogState & { readonly vendorId: string; readonly paid: VendorDepositJson }) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Undo the deposit ${paid.reference}`}>
      <UndoDepositForm vendorId={vendorId} paid={paid} onClose={onClose} />
    </Dialog>
  );
}

function UndoDepositForm({
  vendorId,
  paid,
  onClose,
}: {
  readonly vendorId: string;
  readonly paid: VendorDepositJson;
  readonly onClose: () => void;
}) {
  const currency = useCurrency();
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const toApproval = useToApproval();
  const action = useAction({
    run: (words: string, requestId) =>
      undoDeposit(vendorId, paid.vendorDepositId, { requestId, reason: words }),
    stale: [vendorsKey, ['approvals']],
    onDone: ({ approvalId }) => {
      onClose();
      toApproval(approvalId);
    },
  });
  return (
    <DialogForm
      submit="Ask to undo it"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        The float falls by {moneyText(paid.amountMinor, currency)} when a second person allows it.
        That is refused where the vendor has sold for the money already.
      </Text>
      <EntryField
        entry={reason}
        label="Reason"
        note="A sentence: a cheque that was not paid, a slip read wrongly"
        focus
      />
    </DialogForm>
  );
}

/** Two dialogs, so that one that closes does not turn into the other on its way out. */
export function BlockDialog({ opened, onClose, vendor }: OfVendor) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Block ${vendor.name}`}>
      <BlockForm vendor={vendor} onClose={onClose} />
    </Dialog>
  );
}

export function UnblockDialog({ opened, onClose, vendor }: OfVendor) {
  return (
    <Dialog opened={opened} onClose={onClose} title={`Unblock ${vendor.name}`}>
      <UnblockForm vendor={vendor} onClose={onClose} />
    </Dialog>
  );
}

function BlockForm({ vendor, onClose }: { vendor: VendorRow; onClose: () => void }) {
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (words: string) => blockVendor(vendor.vendorId, 'block', words),
    stale: [vendorsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Block at once"
      danger
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        From the moment that this is done no till of {vendor.name} sells anything. What was sold
        stays. You can unblock it at any time.
      </Text>
      <EntryField entry={reason} label="Reason" note="Operators see it; tills do not" focus />
    </DialogForm>
  );
}

function UnblockForm({ vendor, onClose }: { vendor: VendorRow; onClose: () => void }) {
  const reason = useEntry('', (text) => readText(text, 1, 200));
  const action = useAction({
    run: (words: string) => blockVendor(vendor.vendorId, 'unblock', words),
    stale: [vendorsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Unblock"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Stack gap="xs">
        <Text size="sm">Blocked because: {vendor.blockedReason}</Text>
        <Text size="sm">Its tills can sell again at once, within float and budget.</Text>
        <EntryField entry={reason} label="Reason" note="It stands in the audit log" focus />
      </Stack>
    </DialogForm>
  );
}
