// The menu of the person who is signed in: see their account, leave, leave everywhere. It is
// fetched when first opened.

import { Menu, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../api/read.ts';
import { createSignInApi } from '../api/sign-in.ts';
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
          <Menu.Item closeMenuOnClick={false} onClick={leavingAll.start}>
            {leavingAll.failed ? 'That failed. Sign out everywhere again' : 'Sign out everywhere'}
          </Menu.Item>
          <Menu.Item closeMenuOnClick={false} onClick={leaving.start}>
            {leaving.failed ? 'Sign out failed. Try again' : 'Sign out'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={changes} onClose={() => setChanges(false)} title="Change your password">
        <PasswordForm onClose={() => setChanges(false)} />
      </Dialog>
    </>
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
