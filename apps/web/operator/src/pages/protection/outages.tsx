// Times at which electricity could not be bought, and nobody was cut: what the server noticed or an
// operator declared, how each ended, and the homes that it kept on.

import { Group, Stack, Text, Title } from '@mantine/core';
import type { VendingOutagesAnswer } from '@prewatt/api';
import { countText, err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  declareOutage,
  endOutage,
  outageHomesQuery,
  outagesQuery,
  protectionKey,
} from '../../api/protection.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { type Read, readText } from '../../text/entries.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Instant } from '../../ui/show.tsx';
import { wholeQuery } from '../../ui/whole-list.ts';

type Outage = VendingOutagesAnswer['rows'][number];

export function VendingOutages() {
  const query = useQuery(outagesQuery);
  const readOnly = useWhyReadOnly();
  const [declaring, setDeclaring] = useState(false);
  const [ending, setEnding] = useState<Outage | null>(null);
  const [shown, setShown] = useState<Outage | null>(null);
  const open = query.data?.rows.find(({ endedAt }) => endedAt === null);
  const whyNot = open === undefined ? readOnly : 'One is open already.';
  return (
    <section aria-labelledby="outages">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2} id="outages">
            Outages of vending
          </Title>
          <ActionButton size="compact-sm" why={whyNot} onClick={() => setDeclaring(true)}>
            Declare an outage
          </ActionButton>
        </Group>
        <Text c="dimmed" size="sm" maw="75ch">
          While electricity cannot be bought, no home is cut for lack of credit.
        </Text>
        <DataTable
          label="Outages of vending"
          noun="outage"
          columns={columnsFor({ readOnly, onEnd: setEnding, onShow: setShown })}
          rowKey={(row) => row.id}
          query={wholeQuery(query)}
          empty="Electricity could always be bought."
        />
      </Stack>
      <Dialog opened={declaring} onClose={() => setDeclaring(false)} title="Declare an outage">
        <DeclareForm onClose={() => setDeclaring(false)} />
      </Dialog>
      <Dialog opened={ending !== null} onClose={() => setEnding(null)} title="End the outage">
        {ending !== null && <EndForm outage={ending} onClose={() => setEnding(null)} />}
      </Dialog>
      <Dialog opened={shown !== null} onClose={() => setShown(null)} title="Homes kept on">
        {shown !== null && <Homes outage={shown} />}
      </Dialog>
    </section>
  );
}

const endWords: Record<NonNullable<Outage['endCause']>, string> = {
  salesGoOn: 'sales went on',
  operator: 'ended by',
  timeOver: 'its time was over',
};

function endOf({ endedAt, endCause, endedBy, graceUntil }: Outage) {
  if (endedAt === null || endCause === null) {
    return (
      <>
        No cut until <Instant at={graceUntil} withAge={false} />
      </>
    );
  }
  const by = endCause === 'operator' ? ` ${endedBy}` : '';
  return (
    <>
      <Instant at={endedAt} />, {endWords[endCause]}
      {by}
    </>
  );
}

function columnsFor(o: {
  readonly readOnly: string | null;
  readonly onEnd: (row: Outage) => void;
  readonly onShow: (row: Outage) => void;
}): Column<Outage>[] {
  return [
    { key: 'began', header: 'Began', card: 'title', cell: (row) => <Instant at={row.beganAt} /> },
    {
      key: 'why',
      header: 'Why',
      card: 'wide',
      cell: (row) =>
        row.declaredBy === null
          ? 'Nothing was sold, although it usually is'
          : `${row.note} (${row.declaredBy})`,
    },
    { key: 'end', header: 'End', card: 'wide', cell: endOf },
    {
      key: 'homes',
      header: 'Homes kept on',
      cell: (row) =>
        row.homes === 0 ? (
          'None'
        ) : (
          <ActionButton size="compact-sm" why={null} onClick={() => o.onShow(row)}>
            {countText(row.homes, 'home')}
          </ActionButton>
        ),
    },
    {
      key: 'act',
      header: '',
      card: 'wide',
      cell: (row) =>
        row.endedAt === null && (
          <ActionButton size="compact-sm" why={o.readOnly} onClick={() => o.onEnd(row)}>
            End
          </ActionButton>
        ),
    },
  ];
}

const readHours = (text: string): Read<number> => {
  const hours = Number(text);
  const isGood = /^\d{1,2}$/.test(text.trim()) && hours >= 1 && hours <= 72;
  return isGood ? ok(hours) : err('Write whole hours from 1 to 72.');
};

function DeclareForm({ onClose }: { readonly onClose: () => void }) {
  const hours = useEntry('12', readHours);
  const note = useEntry('', (text) => readText(text, 1, 500));
  const action = useAction({
    run: (body: { hours: number; note: string }, requestId) =>
      declareOutage({ ...body, requestId }),
    stale: [protectionKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Declare"
      action={action}
      entries={[hours, note]}
      onCancel={onClose}
      onSubmit={() => {
        if (hours.read.ok && note.read.ok) {
          action.mutate({ hours: hours.read.value, note: note.read.value });
        }
      }}
    >
      <Text size="sm">
        No home is cut for lack of credit from now on. What is used meanwhile is owed. Meters with a
        link get it at once.
      </Text>
      <EntryField
        entry={hours}
        label="For so many hours"
        note="1 to 72; you can end it earlier"
        focus
      />
      <EntryField entry={note} label="Note" note="What cannot be used; kept with your name" long />
    </DialogForm>
  );
}

function EndForm(props: { readonly outage: Outage; readonly onClose: () => void }) {
  const { outage, onClose } = props;
  const action = useAction({
    run: () => endOutage(outage.id),
    stale: [protectionKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="End the outage"
      action={action}
      entries={[]}
      onCancel={onClose}
      onSubmit={() => action.mutate(undefined)}
    >
      <Text size="sm">
        Homes have two hours from now in which to buy. After that they may be cut again, unless
        another rule forbids it.
      </Text>
    </DialogForm>
  );
}

function Homes({ outage }: { readonly outage: Outage }) {
  const query = useQuery(outageHomesQuery(outage.id));
  return (
    <DataTable
      label="Homes kept on"
      noun="home"
      columns={[
        {
          key: 'home',
          header: 'Home',
          card: 'title',
          cell: (row) => (
            <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
              {row.name}
            </Link>
          ),
        },
        { key: 'seen', header: 'Without credit at', cell: (row) => <Instant at={row.seenAt} /> },
      ]}
      rowKey={(row) => row.connectionId}
      query={wholeQuery(query)}
      empty="No home."
    />
  );
}
