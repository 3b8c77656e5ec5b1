// One key-change campaign: who has which set, who is done, who failed and why.

import { Anchor, Group, Stack, Text } from '@mantine/core';
import { type Campaign, type CampaignMeter, campaignMeterStates } from '@prewatt/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  campaignCsvPath,
  campaignMetersQuery,
  campaignQuery,
  campaignsKey,
  deliverCampaign,
  withdrawCampaign,
} from '../../api/campaigns.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { codeText } from '../../text/labels.ts';
import { Choices } from '../../ui/choices.tsx';
import { connectionColumn, WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm } from '../../ui/form.tsx';
import {
  ActionButton,
  Age,
  BackLink,
  Fact,
  nowFacts,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { keyText, meterLabels } from './labels.ts';

export default function CampaignPage() {
  const { campaignId } = useParams({ from: '/signed-in/key-changes/$campaignId' });
  const query = useQuery(campaignQuery(campaignId));
  return (
    <Stack gap="md">
      <BackLink to="/key-changes">All key changes</BackLink>
      {query.data === undefined && <PageHeading title="Key change" />}
      <QueryState query={query} height={220} />
      {query.data !== undefined && (
        <>
          <PageHeading title={query.data.name} aside={<Actions of={query.data} />} />
          <Text size="sm" maw="75ch">
            {query.data.reason}
          </Text>
          <Standing of={query.data} />
          <Meters campaignId={campaignId} />
        </>
      )}
    </Stack>
  );
}

function Standing({ of }: { of: Campaign }) {
  return (
    <section className={panel} aria-label="Now">
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name="From">{keyText(of.from)}</Fact>
        <Fact name="To">{keyText(of.to)}</Fact>
        <Fact name="Done">
          {of.counts.done} of {of.counts.total}
        </Fact>
        <Fact name="Set handed out">{of.counts.setIssued}</Fact>
        <Fact name="Waiting" note={`${of.counts.notReachable} of them silent`}>
          {of.counts.waiting + of.counts.notReachable}
        </Fact>
        <Fact name="Failed">{of.counts.failed}</Fact>
      </dl>
    </section>
  );
}

type End = 'deliver' | 'withdraw';
const ends: Record<End, { title: string; submit: string; words: string }> = {
  deliver: {
    title: 'Send sets now',
    submit: 'Send them',
    words:
      'Each waiting meter with a link gets its set by wire. Tokens under the old key that were not typed yet stop working there.',
  },
  withdraw: {
    title: 'End this campaign',
    submit: 'End it',
    words: 'Meters that wait keep the key that they hold. Sets that were handed out still work.',
  },
};

function Actions({ of }: { of: Campaign }) {
  const notAdministrator = useWhyNotAdministrator();
  const [open, setOpen] = useState<End | null>(null);
  const waits = of.counts.waiting + of.counts.notReachable;
  const noneWaits = waits === 0 ? 'No meter waits' : null;
  return (
    <Group gap="xs">
      <Anchor href={campaignCsvPath(of.campaignId)} download="campaign.csv" size="sm">
        Download as CSV
      </Anchor>
      <ActionButton why={notAdministrator ?? noneWaits} onClick={() => setOpen('withdraw')}>
        End
      </ActionButton>
      <ActionButton
        variant="filled"
        why={notAdministrator ?? noneWaits}
        onClick={() => setOpen('deliver')}
      >
        Send sets now
      </ActionButton>
      <Dialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : ends[open].title}
      >
        {open !== null && <EndForm of={of} how={open} onClose={() => setOpen(null)} />}
      </Dialog>
    </Group>
  );
}

type EndProps = { readonly of: Campaign; readonly how: End; readonly onClose: () => void };

function EndForm({ of, how, onClose }: EndProps) {
  const action = useAction({
    run: (): Promise<unknown> =>
      how === 'deliver' ? deliverCampaign(of.campaignId) : withdrawCampaign(of.campaignId),
    stale: [campaignsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={ends[how].submit}
      danger={how === 'withdraw'}
      action={action}
      onCancel={onClose}
      onSubmit={() => action.mutate()}
    >
      <Text size="sm">{ends[how].words}</Text>
    </DialogForm>
  );
}

const columns: readonly Column<CampaignMeter>[] = [
  connectionColumn<CampaignMeter>({ cover: false }),
  {
    key: 'state',
    header: 'State',
    card: 'wide',
    cell: (row) => (
      <WithNote note={row.refusal === null ? null : codeText(row.refusal)}>
        <StateBadge label={meterLabels[row.state]} />
      </WithNote>
    ),
  },
  {
    key: 'issued',
    header: 'Set made',
    cell: (row) => (row.setIssuedAt === null ? 'not yet' : <Age at={row.setIssuedAt} />),
  },
  { key: 'contact', header: 'Last contact', cell: (row) => <Age at={row.lastContactAt} /> },
  { key: 'unused', header: 'Unused tokens', end: true, cell: (row) => row.unusedTokens },
];

function Meters({ campaignId }: { campaignId: string }) {
  const [state, setState] = useState<CampaignMeter['state'] | 'all'>('all');
  return (
    <Stack gap="sm">
      <Choices
        label="Show"
        of={['all', ...campaignMeterStates] as const}
        chosen={state}
        text={(each) => (each === 'all' ? 'All' : meterLabels[each].text)}
        onChoose={(each) => setState(each)}
      />
      <DataTable
        label="Meters of the campaign"
        noun="meter"
        columns={columns}
        rowKey={(row) => row.connectionId}
        query={useInfiniteQuery(campaignMetersQuery(campaignId, state))}
        empty="No meter is in this state."
      />
    </Stack>
  );
}
