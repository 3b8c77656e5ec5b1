// Who is signed in, and what they do with their own sign-in: leave, leave everywhere, and change
// the password.

import { ActionIcon, Alert, Button, Group, Menu, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client } from '../api/read.ts';
import { createSignInApi } from '../api/sign-in.ts';
import { roleLabels } from '../text/labels.ts';
import { Dialog } from '../ui/form.tsx';
import { PersonIcon } from '../ui/icons.tsx';
import { useSession } from './session.tsx';

const signIn = createSignInApi(client);

export function OperatorMenu() {
  const me = useSession();
  const [changes, setChanges] = useState(false);
  const leaving = useLeaving(signIn.signOut);
  const leavingAll = useLeaving(signIn.signOutEverywhere);
  return (
    <>
      <Menu position="bottom-end" width={240} keepMounted={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="Your account">
            <PersonIcon />
          </ActionIcon>
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

function PasswordForm({ onClose }: { onClose: () => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [current, next, again] = ['current', 'next', 'again'].map((name) =>
      String(form.get(name) ?? ''),
    );
    if (next !== again) {
      setProblem('The two new passwords are not the same.');
      return;
    }
    setBusy(true);
    const done = await signIn.changePassword({ current: current ?? '', next: next ?? '' });
    setBusy(false);
    if (done.ok) onClose();
    else setProblem(done.error);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {problem !== null && (
          <Alert role="alert" color="red" variant="light">
            {problem}
          </Alert>
        )}
        <Text size="sm">All your other sign-ins end with it.</Text>
        <PasswordInput
          label="Password until now"
          name="current"
          autoComplete="current-password"
          required
          data-autofocus
        />
        <PasswordInput
          label="New password"
          description="At least 12 characters"
          name="next"
          autoComplete="new-password"
          minLength={12}
          required
        />
        <PasswordInput
          label="New password again"
          name="again"
          autoComplete="new-password"
          minLength={12}
          required
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Change it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
