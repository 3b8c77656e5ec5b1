// Many meters to another key: which campaigns there are, and how far each is.

import { Progress, Stack, Text } from '@mantine/core';
import type { Campaign } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { campaignsKey, campaignsQuery, createCampaign } from '../../api/campaigns.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant, PageHeading } from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { keyText, percentDone } from './labels.ts';

export default function CampaignsPage() {
  const query = useQuery(campaignsQuery);
  const notAdministrator = useWhyNotAdministrator();
  const [making, setMaking] = useState(false);
  return (
    <Stack gap="md">
      <PageHeading
        title="Key changes"
        aside={
          <ActionButton why={notAdministrator} onClick={() => setMaking(true)}>
            New campaign
          </ActionButton>
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        Many meters to another supply group, key revision or tariff index. Each meter gets its set
        with its next sale, or at once where it has a link.
      </Text>
      <QueryState query={query} height={160} />
      {query.data !== undefined && (
        <DataTable
          label="Campaigns"
          noun="campaign"
          linked
          columns={columns}
          rowKey={(row) => row.campaignId}
          query={wholeList(query.data.rows)}
          empty="No campaign yet. Meters keep the key that they hold."
        />
      )}
      <Dialog opened={making} onClose={() => setMaking(false)} title="New campaign">
        <NewCampaignForm onClose={() => setMaking(false)} />
      </Dialog>
    </Stack>
  );
}

const columns: readonly Column<Campaign>[] = [
  {
    key: 'name',
    header: 'Campaign',
    card: 'title',
    cell: (row) => (
      <Link
        to="/key-changes/$campaignId"
        params={{ campaignId: row.campaignId }}
        className={rowLink}
      >
        {row.name}
      </Link>
    ),
  },
  { key: 'from', header: 'From', cell: (row) => keyText(row.from) },
  { key: 'to', header: 'To', cell: (row) => keyText(row.to) },
  {
    key: 'done',
    header: 'Done',
    card: 'wide',
    cell: (row) => (
      <>
        {row.counts.done} of {countText(row.counts.total, 'meter')}
        <Progress value={percentDone(row)} aria-label={`Meters of ${row.name} done`} mt={4} />
      </>
    ),
  },
  { key: 'failed', header: 'Failed', end: true, cell: (row) => row.counts.failed },
  {
    key: 'at',
    header: 'Begun',
    cell: (row) => (
      <>
        <Instant at={row.createdAt} withAge={false} />
        <Text size="xs" c="dimmed">
          by {row.requestedBy}
        </Text>
      </>
    ),
  },
];

const readGroup = (text: string) =>
  /^\d{6}$/.test(text.trim()) ? ok(text.trim()) : err('A supply group code has 6 digits.');
const readRevision = (text: string) =>
  /^[1-9]$/.test(text.trim()) ? ok(Number(text)) : err('A revision is 1 to 9.');

function NewCampaignForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const name = useEntry('', (text) => readText(text, 1, 100));
  const fromGroup = useEntry('', readGroup);
  const fromRevision = useEntry('1', readRevision);
  const toGroup = useEntry('', readGroup);
  const toRevision = useEntry('2', readRevision);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<Parameters<typeof createCampaign>[0], 'requestId'>, requestId) =>
      createCampaign({ ...body, requestId }),
    stale: [campaignsKey],
    onDone: ({ campaignId }) =>
      void navigate({ to: '/key-changes/$campaignId', params: { campaignId } }),
  });
  const send = () => {
    if (!name.read.ok || !reason.read.ok || !fromGroup.read.ok || !fromRevision.read.ok) return;
    if (!toGroup.read.ok || !toRevision.read.ok) return;
    action.mutate({
      name: name.read.value,
      reason: reason.read.value,
      from: { supplyGroupCode: fromGroup.read.value, keyRevision: fromRevision.read.value },
      to: { supplyGroupCode: toGroup.read.value, keyRevision: toRevision.read.value },
    });
  };
  return (
    <DialogForm
      submit="Start campaign"
      action={action}
      entries={[name, fromGroup, fromRevision, toGroup, toRevision, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <EntryField entry={name} label="Name" focus />
      <EntryField entry={fromGroup} label="From supply group" numeric />
      <EntryField entry={fromRevision} label="From key revision" numeric />
      <EntryField entry={toGroup} label="To supply group" numeric />
      <EntryField entry={toRevision} label="To key revision" numeric />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
      <Text size="sm" c="dimmed">
        All meters with the first key want the second from now on. The second key has to be loaded.
      </Text>
    </DialogForm>
  );
}
