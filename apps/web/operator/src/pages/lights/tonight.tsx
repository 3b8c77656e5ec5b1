// Tonight as it will be, group by group: programme, overrides and credit together.

import { Group, Stack, Text, Title } from '@mantine/core';
import type { LightingView } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useState } from 'react';
import { kwhText } from '../../text/numbers.ts';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, panel } from '../../ui/show.tsx';
import { EmptyNote } from '../../ui/states.tsx';
import { GroupForm } from './forms.tsx';
import { NightStrip } from './night-strip.tsx';
import { useWhyNot } from './why-not.ts';

/** No group has this name: names are not empty. */
const newGroup = '';

export function Tonight({ view }: { readonly view: LightingView }) {
  const whyNot = useWhyNot(view);
  const [open, setOpen] = useState<string | null>(null);
  const close = () => setOpen(null);
  const noProgramme = view.programmes.length === 0 ? 'Make a programme first, below' : null;
  return (
    <section className={panel} aria-label="Tonight by group">
      <Stack gap="md">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4">
            Tonight by group
          </Title>
          <ActionButton
            size="compact-sm"
            why={whyNot ?? noProgramme}
            onClick={() => setOpen(newGroup)}
          >
            New group
          </ActionButton>
        </Group>
        {view.groups.length === 0 && (
          <EmptyNote>
            No group yet. A group is lamps that go by the same programme: a street, a park.
          </EmptyNote>
        )}
        {view.groups.map((group) => (
          <div key={group.name}>
            <Group gap="xs" justify="space-between" mb={6}>
              <div>
                <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {group.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {countText(group.lamps, 'lamp')}, programme {group.programme},{' '}
                  {kwhText(group.tonightWh)} tonight
                </Text>
              </div>
              <ActionButton
                size="compact-sm"
                why={whyNot}
                label={`Another programme for ${group.name}`}
                onClick={() => setOpen(group.name)}
              >
                Another programme
              </ActionButton>
            </Group>
            <NightStrip label={`Tonight, ${group.name}`} night={group.tonight} />
          </div>
        ))}
      </Stack>
      <Dialog
        opened={open !== null}
        onClose={close}
        title={open === newGroup ? 'New group of lamps' : `Programme of ${open ?? ''}`}
      >
        {open !== null && (
          <GroupForm view={view} group={open === newGroup ? null : open} onClose={close} />
        )}
      </Dialog>
    </section>
  );
}
