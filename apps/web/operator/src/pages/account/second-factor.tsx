// Turns the second factor on and off. The secret and the codes for a lost phone are shown once, in
// the dialog, and kept nowhere.

import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { encode } from 'uqr';
import { meQuery } from '../../api/queries.ts';
import { client } from '../../api/read.ts';
import { createSignInApi } from '../../api/sign-in.ts';
import { accountKey, beginFactor, endFactor, type NewFactor } from '../../api/team.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';

const signIn = createSignInApi(client);

type Closing = { readonly onClose: () => void };

export function NewFactorForm({ onClose }: Closing) {
  const [made, setMade] = useState<NewFactor | null>(null);
  const [isOn, setOn] = useState(false);
  if (made === null) {
    return (
      <OneField
        key="password"
        submit="Go on"
        field={<Password />}
        onCancel={onClose}
        onSubmit={async (password) => {
          const begun = await beginFactor(password);
          if (!begun.ok) return begun.error;
          setMade(begun.value);
          return null;
        }}
      >
        <Text size="sm">
          You need an authenticator app on your phone, such as Aegis or Google Authenticator.
        </Text>
      </OneField>
    );
  }
  if (!isOn) return <Confirm made={made} onClose={onClose} onDone={() => setOn(true)} />;
  return (
    <Stack gap="md">
      <Text size="sm">
        The second factor is on. Keep these codes where you find them without your phone: each signs
        you in once.
      </Text>
      <SecretOnce label="Codes for a lost phone" secret={made.backupCodes.join('\n')} />
      <Group justify="flex-end">
        <Button onClick={onClose}>I have stored them</Button>
      </Group>
    </Stack>
  );
}

function Confirm(o: Closing & { readonly made: NewFactor; readonly onDone: () => void }) {
  const queryClient = useQueryClient();
  const secret = new URL(o.made.uri).searchParams.get('secret') ?? '';
  return (
    <OneField
      key="code"
      submit="Turn on"
      field={<Code />}
      onCancel={o.onClose}
      onSubmit={async (text) => {
        const code = text.replace(/\s/g, '');
        if (!/^\d{6}$/.test(code)) return 'The code has six digits.';
        const done = await signIn.withCode(code);
        if (!done.ok) return done.error.text;
        await factorChanged(queryClient);
        o.onDone();
        return null;
      }}
    >
      <Text size="sm">Scan this with the app, then enter the six digits that it shows.</Text>
      <Squares text={o.made.uri} />
      <Text size="sm">
        Without a camera: <a href={o.made.uri}>open the app</a> on this phone, or type this key.
      </Text>
      <SecretOnce label="Key for the app" secret={secret.match(/.{1,4}/g)?.join(' ') ?? secret} />
    </OneField>
  );
}

export function EndFactorForm({ onClose }: Closing) {
  const queryClient = useQueryClient();
  return (
    <OneField
      submit="Turn off"
      field={<Password />}
      onCancel={onClose}
      onSubmit={async (password) => {
        const ended = await endFactor(password);
        if (!ended.ok) return ended.error;
        await factorChanged(queryClient);
        onClose();
        return null;
      }}
    >
      <Text size="sm">From then on your password alone signs you in.</Text>
    </OneField>
  );
}

/** What this sign-in may do can depend on it. */
const factorChanged = (queryClient: QueryClient) =>
  Promise.all(
    [accountKey, meQuery.queryKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );

const Password = () => (
  <PasswordInput
    label="Your password"
    name="entry"
    autoComplete="current-password"
    required
    withAsterisk={false}
    data-autofocus
  />
);
const Code = () => (
  <TextInput
    label="Code"
    name="entry"
    inputMode="numeric"
    autoComplete="one-time-code"
    required
    withAsterisk={false}
    data-autofocus
  />
);

type OneFieldProps = {
  readonly submit: string;
  readonly field: ReactNode;
  readonly children: ReactNode;
  readonly onCancel: () => void;
  /** What is wrong, in a sentence; null when it went well. */
  readonly onSubmit: (entry: string) => Promise<string | null>;
};

function OneField({ submit, field, children, onCancel, onSubmit }: OneFieldProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entry = String(new FormData(event.currentTarget).get('entry') ?? '');
    setBusy(true);
    setProblem(await onSubmit(entry));
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        {problem !== null && (
          <Alert role="alert" color="red" variant="light">
            {problem}
          </Alert>
        )}
        {children}
        {field}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Dark on light in both themes: readers need that. */
function Squares({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code for the authenticator"
      style={{
        inlineSize: '12rem',
        maxInlineSize: '100%',
        background: '#fff',
        marginInline: 'auto',
      }}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
