// One vendor: how it stands, its statement, shifts with their cash-up, deposits and till keys.

import { Alert, Group, Stack } from '@mantine/core';
import type { VendorDetail } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { vendorQuery } from '../../api/vendors.ts';
import { useCurrency, useWhyNotAdministrator, useWhyReadOnly } from '../../shell/session.tsx';
import { type VendorTab, vendorSearch, vendorTabs } from '../../state/search.ts';
import { percentText } from '../../text/entries.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import {
  ActionButton,
  BackLink,
  Fact,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { BulkPurchase } from './bulk.tsx';
import { ClerkList } from './clerks.tsx';
import { BlockDialog, SettingsDialog, UnblockDialog, VendorDepositDialog } from './dialogs.tsx';
import { FloatPaymentList } from './float-payments.tsx';
import { KeyList } from './keys.tsx';
import { mayStillSell, vendorLabel } from './labels.ts';
import { BatchList, ShiftList, VendorDepositList } from './lists.tsx';
import { SiteSaleList } from './site-sales.tsx';
import { VendorStatement } from './statement.tsx';

export default function VendorPage() {
  const { vendorId } = useParams({ from: '/signed-in/vendors/$vendorId' });
  const query = useQuery(vendorQuery(vendorId));
  return (
    <Stack gap="md">
      <BackLink to="/vendors">All vendors</BackLink>
      {query.data === undefined && <PageHeading title="Vendor" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && (
        <>
          <PageHeading title={query.data.name} aside={<Actions vendor={query.data} />} />
          {query.data.blockedReason !== null && (
            <Alert color="red" variant="light" title="Blocked: its tills sell nothing">
              {query.data.blockedReason}
            </Alert>
          )}
          <Standing vendor={query.data} />
          <History vendor={query.data} />
        </>
      )}
    </Stack>
  );
}

type Open = 'brought' | 'block' | 'unblock' | 'settings' | null;

function Actions({ vendor }: { vendor: VendorDetail }) {
  const readOnly = useWhyReadOnly();
  const notAdministrator = useWhyNotAdministrator();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Group gap="xs">
      <ActionButton why={readOnly} onClick={() => setOpen('brought')}>
        {'Record deposit'}
      </ActionButton>
      <ActionButton why={notAdministrator} onClick={() => setOpen('settings')}>
        Change settings
      </ActionButton>
      {vendor.blockedReason === null ? (
        <ActionButton why={readOnly} onClick={() => setOpen('block')}>
          Block
        </ActionButton>
      ) : (
        <ActionButton why={readOnly} onClick={() => setOpen('unblock')}>
          Unblock
        </ActionButton>
      )}
      <VendorDepositDialog opened={open === 'brought'} onClose={close} vendor={vendor} />
      <SettingsDialog opened={open === 'settings'} onClose={close} vendor={vendor} />
      <UnblockDialog opened={open === 'unblock'} onClose={close} vendor={vendor} />
      <BlockDialog opened={open === 'block'} onClose={close} vendor={vendor} />
    </Group>
  );
}

function Standing({ vendor }: { vendor: VendorDetail }) {
  const currency = useCurrency();
  const open = vendor.shifts.filter((shift) => shift.closedAt === null).length;
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name="State" note={open === 0 ? 'no shift open' : `${countText(open, 'shift')} open`}>
          <StateBadge label={vendorLabel(vendor)} />
        </Fact>
        <Fact
          name="Float"
          note={`may go ${moneyText(vendor.floatLimitMinor, currency)} below zero`}
        >
          {moneyText(vendor.floatMinor, currency)}
        </Fact>
        <Fact
          name="May still sell"
          note={
            vendor.siteReservedMinor === '0'
              ? ''
              : `its site: ${moneyText(vendor.siteReservedMinor, currency)}`
          }
        >
          {moneyText(mayStillSell(vendor), currency)}
        </Fact>
        <Fact name="Sold today" note={countText(vendor.today.sales, 'sale')}>
          {moneyText(vendor.today.amountMinor, currency)}
        </Fact>
        <Fact
          name="Used this hour"
          note={`${kwhText(vendor.hour.energyWh)} of ${kwhText(vendor.energyPerHourWh, 0)}`}
        >
          {vendor.hour.tokens} of {countText(vendor.tokensPerHour, 'token')}
        </Fact>
        <Fact name="Commission">{percentText(vendor.commissionBasisPoints)}</Fact>
      </dl>
    </section>
  );
}

const tabNames: Record<VendorTab, string> = {
  statement: 'Statement',
  shifts: 'Shifts',
  batches: 'Batches',
  brought: 'Deposits',
  phones: 'Paid by phone',
  site: 'Site',
  keys: 'Till keys',
  clerks: 'Clerks',
  many: 'Many meters',
};

function History({ vendor }: { vendor: VendorDetail }) {
  const search = useSearch({ from: '/signed-in/vendors/$vendorId' });
  const navigate = useNavigate();
  const { vendorId } = vendor;
  const panels: Record<VendorTab, () => React.ReactNode> = {
    statement: () => <VendorStatement vendorId={vendorId} />,
    shifts: () => <ShiftList vendorId={vendorId} />,
    batches: () => <BatchList vendorId={vendorId} />,
    brought: () => <VendorDepositList vendorId={vendorId} />,
    phones: () => <FloatPaymentList vendorId={vendorId} />,
    site: () => <SiteSaleList vendorId={vendorId} />,
    keys: () => <KeyList vendor={vendor} />,
    clerks: () => <ClerkList vendor={vendor} />,
    many: () => <BulkPurchase vendorId={vendorId} />,
  };
  return (
    <TabSet
      label="History"
      names={tabNames}
      open={search.tab ?? vendorTabs[0]}
      onOpen={(tab) =>
        void navigate({
          to: '/vendors/$vendorId',
          params: { vendorId },
          search: vendorSearch({ ...search, tab }),
          replace: true,
          resetScroll: false,
        })
      }
      panel={(tab) => panels[tab]()}
    />
  );
}
