// The lamps of an account by group: what each was told and why, what it says, what is wrong.

import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { LampView, LightingView } from '@prewatt/api';
import { useState } from 'react';
import { lampsFilePath } from '../../api/lights.ts';
import { useSession } from '../../shell/session.tsx';
import { kwhText, unknown } from '../../text/numbers.ts';
import { Choices } from '../../ui/choices.tsx';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, Age, ToneWord } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { OverrideForm } from './forms.tsx';
import {
  causeTexts,
  filterTexts,
  isShown,
  type LampFilter,
  lampFilters,
  lampLabel,
} from './labels.ts';
import { LampForm, LampListForm, RemoveLampForm } from './lamp-forms.tsx';
import { useWhyNot } from './why-not.ts';

type Open =
  | { readonly what: 'add' | 'list' }
  | { readonly what: 'change' | 'remove' | 'override'; readonly lamp: LampView };

export function Lamps({ view }: { readonly view: LightingView }) {
  const whyNot = useWhyNot(view);
  const { role } = useSession();
  const [filter, setFilter] = useState<LampFilter>('all');
  const [open, setOpen] = useState<Open | null>(null);
  const { connectionId } = view.account;
  const noGroup = view.groups.length === 0 ? 'Make a group first' : null;
  const rows = view.lamps
    .filter((lamp) => isShown(lamp, filter))
    .toSorted((a, b) => compare(a.group, b.group) || compare(a.name, b.name));
  return (
    <Stack gap="sm" component="section" aria-label="Lamps">
      <Group gap="sm" justify="space-between">
        <Title order={2} size="h4">
          Lamps
        </Title>
        <Group gap="sm">
          {role !== 'viewer' && view.lamps.length > 0 && (
            <Anchor href={lampsFilePath(connectionId)} download="lamps.csv" size="sm">
              Lamps as CSV
            </Anchor>
          )}
          <ActionButton
            size="compact-sm"
            why={whyNot ?? noGroup}
            onClick={() => setOpen({ what: 'list' })}
          >
            Bring in a list
          </ActionButton>
          <ActionButton
            size="compact-sm"
            why={whyNot ?? noGroup}
            onClick={() => setOpen({ what: 'add' })}
          >
            Add a lamp
          </ActionButton>
        </Group>
      </Group>
      {view.lamps.length > 0 && (
        <Choices
          label="Which lamps"
          of={lampFilters}
          chosen={filter}
          text={(each) =>
            `${filterTexts[each]} (${view.lamps.filter((lamp) => isShown(lamp, each)).length})`
          }
          onChoose={setFilter}
        />
      )}
      <DataTable
        label="Lamps"
        noun="lamp"
        columns={columnsOf({ whyNot, onOpen: setOpen })}
        rowKey={(row) => row.lampId}
        query={wholeList(rows)}
        empty={view.lamps.length === 0 ? 'No lamp yet.' : 'No lamp is left by this filter.'}
      />
      <LampDialogs view={view} open={open} onClose={() => setOpen(null)} />
    </Stack>
  );
}

/** P2 before P10. */
const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function LampDialogs(props: {
  readonly view: LightingView;
  readonly open: Open | null;
  readonly onClose: () => void;
}) {
  const { view, open, onClose } = props;
  const { connectionId } = view.account;
  if (open === null) return null;
  const lamp = 'lamp' in open ? open.lamp : null;
  const titles: Record<Open['what'], string> = {
    ...{ add: 'Add a lamp', list: 'Bring in a list of lamps', change: `Lamp ${lamp?.name ?? ''}` },
    ...{ remove: `Take lamp ${lamp?.name ?? ''} away`, override: `Override ${lamp?.name ?? ''}` },
  };
  return (
    <Dialog opened onClose={onClose} title={titles[open.what]}>
      {open.what === 'list' && <LampListForm connectionId={connectionId} onClose={onClose} />}
      {(open.what === 'add' || open.what === 'change') && (
        <LampForm view={view} lamp={lamp} onClose={onClose} />
      )}
      {open.what === 'remove' && (
        <RemoveLampForm connectionId={connectionId} lamp={open.lamp} onClose={onClose} />
      )}
      {open.what === 'override' && (
        <OverrideForm view={view} lamp={open.lamp.name} onClose={onClose} />
      )}
    </Dialog>
  );
}

function columnsOf(o: {
  readonly whyNot: string | null;
  readonly onOpen: (open: Open) => void;
}): Column<LampView>[] {
  return [
    {
      key: 'name',
      header: 'Lamp',
      card: 'title',
      cell: (lamp) => <WithNote note={placeOf(lamp)}>{lamp.name}</WithNote>,
    },
    {
      key: 'state',
      header: 'State',
      card: 'wideBare',
      cell: (lamp) => (
        <WithNote note={lamp.fault === null ? '' : <>since {<Age at={lamp.fault.since} />}</>}>
          <ToneWord label={lampLabel(lamp)} />
        </WithNote>
      ),
    },
    {
      key: 'told',
      header: 'Told',
      cell: ({ asked }) =>
        asked === null ? (
          unknown
        ) : (
          <WithNote note={causeTexts[asked.because]}>{`${asked.levelPercent} %`}</WithNote>
        ),
    },
    {
      key: 'says',
      header: 'Says',
      end: true,
      cell: (lamp) => (
        <>
          {lamp.levelPercent === null ? unknown : `${lamp.levelPercent} %`}
          <Text size="xs" c="dimmed">
            {lamp.powerW === null ? '' : `${lamp.powerW.toFixed(1)} W of ${lamp.fullW}`}
          </Text>
        </>
      ),
    },
    {
      key: 'energy',
      header: 'Tonight',
      end: true,
      cell: (lamp) => (
        <>
          {kwhText(lamp.nightWh, 2)}
          <Text size="xs" c="dimmed">
            {kwhText(lamp.countedWh, 2)} in all
          </Text>
        </>
      ),
    },
    { key: 'read', header: 'Read', cell: (lamp) => <Read lamp={lamp} /> },
    { key: 'act', header: '', card: 'wide', cell: (lamp) => <LampActions lamp={lamp} {...o} /> },
  ];
}

const placeOf = ({ group, floorPercent }: LampView): string =>
  floorPercent === null ? group : `${group}; protected, ${floorPercent} % at least`;

const Read = ({ lamp }: { lamp: LampView }) => (
  <span style={{ whiteSpace: 'nowrap' }}>
    <Age at={lamp.readAt} />
  </span>
);

function LampActions(props: {
  readonly lamp: LampView;
  readonly whyNot: string | null;
  readonly onOpen: (open: Open) => void;
}) {
  const { lamp, whyNot, onOpen } = props;
  return (
    <Group gap={6} wrap="nowrap">
      <ActionButton
        size="compact-xs"
        why={whyNot}
        label={`Override lamp ${lamp.name}`}
        onClick={() => onOpen({ what: 'override', lamp })}
      >
        Override
      </ActionButton>
      <ActionButton
        size="compact-xs"
        why={whyNot}
        label={`Change or move lamp ${lamp.name}`}
        onClick={() => onOpen({ what: 'change', lamp })}
      >
        Change
      </ActionButton>
      <ActionButton
        size="compact-xs"
        why={whyNot}
        label={`Take lamp ${lamp.name} away`}
        onClick={() => onOpen({ what: 'remove', lamp })}
      >
        Take away
      </ActionButton>
    </Group>
  );
}
