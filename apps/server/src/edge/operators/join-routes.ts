// Routes of an invited person, who has no session: what the link invites to, and joining.

import { invitationApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { on } from '../../base/http/on.ts';
import type { SignIn } from '../../registry/sign-in/index.ts';
import { type Joining, problemOfJoining } from '../../registry/team/index.ts';

export type JoinRoutesDeps = {
  readonly signIn: SignIn;
  readonly joining: Joining;
  readonly hub: LiveHub;
};

export function joinRoutes(app: FastifyInstance, { signIn, joining, hub }: JoinRoutesDeps): void {
  on(app, invitationApi.look, async ({ readBody }) => {
    const found = await joining.look(readBody().token);
    if (!found.ok) throw problemOfJoining(found.error);
    return found.value;
  });

  on(app, invitationApi.join, async ({ request, readBody }) => {
    const joined = await joining.join(signIn, { ...readBody(), address: request.ip });
    if (!joined.ok) throw problemOfJoining(joined.error);
    // With another password all sessions of before have ended.
    await hub.closeEnded();
    return { email: joined.value.email };
  });
}
