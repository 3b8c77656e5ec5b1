// `prewatt auth`: signs in once and keeps the session, so that a person types their password once
// and not at each command.

import type { CommandResult } from '../command.ts';
import { createGroup } from '../dispatch.ts';
import { serverOf, signInAndKeep, withServer } from '../http-client.ts';
import { forgetSession, sessionOf } from '../sessions.ts';
import { utilityOf } from '../utility.ts';

const help = `prewatt auth: sign in once, for many commands

  prewatt auth sign-in    asks for email, password and code, and keeps the session
  prewatt auth show       where the session that is kept stands
  prewatt auth sign-out   ends it, here and at the server

  --server URL   the server; PREWATT_SERVER, or http://127.0.0.1:7070 when left out

Sessions are kept in ~/.config/prewatt/sessions.json, readable by you alone. PREWATT_OPERATOR_EMAIL
and PREWATT_OPERATOR_PASSWORD go before a session.

  prewatt auth sign-in --server https://power.example.org
`;

const said = (line: string, json: object): CommandResult => ({
  ok: true,
  value: { lines: [line], json },
});
const line = { options: {}, positionals: [] };

export const authGroup = createGroup({
  name: 'auth',
  help,
  common: { server: 'text' },
  commands: {
    'sign-in': { ...line, does: 'sign-in' },
    show: { ...line, does: 'show' },
    'sign-out': { ...line, does: 'sign-out' },
  },
  run: async ({ does }, options, context) => {
    const server = serverOf(options, context);
    if (does === 'sign-in') {
      const kept = await signInAndKeep(context, server);
      return kept.ok ? said(`signed in at ${server}`, { server }) : kept;
    }
    const session = sessionOf(context, server);
    if (session === null) return said(`no session is kept for ${server}`, { server, kept: false });
    if (does === 'show') {
      return withServer(context, server, async (client) => {
        const utility = await utilityOf(client);
        return utility.ok ? said(`signed in at ${server}`, { server, kept: true }) : utility;
      });
    }
    await withServer(context, server, async (client) => {
      await client.signOut();
      return said('', {});
    });
    forgetSession(context, server);
    return said(`signed out at ${server}`, { server, kept: false });
  },
});
