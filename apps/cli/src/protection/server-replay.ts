// `prewatt protection replay --server`: asks a server to run rules over its utility's last days,
// waits, and prints who would have been cut under them and under the rules in force.

import { type ProtectionReplay, pathOf, protectionApi, type ReplayHomes } from '@prewatt/api';
import type { ProtectionRules } from '@prewatt/protection';
import type { Result } from '@prewatt/quantities';
import { countText } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure } from '../command.ts';
import { type HttpClient, withServer } from '../http-client.ts';
import { allRows } from '../utility.ts';
import { emergencyLine, sumLines } from './replay-report.ts';

const pollMs = 500;
/** A replay that moves no further for this long has no worker. */
const patienceMs = 600_000;

export const serverReplay = (
  context: CommandContext,
  o: {
    readonly server: string;
    readonly rules: ProtectionRules;
    readonly days: number;
    readonly takesEmergency: boolean;
    readonly quiet: boolean;
  },
): Promise<CommandResult> =>
  withServer(context, o.server, async (client) => {
    const nibbles = Array.from({ length: 12 }, () => context.randomNibble().toString(16));
    const requestId = `cli:${context.nowMs()}:${nibbles.join('')}`;
    const { rules: document, days, takesEmergency } = o;
    const body = { requestId, document, days, takesEmergency };
    const started = await client.call(protectionApi.startReplay, { body });
    if (!started.ok) return started;
    const done = await wait(context, { client, replay: started.value, quiet: o.quiet });
    if (!done.ok) return done;
    const homes = await allRows(client, protectionApi.replayHomes, {
      input: { id: done.value.replayId },
    });
    if (!homes.ok) return homes;
    const json = { ...done.value, rows: homes.value };
    return { ok: true, value: { lines: linesOf(done.value, homes.value), json } };
  });

async function wait(
  context: CommandContext,
  o: { readonly client: HttpClient; readonly replay: ProtectionReplay; readonly quiet: boolean },
): Promise<Result<ProtectionReplay, Failure>> {
  let { replay } = o;
  let shown = -1;
  let movedAtMs = context.nowMs();
  while (!replay.finished) {
    if (replay.percentDone !== shown) {
      if (!o.quiet) context.printError(`replay: ${replay.percentDone}%\n`);
      shown = replay.percentDone;
      movedAtMs = context.nowMs();
    }
    const input = { id: replay.replayId };
    if (context.nowMs() - movedAtMs > patienceMs) {
      const message = `the replay stands at ${replay.percentDone}% for ten minutes`;
      const advice = `It goes on by itself: GET ${pathOf(protectionApi.replay, input)} says when it is done.`;
      return { ok: false, error: { exitCode: 1, code: 'noProgress', message, advice } };
    }
    await context.sleep(pollMs);
    const next = await o.client.call(protectionApi.replay, input);
    if (!next.ok) return next;
    replay = next.value;
  }
  return { ok: true, value: replay };
}

type Rows = readonly ReplayHomes['rows'][number][];

function linesOf(replay: ProtectionReplay, rows: Rows): string[] {
  const home = ({ name, medical, vulnerable, proposed }: Rows[number]): string[] => {
    const kind = medical ? ' (medical)' : vulnerable ? ' (vulnerable)' : '';
    return [
      ...proposed.cuts.map(({ from, until, missedWh }) => {
        const missed = `${(missedWh / 1000).toFixed(1)} kWh missed`;
        return `${name}${kind}: off from ${from} until ${until ?? 'the end'}, ${missed}`;
      }),
      ...proposed.calls.map(({ at, because }) => `${name}${kind}: call at ${at}, ${because}`),
    ];
  };
  const names = (list: Rows) =>
    list.length === 0 ? 'none' : list.map((row) => row.name).join('; ');
  const isCut = (one: Rows[number]['now']) => one.cuts.length > 0;
  return [
    ...rows.flatMap(home),
    ...sumLines('rules', replay.proposed),
    ...sumLines('now', replay.now),
    `newly cut: ${names(rows.filter((row) => isCut(row.proposed) && !isCut(row.now)))}`,
    `no longer cut: ${names(rows.filter((row) => !isCut(row.proposed) && isCut(row.now)))}`,
    emergencyLine(replay.takesEmergency),
    ...(replay.leftOut === 0
      ? []
      : [
          `left out: ${countText(replay.leftOut, 'home')} without readings, or without a known credit`,
        ]),
  ];
}
