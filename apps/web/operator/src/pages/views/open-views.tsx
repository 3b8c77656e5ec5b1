// The menu of a list's saved views, and the dialog that saves and removes one's own.

import { Checkbox, Group, Menu, Stack, Text } from '@mantine/core';
import type { SavedView, ViewedList } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { removeView, savedViewsQuery, saveView } from '../../api/saved-views.ts';
import { useAction } from '../../api/use-action.ts';
import { parseSearch, stringifySearch } from '../../state/search.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useOpensAtOnce } from '../../ui/late-menu.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { ViewsButton, type ViewsProps } from './button.tsx';

/** Days would be past tomorrow, and an open sale is no part of a list. */
const notKept = ['day', 'from', 'to', 'sale'];

const kept = (search: ViewsProps['search']): string =>
  stringifySearch(
    Object.fromEntries(Object.entries(search).filter(([name]) => !notKept.includes(name))),
  ).slice(1);

export default function OpenViews({ list, search }: ViewsProps) {
  const late = useOpensAtOnce();
  const navigate = useNavigate();
  const [keeps, setKeeps] = useState(false);
  const views = useQuery(savedViewsQuery(list));
  const rows = views.data?.rows ?? [];
  const now = kept(search);
  const go = (view: SavedView) =>
    void navigate({ to: `/${list}`, search: parseSearch(view.search) as never, replace: true });
  return (
    <>
      <Menu {...late.menu} position="bottom-end" width={280} keepMounted={false}>
        <Menu.Target>
          <ViewsButton ref={late.button} />
        </Menu.Target>
        <Menu.Dropdown>
          {views.data === undefined && <Menu.Label>Loading</Menu.Label>}
          {views.data !== undefined && rows.length === 0 && (
            <Menu.Label>No view is saved yet.</Menu.Label>
          )}
          {rows.map((view) => (
            <Menu.Item
              key={`${view.by ?? ''} ${view.name}`}
              aria-current={view.search === now ? 'true' : undefined}
              onClick={() => go(view)}
            >
              {view.name}
              {view.by !== null && (
                <Text size="xs" c="dimmed">
                  Shared by {view.by}
                </Text>
              )}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setKeeps(true)}>Save or remove a view</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={keeps} onClose={() => setKeeps(false)} title="Views of this list">
        <Stack gap="lg">
          <SaveForm list={list} search={now} onClose={() => setKeeps(false)} />
          <Own list={list} views={rows.filter((view) => view.by === null)} />
        </Stack>
      </Dialog>
    </>
  );
}

type SaveFormProps = {
  readonly list: ViewedList;
  readonly search: string;
  readonly onClose: () => void;
};

const readName = (text: string) => {
  const name = text.trim();
  if (name === '') return err('Give the view a name.');
  return name.length > 60 ? err('A name has at most 60 letters.') : ok(name);
};

function SaveForm({ list, search, onClose }: SaveFormProps) {
  const name = useEntry('', readName);
  const [isShared, setShared] = useState(false);
  const save = useAction({
    run: (of: string) => saveView({ list, name: of, search, isShared }),
    stale: [['views', list]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Save the view"
      action={save}
      entries={[name]}
      onCancel={onClose}
      onSubmit={() => name.read.ok && save.mutate(name.read.value)}
    >
      <Text size="sm" c="dimmed">
        Filters, search and order that are shown now, without days. A name that you have used is
        replaced.
      </Text>
      <EntryField label="Name" entry={name} focus />
      <Checkbox
        label="Everybody here sees it"
        checked={isShared}
        onChange={({ currentTarget }) => setShared(currentTarget.checked)}
      />
    </DialogForm>
  );
}

function Own({ list, views }: { readonly list: ViewedList; readonly views: readonly SavedView[] }) {
  const remove = useAction({
    run: (name: string) => removeView({ list, name }),
    stale: [['views', list]],
  });
  if (views.length === 0) return null;
  return (
    <Stack gap="xs" role="list" aria-label="Your views">
      {remove.error !== null && <FailureNote failure={remove.error} />}
      {views.map((view) => (
        <Group key={view.name} role="listitem" justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ flex: 1, minWidth: 0 }}>
            {view.name}
            {view.isShared && (
              <Text span size="xs" c="dimmed">
                {' '}
                shared
              </Text>
            )}
          </Text>
          <ActionButton
            size="compact-sm"
            why={null}
            label={`Remove ${view.name}`}
            onClick={() => remove.mutate(view.name)}
          >
            Remove
          </ActionButton>
        </Group>
      ))}
    </Stack>
  );
}
