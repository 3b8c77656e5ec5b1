// Requests about one's own account and the team: sessions, the second factor, sign-ins that end.

import {
  consoleApi,
  type InviteBody,
  invitationApi,
  type OperatorRole,
  signInApi,
  teamApi,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { queryOptions } from '@tanstack/react-query';
import { refusalOf } from './client.ts';
import { failureText } from './failure.ts';
import { client, orThrow } from './read.ts';

export const accountKey = ['account'] as const;
export const teamKey = ['team'] as const;

export const accountQuery = queryOptions({
  queryKey: accountKey,
  queryFn: ({ signal }) => orThrow(client.call(consoleApi.account, { signal })),
});

/** `sessionId` null: all but this one. */
export const endMySessions = (sessionId: string | null) =>
  orThrow(client.call(consoleApi.endMySessions, { body: { sessionId } }));

export const teamQuery = queryOptions({
  queryKey: teamKey,
  queryFn: ({ signal }) => orThrow(client.call(teamApi.list, { signal })),
  refetchInterval: 30_000,
});

export const sessionsQuery = (operatorId: string) =>
  queryOptions({
    queryKey: ['team', operatorId, 'sessions'],
    queryFn: ({ signal }) => orThrow(client.call(teamApi.sessions, { id: operatorId, signal })),
  });

export const endSessionsOf = (operatorId: string, sessionId: string | null) =>
  orThrow(client.call(teamApi.endSessions, { id: operatorId, body: { sessionId } }));

export const endOperator = (operatorId: string, reason: string) =>
  orThrow(client.call(teamApi.end, { id: operatorId, body: { reason } }));

export const invitationsKey = ['team', 'invitations'] as const;

export const invitationsQuery = queryOptions({
  queryKey: invitationsKey,
  queryFn: ({ signal }) => orThrow(client.call(teamApi.invitations, { signal })),
  refetchInterval: 30_000,
});

export const invite = (body: InviteBody) => orThrow(client.call(teamApi.invite, { body }));

type Asking = { readonly requestId: string; readonly reason: string };

export const inviteAgain = (operatorId: string, body: Asking) =>
  orThrow(client.call(teamApi.inviteAgain, { id: operatorId, body }));

export const changeRole = (
  operatorId: string,
  body: Asking & { readonly role: Exclude<OperatorRole, 'auditor'> },
) => orThrow(client.call(teamApi.changeRole, { id: operatorId, body }));

export const withdrawInvitation = (invitationId: string) =>
  orThrow(client.call(teamApi.withdrawInvitation, { id: invitationId, body: {} }));

/** Of an invited person, who has no session. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => orThrow(client.call(invitationApi.look, { body: { token }, signal })),
    retry: false,
  });

export const join = (body: {
  readonly token: string;
  readonly code: string;
  readonly password: string;
}) => orThrow(client.call(invitationApi.join, { body }));

/** What an authenticator needs, and codes for the day on which the phone is lost. Shown once. */
export type NewFactor = { readonly uri: string; readonly backupCodes: readonly string[] };

/** A refusal is a sentence for the form. */
export async function beginFactor(password: string): Promise<Result<NewFactor, string>> {
  const sent = await client.postRaw(signInApi.enableSecondFactor, { password });
  if (!sent.ok) return err(failureText(sent.error));
  const { status, body } = sent.value;
  if (status >= 400) return err(wordsOf(sent.value) ?? failureText(refusalOf(sent.value)));
  const { totpURI, backupCodes } = body as { totpURI?: unknown; backupCodes?: unknown };
  if (typeof totpURI !== 'string' || !Array.isArray(backupCodes)) {
    return err('The server’s answer is not what this page understands.');
  }
  return ok({ uri: totpURI, backupCodes: backupCodes.map(String) });
}

export async function endFactor(password: string): Promise<Result<'ended', string>> {
  const sent = await client.postRaw(signInApi.disableSecondFactor, { password });
  if (!sent.ok) return err(failureText(sent.error));
  const { status } = sent.value;
  if (status < 400) return ok('ended');
  return err(wordsOf(sent.value) ?? failureText(refusalOf(sent.value)));
}

/** Which says how long to wait when the password was wrong too often. */
function wordsOf({ status, body }: { readonly status: number; readonly body: unknown }) {
  if (status === 400 || status === 401) return 'The password is wrong.';
  if (status !== 429) return null;
  const { message } = Object(body) as { message?: unknown };
  return typeof message === 'string' ? message : 'Too many tries. Wait a minute, then try again.';
}
