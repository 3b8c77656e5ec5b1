// `prewatt team`: who works for the utility, and what two administrators do about it. An invited
// person joins in a browser.

import {
  changeRoleBodySchema,
  type InvitationRow,
  inviteBodySchema,
  type TeamRow,
  teamApi,
} from '@prewatt/api';
import type { CommandResult, Options } from '../command.ts';
import {
  createServerGroup,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  waits,
  wrongOption,
} from '../server-group.ts';
import type { Utility } from '../utility.ts';

const help = `prewatt team: who works for the utility, and what two administrators do about it

  prewatt team list
  prewatt team invite EMAIL --name TEXT --role ROLE [--days N] --reason TEXT
  prewatt team password OPERATOR --reason TEXT
  prewatt team role OPERATOR --role ROLE --reason TEXT
  prewatt team invitations
  prewatt team withdraw INVITATION
  prewatt team end OPERATOR --reason TEXT

"invite", "password" and "role" wait for another administrator (prewatt approval). Then
"invitations" shows a link to whoever asked and a code to whoever allowed it: joining takes both.
"password" lets somebody choose another password, without their second factor. "withdraw" and
"end" are done at once. For administrators.

  --role ROLE   administrator, operator, viewer, technician or auditor; "role": not auditor
  --days N      of an auditor: the sign-in ends by itself after 1 to 90 days, or 14

${serverHelp}`;

const read = (
  run: (client: Parameters<Run>[0], utility: Utility) => Promise<CommandResult>,
): ServerCommand => ({ options: {}, positionals: [], required: [], prepare: () => ({ run }) });
type Run = Extract<ReturnType<ServerCommand['prepare']>, { run: unknown }>['run'];

const listCommand = read(async (client, { when }) => {
  const found = await client.call(teamApi.list);
  if (!found.ok) return found;
  const lines = found.value.rows.map((row) => lineOf(row, when));
  return { ok: true, value: { lines, json: found.value } };
});

const invitationsCommand = read(async (client, { when }) => {
  const found = await client.call(teamApi.invitations);
  return found.ok ? invitationsShown(found.value, when) : found;
});

function invitationsShown(
  answer: { readonly rows: readonly InvitationRow[] },
  when: Utility['when'],
): CommandResult {
  const lines = answer.rows.flatMap((row) => [
    `${row.invitationId}  ${row.state}  ${row.email}  ${row.name}  ` +
      (row.isAgain ? 'another password' : row.role),
    `  asked for by ${row.requestedBy}, allowed by ${row.approvedBy}, open until ` +
      when(row.expiresAt),
    ...(row.link === null ? [] : [`  link: ${row.link}`]),
    ...(row.code === null ? [] : [`  code, to be told by voice: ${row.code}`]),
  ]);
  const none = ['nobody was invited in the last 30 days'];
  return { ok: true, value: { lines: lines.length === 0 ? none : lines, json: answer } };
}

const inviteCommand: ServerCommand = {
  options: { ...asking(), name: 'text', role: 'text', days: 'text' },
  positionals: ['EMAIL'],
  required: ['name', 'role', 'reason'],
  prepare: (options, context) => {
    const role = options.text('role');
    const days = options.text('days') ?? (role === 'auditor' ? '14' : undefined);
    const body = inviteBodySchema.safeParse({
      requestId: requestIdOf(options, context),
      reason: options.text('reason'),
      name: options.text('name'),
      email: options.positionals[0],
      role,
      ...(days === undefined ? {} : { days: Number(days) }),
    });
    if (!body.success) return wrongOption(wrongOf(body.error));
    return {
      run: async (client) => {
        const asked = await client.call(teamApi.invite, { body: body.data });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

const passwordCommand: ServerCommand = {
  options: asking(),
  positionals: ['OPERATOR'],
  required: ['reason'],
  prepare: (options, context) => {
    const body = { requestId: requestIdOf(options, context), reason: options.text('reason') ?? '' };
    return {
      run: async (client) => {
        const asked = await client.call(teamApi.inviteAgain, { id: idOf(options), body });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

const roleCommand: ServerCommand = {
  options: { ...asking(), role: 'text' },
  positionals: ['OPERATOR'],
  required: ['role', 'reason'],
  prepare: (options, context) => {
    const body = changeRoleBodySchema.safeParse({
      requestId: requestIdOf(options, context),
      reason: options.text('reason'),
      role: options.text('role'),
    });
    if (!body.success) return wrongOption(wrongOf(body.error));
    return {
      run: async (client) => {
        const asked = await client.call(teamApi.changeRole, { id: idOf(options), body: body.data });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

const withdrawCommand: ServerCommand = {
  options: {},
  positionals: ['INVITATION'],
  required: [],
  prepare: (options) => ({
    run: async (client, { when }) => {
      const left = await client.call(teamApi.withdrawInvitation, { id: idOf(options), body: {} });
      return left.ok ? invitationsShown(left.value, when) : left;
    },
  }),
};

const endCommand: ServerCommand = {
  options: { reason: 'text' },
  positionals: ['OPERATOR'],
  required: ['reason'],
  prepare: (options) => ({
    run: async (client) => {
      const body = { reason: options.text('reason') ?? '' };
      const ended = await client.call(teamApi.end, { id: idOf(options), body });
      if (!ended.ok) return ended;
      const lines = [`${ended.value.email} signs in no more`];
      return { ok: true, value: { lines, json: ended.value } };
    },
  }),
};

/** Runs `prewatt team ...`. */
export const teamGroup = createServerGroup({
  name: 'team',
  help,
  commands: {
    list: listCommand,
    invite: inviteCommand,
    password: passwordCommand,
    role: roleCommand,
    invitations: invitationsCommand,
    withdraw: withdrawCommand,
    end: endCommand,
  },
});

function asking() {
  return { reason: 'text', 'request-id': 'text' } as const;
}

const idOf = (options: Options): string => options.positionals[0] ?? '';

const wrongs: Readonly<Record<string, string>> = {
  email: 'EMAIL is an address like ada@example.org',
  name: '--name has 1 to 100 characters',
  role: '--role is administrator, operator, viewer or technician; of "invite" auditor, too',
  days: '--days is a number from 1 to 90',
  reason: '--reason takes 10 to 500 characters',
};
const wrongOf = (error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[] }[];
}): string => wrongs[String(error.issues[0]?.path[0])] ?? 'the request is malformed';

const lineOf = (row: TeamRow, when: Utility['when']): string =>
  [
    row.operatorId,
    row.role.padEnd(13),
    `${row.name} <${row.email}>`,
    row.opens ? `second factor ${row.secondFactor ? 'on' : 'off'}` : 'ended',
    ...(row.endsAt === null ? [] : [`until ${when(row.endsAt)}`]),
    row.lastSignIn === null ? 'never signed in' : `last signed in ${when(row.lastSignIn.at)}`,
  ].join('  ');
