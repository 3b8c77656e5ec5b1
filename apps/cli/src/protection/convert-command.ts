// `prewatt protection convert`: tells a server on which day a connection turned from post-paid to
// prepaid; grace after conversion counts from it.

import { conversionBodySchema, faultOf, type HomeProtection, protectionApi } from '@prewatt/api';
import { connectionIdOf } from '../connection-id.ts';
import { requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';
import { utilityOf } from '../utility.ts';

export const convertCommand: ServerCommand = {
  options: { on: 'text', reason: 'text', 'request-id': 'text' },
  positionals: ['METER'],
  required: ['on', 'reason'],
  prepare: (options, context) => {
    const on = options.text('on') ?? '';
    const body = conversionBodySchema.safeParse({
      requestId: requestIdOf(options, context),
      convertedOn: on === 'none' ? null : on,
      reason: options.text('reason'),
    });
    if (!body.success) {
      const [issue] = body.error.issues;
      const named: Record<string, string> = {
        convertedOn: '--on takes a day like 2026-11-20, or none',
        reason: '--reason takes 10 to 500 characters',
      };
      return wrongOption(named[String(issue?.path[0])] ?? faultOf(body.error));
    }
    return {
      run: async (client) => {
        const connection = await connectionIdOf(client, options.positionals[0] ?? '');
        if (!connection.ok) return connection;
        const input = { id: connection.value, body: body.data };
        const said = await client.call(protectionApi.convert, input);
        if (!said.ok) return said;
        const utility = await utilityOf(client);
        if (!utility.ok) return utility;
        const lines = linesOf(said.value, { on, when: utility.value.when });
        return { ok: true, value: { lines, json: said.value } };
      },
    };
  },
};

function linesOf(
  home: HomeProtection,
  { on, when }: { readonly on: string; readonly when: (instant: string) => string },
): string[] {
  const first = on === 'none' ? 'no day of conversion any more' : `prepaid since ${on}`;
  const grace =
    home.graceUntil === null
      ? 'no grace: the rules give none, or it is over'
      : `grace until ${when(home.graceUntil)}`;
  const meter =
    home.knowledge === 'noLink'
      ? 'its meter has no link: the rules that it was made with hold there'
      : 'its meter hears of it';
  return [first, ...(on === 'none' ? [] : [grace]), meter];
}
