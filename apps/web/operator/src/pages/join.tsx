// An invited person joins: they see who invites them to what, and choose a password with the code
// that another person told them. The link's secret stands behind # and goes to the server alone.

import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import type { Invitation } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { failureText } from '../api/failure.ts';
import { invitationQuery, join } from '../api/team.ts';
import { useAction } from '../api/use-action.ts';
import iconUrl from '../icon.svg?inline';
import styles from '../shell/shell.module.css';
import { roleLabels } from '../text/labels.ts';
import { useTitle } from '../ui/show.tsx';
import { QueryState } from '../ui/states.tsx';

const leastPassword = 12;

export default function JoinPage() {
  useTitle('Join');
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery(invitationQuery(token));
  return (
    <main className={styles.signIn}>
      <div className={styles.signInCard}>
        <Stack gap="md">
          <div>
            <img src={iconUrl} alt="" width={36} height={36} />
            <Title order={1} mt="xs">
              {query.data === undefined ? 'Operator console' : query.data.utility}
            </Title>
          </div>
          <QueryState query={query} height={180} />
          {query.data !== undefined && <JoinForm of={query.data} token={token} />}
        </Stack>
      </div>
    </main>
  );
}

function JoinForm({ of, token }: { readonly of: Invitation; readonly token: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const action = useAction({
    run: (given: { readonly code: string; readonly password: string }) => join({ token, ...given }),
    stale: [],
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [code, password, again] = ['code', 'password', 'again'].map((name) =>
      String(form.get(name) ?? ''),
    );
    const fault = faultOf({ code: code ?? '', password: password ?? '', again: again ?? '' });
    setProblem(fault);
    if (fault === null) action.mutate({ code: code ?? '', password: password ?? '' });
  };
  if (action.data !== undefined) return <Joined email={action.data.email} />;
  const said = problem ?? (action.error === null ? null : failureText(action.error));
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text size="sm">
          {of.isAgain
            ? `${of.name}, choose a new password. Your second factor is turned off by it.`
            : `${of.name}, you are invited as ${roleLabels[of.role].toLowerCase()}. Choose a password.`}
        </Text>
        {said !== null && (
          <Alert role="alert" color="red" variant="light">
            {said}
          </Alert>
        )}
        <TextInput
          label="Code"
          description="Eight digits: whoever allowed the invitation tells you."
          name="code"
          inputMode="numeric"
          autoComplete="off"
          autoFocus
        />
        <input type="hidden" name="username" autoComplete="username" value={of.email} readOnly />
        <PasswordInput
          label="Password"
          description={`${leastPassword} characters or more`}
          name="password"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        />
        <PasswordInput
          label="Password again"
          name="again"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the repeated password' }}
        />
        <Button type="submit" loading={action.isPending} fullWidth mt="xs">
          {of.isAgain ? 'Set password' : 'Join'}
        </Button>
      </Stack>
    </form>
  );
}

function Joined({ email }: { readonly email: string }) {
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        Your password is set. Sign in with {email}; then turn on a second factor under “Your
        account”, at the top right.
      </Text>
      <Button fullWidth onClick={() => void navigate({ to: '/sign-in', replace: true })}>
        Sign in
      </Button>
    </Stack>
  );
}

type Given = { readonly code: string; readonly password: string; readonly again: string };

function faultOf({ code, password, again }: Given): string | null {
  if (code.replace(/\D/g, '').length !== 8) return 'The code has eight digits.';
  if (password.length < leastPassword || password.length > 128) {
    return `A password has ${leastPassword} to 128 characters.`;
  }
  return password === again ? null : 'The two passwords differ.';
}
