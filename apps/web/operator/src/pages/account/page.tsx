// Your account: who you are here, your password, a second factor, and where you are signed in.

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { accountKey, accountQuery, endMySessions } from '../../api/team.ts';
import { useAction } from '../../api/use-action.ts';
import { useSession } from '../../shell/session.tsx';
import { roleLabels } from '../../text/labels.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import { PasswordForm } from '../../ui/password-form.tsx';
import { sessionColumns } from '../../ui/session-columns.tsx';
import { Fact, nowFacts, PageHeading, panel } from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { EndFactorForm, NewFactorForm } from './second-factor.tsx';

export default function AccountPage() {
  const me = useSession();
  const [open, setOpen] = useState<'password' | 'newFactor' | 'endFactor' | null>(null);
  const close = () => setOpen(null);
  const query = useQuery(accountQuery);
  const hasFactor = query.data?.secondFactor === true;
  return (
    <Stack gap="md">
      <PageHeading title="Your account" />
      <section className={panel} aria-label="You">
        <dl className={nowFacts} style={{ margin: 0 }}>
          <Fact name="Name">{me.name}</Fact>
          <Fact name="E-mail">{me.email}</Fact>
          <Fact name="Role">{roleLabels[me.isAuditor ? 'auditor' : me.role]}</Fact>
          <Fact name="Second factor" note="a code from your phone beside the password">
            {query.data === undefined ? '…' : hasFactor ? 'On' : 'Off'}
          </Fact>
        </dl>
        <Group gap="sm" mt="md">
          <Button variant="default" onClick={() => setOpen('password')}>
            Change password
          </Button>
          <Button
            variant="default"
            disabled={query.data === undefined}
            onClick={() => setOpen(hasFactor ? 'endFactor' : 'newFactor')}
          >
            {hasFactor ? 'Turn off second factor' : 'Turn on second factor'}
          </Button>
        </Group>
      </section>
      <Sessions />
      <Dialog opened={open === 'password'} onClose={close} title="Change your password">
        <PasswordForm onClose={close} />
      </Dialog>
      <Dialog opened={open === 'newFactor'} onClose={close} title="Second factor" guarded>
        <NewFactorForm onClose={close} />
      </Dialog>
      <Dialog opened={open === 'endFactor'} onClose={close} title="Second factor">
        <EndFactorForm onClose={close} />
      </Dialog>
    </Stack>
  );
}

function Sessions() {
  const query = useQuery(accountQuery);
  const ending = useAction({ run: endMySessions, stale: [accountKey] });
  const sessions = query.data?.sessions ?? [];
  return (
    <>
      <Title order={2}>Where you are signed in</Title>
      <Text c="dimmed" size="sm" maw="75ch">
        End what you do not know, then change your password. A session ends by itself after 12 hours
        without use, and after seven days.
      </Text>
      {ending.error !== null && <FailureNote failure={ending.error} />}
      {query.data === undefined ? (
        <QueryState query={query} height={160} />
      ) : (
        <DataTable
          label="Sessions"
          noun="session"
          columns={sessionColumns(ending.mutate)}
          rowKey={(row) => row.sessionId}
          query={wholeList(sessions)}
          empty="None."
        />
      )}
      {sessions.length > 1 && (
        <div>
          <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate(null)}>
            End all others
          </Button>
        </div>
      )}
    </>
  );
}
