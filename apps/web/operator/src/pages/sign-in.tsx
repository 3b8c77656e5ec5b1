// Sign-in: e-mail and password, then the authenticator's six digits for accounts that have one, or
// a code for a lost phone.

import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client } from '../api/read.ts';
import { createSignInApi } from '../api/sign-in.ts';
import iconUrl from '../icon.svg?inline';
import styles from '../shell/shell.module.css';
import { useTitle } from '../ui/show.tsx';

const signIn = createSignInApi(client);

export default function SignInPage() {
  useTitle('Sign in');
  const { from } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [step, setStep] = useState<'password' | 'code'>('password');
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async () => {
    queryClient.clear();
    await navigate({ to: from ?? '/', replace: true });
  };
  return (
    <main className={styles.signIn}>
      <div className={styles.signInCard}>
        <Stack gap="md">
          <div>
            <img src={iconUrl} alt="" width={36} height={36} />
            <Title order={1} mt="xs">
              Operator console
            </Title>
            <Text c="dimmed" size="sm">
              {step === 'password'
                ? 'Sign in to your utility on Prewatt.'
                : 'Your account has a second factor: enter its code.'}
            </Text>
          </div>
          {problem !== null && (
            <Alert role="alert" color="red" variant="light">
              {problem}
            </Alert>
          )}
          {step === 'password' ? (
            <PasswordForm
              onProblem={setProblem}
              onCodeNeeded={() => setStep('code')}
              onSignedIn={enter}
            />
          ) : (
            <CodeForm
              onProblem={setProblem}
              onStartOver={() => setStep('password')}
              onSignedIn={enter}
            />
          )}
        </Stack>
      </div>
    </main>
  );
}

type FormProps = {
  readonly onProblem: (text: string | null) => void;
  readonly onSignedIn: () => Promise<void>;
};

function PasswordForm(props: FormProps & { readonly onCodeNeeded: () => void }) {
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get('email') ?? '').trim();
    const password = String(form.get('password') ?? '');
    if (email === '' || password === '') {
      props.onProblem('Enter your e-mail and your password.');
      return;
    }
    setBusy(true);
    props.onProblem(null);
    const result = await signIn.withPassword(email, password);
    if (!result.ok) props.onProblem(result.error);
    else if (result.value === 'codeNeeded') props.onCodeNeeded();
    else await props.onSignedIn();
    setBusy(false);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
        />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function CodeForm(props: FormProps & { readonly onStartOver: () => void }) {
  const [busy, setBusy] = useState(false);
  const [isPhoneLost, setPhoneLost] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code') ?? '').replace(/\s/g, '');
    if (isPhoneLost ? code === '' : !/^\d{6}$/.test(code)) {
      props.onProblem(isPhoneLost ? 'Enter one of your codes.' : 'The code has six digits.');
      return;
    }
    setBusy(true);
    props.onProblem(null);
    const result = await (isPhoneLost ? signIn.withBackupCode(code) : signIn.withCode(code));
    setBusy(false);
    if (result.ok) {
      await props.onSignedIn();
      return;
    }
    props.onProblem(result.error.text);
    if (result.error.startOver) props.onStartOver();
  };
  const other = () => {
    props.onProblem(null);
    setPhoneLost(!isPhoneLost);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          key={isPhoneLost ? 'lost' : 'digits'}
          label={isPhoneLost ? 'Code for a lost phone' : 'Code'}
          description={
            isPhoneLost ? 'You got these codes with the second factor; each works once' : undefined
          }
          name="code"
          inputMode={isPhoneLost ? 'text' : 'numeric'}
          autoComplete={isPhoneLost ? 'off' : 'one-time-code'}
          autoFocus
        />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Confirm
        </Button>
        <Button variant="subtle" fullWidth onClick={other}>
          {isPhoneLost ? 'Use the authenticator' : 'I have lost my phone'}
        </Button>
        <Button variant="subtle" fullWidth onClick={props.onStartOver}>
          Back to password
        </Button>
      </Stack>
    </form>
  );
}
