// `prewatt tariff assign` and `assignment`: another tariff for one connection or for many.

import { type AssignmentFilter, type AssignmentJson, assignmentApi, tariffApi } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import { type HttpClient, serverOf, withServer } from '../http-client.ts';
import { type Utility, utilityOf } from '../utility.ts';
import { untilDone } from '../watch.ts';
import { readList } from './assign-list.ts';
import { linesOfSummary, requestIdOf, signIn, usage } from './server-commands.ts';
import type { TariffCommand } from './tariff-command.ts';

const onServer = (
  options: Options,
  context: CommandContext,
  work: (client: HttpClient, utility: Utility) => Promise<CommandResult>,
) =>
  withServer(context, serverOf(options, context), async (client) => {
    const utility = await utilityOf(client);
    return utility.ok ? work(client, utility.value) : utility;
  });

export const assignCommand: TariffCommand = {
  summary: 'another tariff from a day on: for one connection, or for many',
  help: `prewatt tariff assign TARIFF --from DAY --reason TEXT CHOICE [--set NAME=VALUE]...

For many it writes the list and tries it on their past purchases: who pays more, who less. Nothing
is assigned before a second person allows it: prewatt tariff assignment ask LIST. Sales before the
day have the tariff of before; the month goes on where it is.

CHOICE is one of
  --meter METER    one connection, at once and without a second person; or a connection_... id
  --list FILE      a meter number or connection_... id on each line, - for standard input; with
                   facts of each beside it, a first line like meter_number,class
  --present NAME, --place TEXT, --mode token|wallet, --fact NAME=VALUE
                   those that have this tariff on the day; with this in their name or address; in
                   this mode; with this fact. What is given must hold together
  --all            every connection

  --from DAY       like 2026-12-01; today holds at once
  --set NAME=VALUE facts that the tariff asks for, separated by commas, the same for all; what a
                   connection has of them already stays otherwise
  --months N       of past purchases to try, 1 to 24; 3 when left out
  --ask            asks for approval at once, when the preview is done
  --request-id ID  repeats an earlier call: the same request again changes nothing
${signIn}`,
  positionals: ['TARIFF'],
  required: ['from', 'reason'],
  forms: { from: 'day' },
  options: {
    from: 'text',
    reason: 'text',
    meter: 'text',
    list: 'text',
    present: 'text',
    place: 'text',
    mode: 'text',
    fact: 'text',
    all: 'flag',
    set: 'text',
    months: 'text',
    ask: 'flag',
    'request-id': 'text',
    server: 'text',
  },
  run: (options, context) => {
    const tariffName = options.positionals[0] ?? '';
    const parameters = factsOf(options.text('set'));
    if (parameters === null) return usage('write --set NAME=VALUE, several with commas');
    const body = {
      requestId: requestIdOf(options, context),
      tariffName,
      from: options.text('from'),
      reason: options.text('reason'),
      parameters,
    };
    const meter = options.text('meter');
    const choose = choiceOf(options, context);
    if (typeof choose === 'string') return usage(choose);
    if (choose === null) return onServer(options, context, (c) => assignOne(c, meter ?? '', body));
    const months = Number(options.text('months') ?? '3');
    if (!Number.isInteger(months) || months < 1 || months > 24) return usage('--months is 1 to 24');
    return onServer(options, context, async (client, utility) => {
      const made = await client.call(assignmentApi.make, { body: { ...body, months, choose } });
      if (!made.ok) return made;
      const ready = await watched(client, context, made.value);
      if (!ready.ok) return ready;
      if (!options.flag('ask') || ready.value.whyNotRequest !== null) {
        return shown(ready.value, utility);
      }
      return ask(client, utility, {
        assignmentId: ready.value.assignmentId,
        requestId: `${body.requestId}-ask`,
      });
    });
  },
};

type Choice = { readonly list: object } | { readonly filter: AssignmentFilter };

/** Null for one meter; a string is what is wrong. */
function choiceOf(options: Options, context: CommandContext): Choice | null | string {
  const filters = ['present', 'place', 'mode', 'fact'].filter((n) => options.text(n) !== undefined);
  const ways = [
    options.text('meter') !== undefined,
    options.text('list') !== undefined,
    filters.length > 0,
    options.flag('all'),
  ].filter(Boolean).length;
  if (ways !== 1) return 'say who: --meter, --list, --all, or --present, --place, --mode, --fact';
  if (options.text('meter') !== undefined) return null;
  const file = options.text('list');
  if (file !== undefined) return { list: readList(context, file) };
  const [tariffName, place] = [options.text('present'), options.text('place')];
  const creditMode = options.text('mode');
  if (creditMode !== undefined && creditMode !== 'token' && creditMode !== 'wallet') {
    return '--mode is token or wallet';
  }
  const facts = factsOf(options.text('fact'));
  if (facts === null) return 'write --fact NAME=VALUE, several with commas';
  return {
    filter: {
      ...(tariffName !== undefined && { tariffName }),
      ...(place !== undefined && { place }),
      ...(creditMode !== undefined && { creditMode }),
      ...(Object.keys(facts).length > 0 && { facts }),
    },
  };
}

/** "class=pensioner, kW=2.5"; null when it cannot be read. */
function factsOf(text: string | undefined): Record<string, string> | null {
  if (text === undefined) return {};
  const pairs = text.split(',').map((pair) => /^\s*([\w-]+)\s*=\s*(.*\S)\s*$/.exec(pair));
  if (pairs.some((pair) => pair === null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

async function assignOne(client: HttpClient, meter: string, body: object): Promise<CommandResult> {
  const found = await connectionIdOf(client, meter);
  if (!found.ok) return found;
  const assigned = await client.call(tariffApi.assign, { id: found.value, body });
  if (!assigned.ok) return assigned;
  const { tariffName, next } = assigned.value;
  const line = next === null ? `${tariffName} holds` : `${next.tariffName} from ${next.from} on`;
  return { ok: true, value: { lines: [line], json: assigned.value } };
}

const watched = (client: HttpClient, context: CommandContext, from: AssignmentJson) =>
  untilDone(context, {
    from,
    read: () => client.call(assignmentApi.detail, { id: from.assignmentId }),
    isDone: ({ state }) => state !== 'previewing' && state !== 'assigning',
    say: ({ state, rows }) =>
      `${state === 'previewing' ? 'tried' : 'assigned'}: ${rows.done} of ${rows.total}`,
  });

async function ask(
  client: HttpClient,
  utility: Utility,
  o: { readonly assignmentId: string; readonly requestId: string },
): Promise<CommandResult> {
  const { requestId } = o;
  const input = { id: o.assignmentId, body: { requestId } };
  const asked = await client.call(assignmentApi.requestApproval, input);
  return asked.ok ? shown(asked.value, utility) : asked;
}

export const assignmentCommand: TariffCommand = {
  summary: 'lists of assignments to many: how far they are, asked for, undone',
  help: `prewatt tariff assignment list
prewatt tariff assignment show LIST [--watch]
prewatt tariff assignment ask LIST         a second person is asked to allow it
prewatt tariff assignment withdraw LIST    before it was asked for
prewatt tariff assignment undo LIST --from DAY --reason TEXT
                   a new list: each gets back what it had, those that got something else since
                   are left out; it takes a second person as well

  --request-id ID  repeats an earlier call: the same request again changes nothing
${signIn}`,
  forms: { from: 'day' },
  options: {
    from: 'text',
    reason: 'text',
    watch: 'flag',
    'request-id': 'text',
    server: 'text',
  },
  run: (options, context) => {
    const [verb, id, ...more] = options.positionals;
    if (verb === 'list' && id === undefined) return onServer(options, context, listAll);
    if (id === undefined || more.length > 0) return usage('name what to do, and one list');
    const requestId = requestIdOf(options, context);
    const works: Readonly<Record<string, (c: HttpClient, u: Utility) => Promise<CommandResult>>> = {
      show: async (client, utility) => {
        const found = await client.call(assignmentApi.detail, { id });
        if (!found.ok) return found;
        const now = options.flag('watch') ? await watched(client, context, found.value) : found;
        return now.ok ? shown(now.value, utility) : now;
      },
      ask: (client, utility) => ask(client, utility, { assignmentId: id, requestId }),
      withdraw: async (client, utility) => {
        const closed = await client.call(assignmentApi.withdraw, { id });
        return closed.ok ? shown(closed.value, utility) : closed;
      },
      undo: async (client, utility) => {
        const [from, reason] = [options.text('from'), options.text('reason')];
        if (from === undefined || reason === undefined) {
          return refused('usage', 'undo takes --from DAY and --reason TEXT');
        }
        const body = { requestId, from, reason };
        const made = await client.call(assignmentApi.undo, { id, body });
        const ready = made.ok ? await watched(client, context, made.value) : made;
        return ready.ok ? shown(ready.value, utility) : ready;
      },
    };
    const work = verb !== undefined && Object.hasOwn(works, verb) ? works[verb] : undefined;
    return work === undefined
      ? usage('write list, show, ask, withdraw or undo')
      : onServer(options, context, work);
  },
};

async function listAll(client: HttpClient): Promise<CommandResult> {
  const all = await client.call(assignmentApi.list);
  if (!all.ok) return all;
  const lines = all.value.rows.flatMap((row) => headOf(row));
  const none = lines.length === 0 ? ['none yet'] : lines;
  return { ok: true, value: { lines: none, json: all.value } };
}

const stateLabels: Record<AssignmentJson['state'], string> = {
  previewing: 'is being tried',
  ready: 'ready; next: prewatt tariff assignment ask',
  awaitingApproval: 'waits for approval',
  assigning: 'is being assigned',
  done: 'done',
  closed: 'withdrawn',
};

function headOf(of: AssignmentJson): string[] {
  const what = of.tariffName ?? 'what they had before';
  return [
    `${of.assignmentId}  ${what} from ${of.from}: ${stateLabels[of.state]}`,
    `  ${countText(of.rows.total, 'connection')} (${of.chosen}), by ${of.requestedBy}: ${of.reason}`,
  ];
}

function shown(of: AssignmentJson, utility: Utility): CommandResult {
  const { assigned, refused: no, alreadyThere, replacesComing } = of.rows;
  const lines = [
    ...headOf(of),
    `  otherwise: ${of.before.map((row) => `${row.tariffName} ${row.connections}`).join(', ')}`,
    ...(alreadyThere === 0 ? [] : [`  left out: ${alreadyThere} that have it already`]),
    ...(replacesComing === 0 ? [] : [`  in place of a later one: ${replacesComing}`]),
    ...linesOfSummary(of, utility.currency).map((line) => `  ${line}`),
    ...(of.approval === null ? [] : [`  approval: ${of.approval.approvalId}`]),
    ...(assigned === 0 ? [] : [`  assigned: ${assigned}`]),
    ...(no === 0 ? [] : [`  refused: ${no}`]),
    ...of.refused.map((row) => `    ${row.connectionName}: ${row.detail}`),
    ...(no > of.refused.length ? [`    and ${no - of.refused.length} more`] : []),
  ];
  return { ok: true, value: { lines, json: of } };
}
