// Money that an operator confirms by SMS to a till phone, where there is no interface. Templates
// are fixed texts with named gaps, found one after the other, so that no text makes the search
// slow. Only the operator's own sender id counts, and even that is a hint: nothing is signed.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { meterInText } from '../base/meter-text.ts';
import { e164 } from '../base/phones.ts';
import { aside, type Notice, notice } from '../contract/notice.ts';

export type MoneySmsTemplate = {
  readonly name: string;
  /** Gaps: {ref} {amount} {account} {meter} {payer}, and {} for what does not matter. */
  readonly text: string;
  readonly currency: string;
};

export const mozambiqueTemplates: readonly MoneySmsTemplate[] = [
  {
    name: 'mpesa-mz',
    text: 'Confirmed {ref}. We have recorded a purchase transaction in the amount of {amount}MT',
    currency: 'MZN',
  },
  {
    name: 'emola',
    text: 'ID da transacao {ref}. Transferiste {amount}MT para conta {account}. Conteudo: {meter}.',
    currency: 'MZN',
  },
];

/**
 * Reads one forwarded text. `senders`: the operators' ids (letters), compared without their case.
 */
export function readMoneySms(
  o: { readonly sender: string; readonly text: string },
  rules: { readonly senders: readonly string[]; readonly templates: readonly MoneySmsTemplate[] },
): Result<Notice, 'no-template'> {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const trusted =
    e164(o.sender) === null && rules.senders.some((each) => plain(each) === plain(o.sender));
  const text = o.text.slice(0, 1600).replace(/\s+/g, ' ').trim();
  for (const template of rules.templates) {
    const gaps = fill(template.text, text);
    if (gaps === null) continue;
    const said = noticeOf(template, gaps);
    // Anybody can write such a text: from another number it is kept and not believed.
    return ok(
      trusted
        ? said
        : aside({
            ...said,
            outcome: 'ignored',
            kind: 'other',
            flags: ['untrusted-channel'],
          }),
    );
  }
  return err('no-template');
}

type Gaps = { readonly values: ReadonlyMap<string, string>; readonly rest: string };

function noticeOf(template: MoneySmsTemplate, { values, rest }: Gaps): Notice {
  const written = (values.get('meter') ?? '').replace(/[.\s]+$/, '');
  return notice({
    outcome: 'paid',
    final: true,
    walkIn: true,
    providerRef: values.get('ref') ?? null,
    currency: template.currency,
    amountMinor: toMinor(values.get('amount') ?? null, exponentOf(template.currency)),
    meterText: written === '' ? meterInText(rest) : written,
    payer: e164(values.get('payer') ?? null),
  });
}

/** What stands in each gap, or null when the fixed parts are not all there in their order. */
function fill(template: string, text: string): Gaps | null {
  const parts = template.split(/\{(\w*)\}/);
  const values = new Map<string, string>();
  const lower = text.toLowerCase();
  let at = lower.indexOf((parts[0] ?? '').toLowerCase());
  if (at === -1) return null;
  at += parts[0]?.length ?? 0;
  for (let i = 1; i < parts.length; i += 2) {
    const fixed = (parts[i + 1] ?? '').toLowerCase();
    const last = i + 2 >= parts.length;
    let end = fixed === '' ? text.length : lower.indexOf(fixed, at);
    // A full stop at the very end may be missing in what was forwarded.
    if (end === -1 && last && /^\W*$/.test(fixed)) end = text.length;
    if (end === -1) return null;
    const name = parts[i] ?? '';
    if (name !== '') values.set(name, text.slice(at, end).trim());
    at = end + fixed.length;
  }
  return { values, rest: text.slice(at) };
}
