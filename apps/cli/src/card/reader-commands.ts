// `prewatt card bridge` and `prewatt card make`: a card on a reader of this computer.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cardBridgePort } from '@prewatt/api';
import { isCardNumber, newCard } from '@prewatt/card';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { bridgeWords, serveBridge } from './bridge.ts';
import { makeOnReader } from './on-reader.ts';
import { cardOnReader, openPcscd, PcscError, pcscdSocket } from './pcscd.ts';

const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

/** Until it is ended by a signal. */
export async function runBridge(
  options: Options,
  context: CommandContext,
): Promise<CommandResult | string> {
  const asked = options.text('origin') ?? '';
  if (!URL.canParse(asked)) return '--origin is the address of the server: https://power.example';
  const { origin } = new URL(asked);
  const port = Number(options.text('port') ?? cardBridgePort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return '--port is a number';
  const code = options.text('code') ?? random(12).toHex();
  if (!/^[0-9a-f]{24}$/.test(code)) return '--code has 24 hexadecimal digits';
  const path = options.text('socket') ?? pcscdSocket;
  let bridge: Awaited<ReturnType<typeof serveBridge>>;
  try {
    bridge = await serveBridge({
      ...{ origin, code, port, nowMs: context.nowMs, randomBytes: random },
      open: () => openPcscd(path),
    });
  } catch {
    return refused('port', `port ${port} is taken`, 'Is a bridge running already?');
  }
  context.print(`The bridge of ${origin} listens at http://127.0.0.1:${bridge.port}\n`);
  context.print(`Its code, which the page asks for once: ${code}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await bridge.close();
  return { ok: true, value: { lines: ['The bridge has ended.'], json: { ended: true } } };
}

export async function makeCard(options: Options): Promise<CommandResult | string> {
  const cardNumber = (options.positionals[0] ?? '').replace(/\s/g, '');
  if (!isCardNumber(cardNumber)) return 'NUMBER has 16 digits, the last of them its check digit';
  const image = newCard({ kind: 'user', cardNumber });
  const path = options.text('socket') ?? pcscdSocket;
  try {
    const link = await cardOnReader(() => openPcscd(path));
    try {
      const made = await makeOnReader(link.transmit, image);
      if (!made.ok) return refused(made.error, bridgeWords[made.error]);
    } finally {
      await link.close();
    }
  } catch (error) {
    if (!(error instanceof PcscError)) throw error;
    return refused(error.fault, bridgeWords[error.fault]);
  }
  return { ok: true, value: { lines: [`Card ${cardNumber} is made.`], json: { cardNumber } } };
}
