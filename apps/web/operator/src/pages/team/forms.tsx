// What an administrator asks of a second one about the team: an invitation, another role, another
// password.

import { NativeSelect, Text } from '@mantine/core';
import { type OperatorRole, signInAddressSchema, type TeamRow } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { changeRole, invitationsKey, invite, inviteAgain, teamKey } from '../../api/team.ts';
import { useAction } from '../../api/use-action.ts';
import { type Read, readCount, readText } from '../../text/entries.ts';
import { roleLabels } from '../../text/labels.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useToApproval } from '../alone-note.tsx';

/** What each may, in a sentence. */
const roleNotes: Record<OperatorRole, string> = {
  administrator: 'Does everything, and allows what others ask for.',
  operator: 'Sells, corrects and sets up; asks for what takes a second person.',
  viewer: 'Reads, and changes nothing.',
  technician: 'Sees install jobs, and nothing else.',
  auditor: 'Reads everything with the audit log, until the sign-in ends by itself.',
};
const stale = [['approvals'], teamKey, invitationsKey] as const;
const reasonEntry = (text: string) => readText(text, 10, 500);

function readEmail(text: string): Read<string> {
  const read = signInAddressSchema.safeParse(text);
  return read.success ? ok(read.data) : err('Write an address like ada@example.org.');
}

function RoleSelect<R extends OperatorRole>(props: {
  readonly role: R;
  readonly roles: readonly R[];
  readonly onRole: (role: R) => void;
}) {
  return (
    <NativeSelect
      label="Role"
      description={roleNotes[props.role]}
      value={props.role}
      data={props.roles.map((value) => ({ value, label: roleLabels[value] }))}
      onChange={({ currentTarget: { value } }) => {
        const role = props.roles.find((each) => each === value);
        if (role !== undefined) props.onRole(role);
      }}
    />
  );
}

export function InviteForm({ onClose }: { readonly onClose: () => void }) {
  const toApproval = useToApproval();
  const [role, setRole] = useState<OperatorRole>('operator');
  const name = useEntry('', (text) => readText(text, 1, 100));
  const email = useEntry('', readEmail);
  const days = useEntry('14', (text) => readCount(text, 90));
  const reason = useEntry('', reasonEntry);
  const action = useAction({
    run: (body: Omit<Parameters<typeof invite>[0], 'requestId'>, requestId) =>
      invite({ ...body, requestId }),
    stale,
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  const send = () => {
    if (!name.read.ok || !email.read.ok || !reason.read.ok || !days.read.ok) return;
    action.mutate({
      ...{ name: name.read.value, email: email.read.value, role, reason: reason.read.value },
      ...(role === 'auditor' ? { days: days.read.value } : {}),
    });
  };
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[name, email, ...(role === 'auditor' ? [days] : []), reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <EntryField entry={name} label="Name" focus />
      <EntryField entry={email} label="E-mail" note="They sign in with it." />
      <RoleSelect role={role} roles={Object.keys(roleLabels) as OperatorRole[]} onRole={setRole} />
      {role === 'auditor' && <EntryField entry={days} label="Days until it ends" numeric />}
      <EntryField entry={reason} label="Reason" long />
      <Text size="sm" c="dimmed">
        Another administrator allows it. Then you get a link for them, and whoever allowed it gets a
        code: joining takes both.
      </Text>
    </DialogForm>
  );
}

type PersonProps = { readonly person: TeamRow; readonly onClose: () => void };
const changing = ['administrator', 'operator', 'viewer', 'technician'] as const;

export function RoleForm({ person, onClose }: PersonProps) {
  const toApproval = useToApproval();
  const roles = changing.filter((each) => each !== person.role);
  const [role, setRole] = useState(roles[0] ?? 'viewer');
  const reason = useEntry('', reasonEntry);
  const action = useAction({
    run: (why: string, requestId) =>
      changeRole(person.operatorId, { requestId, reason: why, role }),
    stale,
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        {person.name} is {roleLabels[person.role].toLowerCase()} now. The new role holds as soon as
        another administrator allows it.
      </Text>
      <RoleSelect role={role} roles={roles} onRole={setRole} />
      <EntryField entry={reason} label="Reason" long focus />
    </DialogForm>
  );
}

export function AgainForm({ person, onClose }: PersonProps) {
  const toApproval = useToApproval();
  const reason = useEntry('', reasonEntry);
  const action = useAction({
    run: (why: string, requestId) => inviteAgain(person.operatorId, { requestId, reason: why }),
    stale,
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate(reason.read.value);
      }}
    >
      <Text size="sm">
        For somebody who lost their password or their phone, or whose sign-in has ended. Another
        administrator allows it; then {person.name} chooses a new password with a link from you and
        a code from them. The second factor is turned off, and all sessions end.
      </Text>
      <EntryField entry={reason} label="Reason" long focus />
    </DialogForm>
  );
}
