// The dim programmes of an account, and which groups go by them.

import { Group, Stack, Text, Title } from '@mantine/core';
import type { LightingView } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useState } from 'react';

import { Dialog } from '../../ui/form.tsx';
import { ActionButton, panel } from '../../ui/show.tsx';
import { EmptyNote } from '../../ui/states.tsx';
import { ProgrammeForm } from './programme-form.tsx';
import { useWhyNot } from './why-not.ts';

type Programme = LightingView['programmes'][number];

export function Programmes({ view }: { readonly view: LightingView }) {
  const whyNot = useWhyNot(view);
  const [open, setOpen] = useState<Programme | 'new' | null>(null);
  const close = () => setOpen(null);
  const groupsOf = (name: string): string => {
    const groups = view.groups.filter(({ programme }) => programme === name);
    return groups.length === 0 ? 'no group goes by it' : groups.map((each) => each.name).join(', ');
  };
  return (
    <section className={panel} aria-label="Dim programmes">
      <Stack gap="sm">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4">
            Dim programmes
          </Title>
          <ActionButton size="compact-sm" why={whyNot} onClick={() => setOpen('new')}>
            New programme
          </ActionButton>
        </Group>
        {view.programmes.length === 0 && (
          <EmptyNote>
            No programme yet. It says when lamps come on and go off, and how brightly they burn.
          </EmptyNote>
        )}
        {view.programmes.map((programme) => (
          <Group key={programme.name} gap="xs" justify="space-between">
            <div>
              <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
                {programme.name}
              </Text>
              <Text size="xs" c="dimmed">
                {countText(programme.document.plans.length, 'plan')}; {groupsOf(programme.name)}
              </Text>
            </div>
            <ActionButton
              size="compact-sm"
              why={whyNot}
              label={`Change programme ${programme.name}`}
              onClick={() => setOpen(programme)}
            >
              Change
            </ActionButton>
          </Group>
        ))}
      </Stack>
      <Dialog
        opened={open !== null}
        onClose={close}
        title={open === 'new' || open === null ? 'New dim programme' : `Programme ${open.name}`}
      >
        {open !== null && (
          <ProgrammeForm
            connectionId={view.account.connectionId}
            programme={open === 'new' ? null : open}
            onClose={close}
          />
        )}
      </Dialog>
    </section>
  );
}
