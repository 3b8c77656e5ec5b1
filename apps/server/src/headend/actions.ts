// What a command asks of the meter: from the row to the message, and from an operator's wish to the
// row. The one thing that is not kept is the time of setClock, which is that of sending.

import { type CommandAction, type CommandKind, commandAction } from '@prewatt/protocol';
import { bigintAsText } from './stages.ts';

type ActionOf<K extends CommandKind> = Extract<CommandAction, { kind: K }>;

/** An action as it is kept with the command; a token's digits stay in `tokens`. */
export type StoredAction =
  | Exclude<CommandAction, { kind: 'deliverToken' | 'readNow' | 'setClock' }>
  | { readonly kind: 'setClock' };

export const storedActionJson = (action: StoredAction): string =>
  JSON.stringify(action, bigintAsText);

/** The message's action; throws on a row that no code of ours wrote. */
export function actionOf(
  row: {
    readonly kind: CommandKind;
    readonly action: object | null;
    readonly digits: string | null;
  },
  nowMs: number,
): CommandAction {
  if (row.kind === 'readNow') return { kind: 'readNow' };
  if (row.kind === 'deliverToken') return { kind: 'deliverToken', token: row.digits ?? '' };
  if (row.kind === 'setClock') return { kind: 'setClock', atMs: nowMs };
  const stored = row.action as Partial<ActionOf<'setPaymentMode'>> | null;
  const price = stored?.microMinorPerKwh;
  const action = price === undefined ? stored : { ...stored, microMinorPerKwh: BigInt(price) };
  return commandAction.parse(action);
}
