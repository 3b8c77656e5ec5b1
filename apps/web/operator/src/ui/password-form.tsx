// Changes one's own password, with the one until now.

import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { client } from '../api/read.ts';
import { createSignInApi } from '../api/sign-in.ts';

const signIn = createSignInApi(client);

export function PasswordForm({ onClose }: { onClose: () => void }) {
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
