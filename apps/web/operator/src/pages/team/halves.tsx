// The two halves of an invitation: whoever asked for it hands on the link, whoever allowed it tells
// the code. Nobody is shown both.

import { Anchor, Stack, Text } from '@mantine/core';
import type { InvitationRow } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { invitationsQuery } from '../../api/team.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Instant, panel } from '../../ui/show.tsx';

export function InvitationOfApproval({ approvalId }: { readonly approvalId: string }) {
  const mayLook = useWhyNotAdministrator() === null;
  const { data } = useQuery({ ...invitationsQuery, enabled: mayLook });
  const of = data?.rows.find((row) => row.approvalId === approvalId);
  if (of === undefined || of.state !== 'open') return null;
  return (
    <section className={panel} aria-label="The invitation">
      <Halves of={of} />
    </section>
  );
}

export function Halves({ of }: { readonly of: InvitationRow }) {
  return (
    <Stack gap="sm">
      {of.link !== null && <Link of={of} link={of.link} />}
      {of.code !== null && (
        <>
          <Text size="sm">
            Tell {of.name} this code yourself, by voice or face to face. They got the link from{' '}
            {of.requestedBy}, or will.
          </Text>
          <SecretOnce label="Code" secret={of.code} />
        </>
      )}
      {of.link === null && of.code === null && (
        <Text size="sm">
          {of.name} gets a link from {of.requestedBy} and a code from {of.approvedBy}.
        </Text>
      )}
      <Text size="sm" c="dimmed">
        Open until <Instant at={of.expiresAt} withAge={false} real />, and used once.
      </Text>
    </Stack>
  );
}

function Link({ of, link }: { readonly of: InvitationRow; readonly link: string }) {
  const subject = encodeURIComponent('Your sign-in to the operator console');
  const body = encodeURIComponent(
    `Hello ${of.name},\n\nopen this link and choose a password:\n${link}\n\n` +
      `It asks for a code: ${of.approvedBy} tells it to you.\n`,
  );
  return (
    <>
      <Text size="sm">
        Send {of.name} this link. It asks for a code, which {of.approvedBy} has.
      </Text>
      <SecretOnce label="Link" secret={link} />
      <Text size="sm">
        <Anchor href={`mailto:${of.email}?subject=${subject}&body=${body}`}>
          Write a mail with it
        </Anchor>
      </Text>
    </>
  );
}
