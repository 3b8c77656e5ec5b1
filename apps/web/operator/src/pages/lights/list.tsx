// Lighting accounts: how their credit stands, how many nights it lasts, and lamps that somebody
// should look at.

import { Stack, Text } from '@mantine/core';
import type { LightingAccount } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { lightsQuery } from '../../api/lights.ts';
import { useCurrency, useWhyNotAdministrator } from '../../shell/session.tsx';
import { powerText } from '../../text/numbers.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, MeterNumber, PageHeading, StateBadge } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';
import { AccountForm } from './forms.tsx';
import { creditOf, lampsText, nightsText, standingLabel, toLookAt } from './labels.ts';

export default function LightsPage() {
  const query = useQuery(lightsQuery);
  const notAdministrator = useWhyNotAdministrator();
  const navigate = useNavigate();
  const [opening, setOpening] = useState(false);
  const columns = useColumns();
  const close = () => setOpening(false);
  return (
    <Stack gap="md">
      <PageHeading
        title="Street lights"
        aside={
          <ActionButton why={notAdministrator} onClick={() => setOpening(true)}>
            Open an account
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        Accounts that pay for lamps ahead. When credit runs short their lamps are dimmed before they
        go dark; protected crossings never do.
      </Text>
      <DataTable
        label="Lighting accounts"
        noun="account"
        linked
        columns={columns}
        rowKey={(row) => row.connectionId}
        query={wholeQuery(query)}
        empty="No lighting account yet. An administrator makes one of a connection that pays for lamps."
      />
      <Dialog opened={opening} onClose={close} title="Open a lighting account">
        <AccountForm
          account={null}
          onClose={close}
          onOpened={(connectionId) =>
            void navigate({ to: '/lights/$connectionId', params: { connectionId } })
          }
        />
      </Dialog>
    </Stack>
  );
}

function useColumns(): Column<LightingAccount>[] {
  const currency = useCurrency();
  return [
    {
      key: 'name',
      header: 'Account',
      card: 'title',
      cell: (row) => (
        <>
          <Link
            to="/lights/$connectionId"
            params={{ connectionId: row.connectionId }}
            className={rowLink}
          >
            {row.name}
          </Link>
          <div>
            <MeterNumber meterPan={row.meterPan} />
          </div>
        </>
      ),
    },
    {
      key: 'state',
      header: 'State',
      card: 'wideBare',
      cell: (row) => <StateBadge label={standingLabel(row)} />,
    },
    { key: 'credit', header: 'Credit', end: true, cell: (row) => creditOf(row, currency) },
    {
      key: 'nights',
      header: 'Lasts',
      end: true,
      cell: (row) => nightsText(row.nightsLeftTenths),
    },
    { key: 'lamps', header: 'Lamps', cell: lampsText },
    { key: 'power', header: 'Power', end: true, cell: (row) => powerText(row.powerW) },
    { key: 'look', header: 'To look at', cell: toLookAt },
  ];
}
