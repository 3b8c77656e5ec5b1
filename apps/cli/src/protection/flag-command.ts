// `prewatt protection flag`: the homes that are never cut, medical or vulnerable: shown, set with
// evidence, and ended.

import {
  faultOf,
  type HomeFlagsAnswer,
  homeFlagBodySchema,
  homeFlagKindSchema,
  protectionApi,
} from '@prewatt/api';
import type { CommandContext, Options } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import { type Prepared, requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';

type Change = ReturnType<typeof homeFlagBodySchema.parse>;

export const flagCommand: ServerCommand = {
  options: { set: 'text', end: 'text', evidence: 'text', until: 'text', 'request-id': 'text' },
  positionals: ['METER'],
  required: [],
  prepare: (options, context) => {
    const change = changeOf(options, context);
    if (change !== null && 'failed' in change) return change;
    return {
      run: async (client, { when }) => {
        const connection = await connectionIdOf(client, options.positionals[0] ?? '');
        if (!connection.ok) return connection;
        const id = connection.value;
        const said =
          change === null
            ? await client.call(protectionApi.flags, { id })
            : await client.call(protectionApi.changeFlag, { id, body: change });
        if (!said.ok) return said;
        return { ok: true, value: { lines: linesOf(said.value, when), json: said.value } };
      },
    };
  },
};

/** Null: nothing is to be changed, only shown. */
function changeOf(
  options: Options,
  context: CommandContext,
): Change | Extract<Prepared, { failed: unknown }> | null {
  const wrong = (text: string) => wrongOption(text) as Extract<Prepared, { failed: unknown }>;
  const [set, end] = [options.text('set'), options.text('end')];
  const [evidence, until] = [options.text('evidence'), options.text('until')];
  if (set !== undefined && end !== undefined) return wrong('give one of --set and --end');
  const kind = set ?? end;
  if (kind === undefined) {
    const idle = evidence !== undefined || until !== undefined;
    return idle ? wrong('--evidence and --until go with --set or --end') : null;
  }
  if (!homeFlagKindSchema.safeParse(kind).success) {
    return wrong(`--${set === undefined ? 'end' : 'set'} takes medical or vulnerable`);
  }
  if (end !== undefined && until !== undefined) return wrong('--until goes with --set');
  const body = homeFlagBodySchema.safeParse({
    requestId: requestIdOf(options, context),
    kind,
    what: set === undefined ? 'ended' : 'set',
    evidence,
    expiresOn: until ?? null,
  });
  if (body.success) return body.data;
  const named: Record<string, string> = {
    evidence: '--evidence takes 10 to 500 characters: who says so, and where it is kept',
    expiresOn: '--until takes the last day, like 2026-11-30',
  };
  return wrong(named[String(body.error.issues[0]?.path[0])] ?? faultOf(body.error));
}

function linesOf({ flags, history }: HomeFlagsAnswer, when: (instant: string) => string): string[] {
  const first =
    flags.length === 0
      ? 'not flagged: cut when no other rule forbids it'
      : `${flags.join(', ')}: never cut and never limited; a person calls`;
  return [
    first,
    ...history.map((each) => {
      const until = each.expiresOn === null ? '' : ` until ${each.expiresOn}`;
      return `${when(each.at)}  ${each.kind} ${each.what}${until}  ${each.by}: ${each.evidence}`;
    }),
  ];
}
