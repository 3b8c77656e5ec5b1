// Meters of the attention list: silent for too long, or tampered with. Shows itself only while it
// has rows.

import { Stack, Text, Title } from '@mantine/core';
import type { MeterAlertRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { acknowledgeMeterAlert, meterAlertsKey, meterAlertsQuery } from '../api/meter-alerts.ts';
import { overviewQuery } from '../api/queries.ts';
import { useAct } from '../api/use-act.ts';
import { useWhyReadOnly } from '../shell/session.tsx';
import { readWords } from '../text/entries.ts';
import { connectionColumn } from '../ui/columns.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../ui/form.tsx';
import { ActionButton, Age } from '../ui/show.tsx';

export function MeterAlerts() {
  const query = useInfiniteQuery(meterAlertsQuery);
  const readOnly = useWhyReadOnly();
  const [seeing, setSeeing] = useState<MeterAlertRow | null>(null);
  const columns: Column<MeterAlertRow>[] = [
    connectionColumn<MeterAlertRow>({ cover: false }),
    { key: 'what', header: 'What', cell: (row) => row.what },
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
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Meters to look at
      </Title>
      <Text c="dimmed" size="sm">
        Silent for too long, or tampered with. A silence ends with contact, tampering with a Clear
        tamper token; what you have seen leaves the list.
      </Text>
      <DataTable
        label="Meters that need attention"
        noun="meter"
        columns={columns}
        rowKey={(row) => row.alertId}
        query={query}
        empty="No meter is silent or tampered with."
      />
      <Dialog opened={seeing !== null} onClose={() => setSeeing(null)} title="Seen">
        {seeing !== null && <SeenForm of={seeing} onClose={() => setSeeing(null)} />}
      </Dialog>
    </Stack>
  );
}

function SeenForm({ of, onClose }: { of: MeterAlertRow; onClose: () => void }) {
  const reason = useEntry('', (text) => readWords(text, 10, 500));
  const act = useAct({
    run: (words: string) => acknowledgeMeterAlert(of.alertId, words),
    stale: [meterAlertsKey, overviewQuery.queryKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Take it off the list"
      act={act}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) act.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        Meter of {of.connectionName}: {of.what.toLowerCase()}. It comes back if it happens again.
      </Text>
      <EntryField
        entry={reason}
        label="What was done about it"
        note="Kept with your name"
        long
        focus
      />
    </DialogForm>
  );
}
