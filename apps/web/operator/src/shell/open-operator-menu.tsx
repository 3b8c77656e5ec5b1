// The menu of the person who is signed in: see their account, leave, leave everywhere. It is
// fetched when first opened.

import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../api/read.ts';
import { createSignInApi } from '../api/sign-in.ts';
import { useKeptDrafts, useKeptFindings } from '../pages/revenue/field-notes.ts';
import { roleLabels } from '../text/labels.ts';
import { Dialog } from '../ui/form.tsx';
import { useOpensAtOnce } from '../ui/late-menu.tsx';
import { PasswordForm } from '../ui/password-form.tsx';
import { OperatorButton } from './operator-button.tsx';
import { useSession } from './session.tsx';

const signIn = createSignInApi(client);

export default function OpenOperatorMenu() {
  const me = useSession();
  const late = useOpensAtOnce();
  const [changes, setChanges] = useState(false);
  const leaving = useLeaving(signIn.signOut);
  const leavingAll = useLeaving(signIn.signOutEverywhere);
  const unsent = [...useKeptFindings(), ...useKeptDrafts()].map(({ name }) => name);
  const [asks, setAsks] = useState<(() => void) | null>(null);
  const leave = (start: () => void) => {
    if (unsent.length === 0) {
      start();
      return;
    }
    late.menu.onChange(false);
    setAsks(() => start);
  };
  return (
    <>
      <Menu {...late.menu} position="bottom-end" width={240} keepMounted={false}>
        <Menu.Target>
          <OperatorButton ref={late.button} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" c="var(--mantine-color-text)" fw={600}>
              {me.name}
            </Text>
            <Text size="xs">{me.email}</Text>
            <Text size="xs">{roleLabels[me.isAuditor ? 'auditor' : me.role]}</Text>
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item component={Link} to="/account">
            Your account
          </Menu.Item>
          <Menu.Item onClick={() => setChanges(true)}>Change password</Menu.Item>
          <Menu.Item closeMenuOnClick={false} onClick={() => leave(leavingAll.start)}>
            {leavingAll.failed ? 'That failed. Sign out everywhere again' : 'Sign out everywhere'}
          </Menu.Item>
          <Menu.Item closeMenuOnClick={false} onClick={() => leave(leaving.start)}>
            {leaving.failed ? 'Sign out failed. Try again' : 'Sign out'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={changes} onClose={() => setChanges(false)} title="Change your password">
        <PasswordForm onClose={() => setChanges(false)} />
      </Dialog>
      <Dialog opened={asks !== null} onClose={() => setAsks(null)} title="Not everything is sent">
        <Unsent
          names={unsent}
          failed={leaving.failed || leavingAll.failed}
          onStay={() => setAsks(null)}
          onLeave={() => asks?.()}
        />
      </Dialog>
    </>
  );
}

type UnsentProps = {
  readonly names: readonly string[];
  readonly failed: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
};

/** Visits that were noted on this device and wait for the server, or were only begun. */
function Unsent({ names, failed, onStay, onLeave }: UnsentProps) {
  return (
    <Stack gap="md">
      <Text size="sm">
        What you noted for {[...new Set(names)].join(', ')} is on this device only. It stays here
        when you sign out, and is sent when you sign in here again.
      </Text>
      {failed && (
        <Text size="sm" role="alert">
          Sign out failed: the server did not answer.
        </Text>
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onStay}>
          Stay signed in
        </Button>
        <Button color="red" onClick={onLeave}>
          Sign out all the same
        </Button>
      </Group>
    </Stack>
  );
}

function useLeaving(leave: typeof signIn.signOut) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const leaving = useMutation({
    mutationFn: leave,
    onSuccess: (result) => {
      if (!result.ok) return;
      queryClient.clear();
      void navigate({ to: '/sign-in' });
    },
  });
  return {
    start: () => leaving.mutate(),
    failed: leaving.data !== undefined && !leaving.data.ok,
  };
}
