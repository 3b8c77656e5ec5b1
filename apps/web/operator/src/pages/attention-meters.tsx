// Meters of the attention list: silent for too long, tampered with, with an identity that ends, or
// with a wallet that does not go on; and when one counts as silent.

import { Stack, Text, Title } from '@mantine/core';
import type { MeterAlertRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { acknowledgeMeterAlert, meterAlertsKey, meterAlertsQuery } from '../api/meter-alerts.ts';
import { useWhyReadOnly } from '../shell/session.tsx';
import { connectionColumn } from '../ui/columns.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/form.tsx';
import { ActionButton, Age } from '../ui/show.tsx';
import { SeenForm } from './seen-form.tsx';
import { Setting } from './setting.tsx';

export function MeterAlerts() {
  const query = useInfiniteQuery(meterAlertsQuery);
  const readOnly = useWhyReadOnly();
  const [seeing, setSeeing] = useState<MeterAlertRow | null>(null);
  const columns: Column<MeterAlertRow>[] = [
    connectionColumn<MeterAlertRow>({ cover: false }),
    {
      key: 'what',
      header: 'What',
      card: 'wide',
      cell: (row) => <What row={row} />,
    },
    { key: 'since', header: 'Since', cell: (row) => <Age at={row.since} /> },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) => (
        <ActionButton
          size="compact-sm"
          why={readOnly}
          label={`Seen: meter of ${row.connectionName}`}
          onClick={() => setSeeing(row)}
        >
          Seen
        </ActionButton>
      ),
    },
  ];
  // While no meter stands here, the hours after which one would are still to be seen and set.
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0)
    return <Setting name="silentAfterHours" stale={[meterAlertsKey]} />;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Meters to look at
      </Title>
      <Text c="dimmed" size="sm">
        Meters that are silent for too long or were tampered with, whose identity ends or was not
        renewed, that refused the protection rules, whose home owes much, or whose wallet has
        stopped. A silent meter leaves the list when it reports, a tampered one after a Clear tamper
        token, the others when the cause is gone. Rows that you mark as seen leave the list, too.
      </Text>
      <Setting name="silentAfterHours" stale={[meterAlertsKey]} />
      <DataTable
        label="Meters that need attention"
        noun="alert"
        columns={columns}
        rowKey={(row) => row.alertId}
        query={query}
        empty="No meter is silent or tampered with."
      />
      <Dialog opened={seeing !== null} onClose={() => setSeeing(null)} title="Seen">
        {seeing !== null && (
          <SeenForm
            acknowledge={(words) => acknowledgeMeterAlert(seeing.alertId, words)}
            list={meterAlertsKey}
            onClose={() => setSeeing(null)}
          >
            Meter of {seeing.connectionName}: {seeing.what.toLowerCase()}. It comes back if it
            happens again.
          </SeenForm>
        )}
      </Dialog>
    </Stack>
  );
}

function What({ row: { kind, what, connectionId } }: { readonly row: MeterAlertRow }) {
  return (
    <div style={{ maxWidth: '52ch' }}>
      {what}
      {kind === 'lamps' && (
        <>
          :{' '}
          <Link to="/lights/$connectionId" params={{ connectionId }}>
            its lamps
          </Link>
        </>
      )}
    </div>
  );
}
