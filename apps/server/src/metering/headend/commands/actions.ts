// What a command asks of the meter, as it is kept and as it is sent. Not kept, but made when it is
// sent: a token's digits, the time of setClock, the secret of setLinkSecret.

import { type CommandAction, type CommandKind, commandAction } from '@prewatt/protocol';
import { bigintAsText } from './stages.ts';

type ActionOf<K extends CommandKind> = Extract<CommandAction, { kind: K }>;

/** An action as it is kept with the command; a token's digits stay in `tokens`. */
export type StoredAction =
  | Exclude<CommandAction, { kind: 'deliverToken' | 'readNow' | 'setClock' | 'setLinkSecret' }>
  | { readonly kind: 'setClock' }
  | { readonly kind: 'setLinkSecret'; readonly generation: number };

export const storedActionJson = (action: StoredAction): string =>
  JSON.stringify(action, bigintAsText);

/** The message's action; throws on a row that no code of ours wrote. */
export function actionOf(
  row: {
    readonly kind: CommandKind;
    readonly action: object | null;
    readonly digits: string | null;
  },
  o: { readonly nowMs: number; readonly linkSecret: (generation: number) => string },
): CommandAction {
  if (row.kind === 'readNow') return { kind: 'readNow' };
  if (row.kind === 'deliverToken') return { kind: 'deliverToken', token: row.digits ?? '' };
  if (row.kind === 'setClock') return { kind: 'setClock', atMs: o.nowMs };
  if (row.kind === 'setLinkSecret') {
    const { generation } = row.action as { readonly generation: number };
    return { kind: 'setLinkSecret', secret: o.linkSecret(generation) };
  }
  const stored = row.action as Partial<ActionOf<'setPaymentMode'>> | null;
  const price = stored?.microMinorPerKwh;
  const action = price === undefined ? stored : { ...stored, microMinorPerKwh: BigInt(price) };
  return commandAction.parse(action);
}
