// `prewatt vendor phone` and `prewatt vendor clerk`: shops' phones, and who signs in on them.

import { type ClerkPin, vendorApi } from '@prewatt/api';
import type { CommandResult } from '../command.ts';
import { waits } from '../server-group.ts';
import { failure, type VendorCommand } from './desk.ts';

export const phoneCommand: VendorCommand = {
  summary: 'asks for a shop’s phone, and prints its code once it is allowed (administrators)',
  help: `prewatt vendor phone VENDOR --label TILL [--request-id ID]

A phone waits for approval by a second person. Once they allowed it, the same command with the same
--request-id prints a code that works once, for a day: it is typed on the phone, or its link opened
there. A phone is taken back by prewatt vendor revoke, with the id that prewatt vendor show prints.`,
  options: { label: 'text', 'request-id': 'text' },
  required: ['label'],
  positionals: ['VENDOR'],
  run: async (desk, options) => {
    const id = await desk.vendorIdOf(options.positionals[0] ?? '');
    if (!id.ok) return id;
    const [name = '', label = ''] = [options.positionals[0], options.text('label')];
    const body = { requestId: options.text('request-id') ?? crypto.randomUUID(), label };
    const made = await desk.client.call(vendorApi.createPhone, { id: id.value, body });
    if (!made.ok) return made;
    if ('code' in made.value) {
      const { code, link, expiresAt } = made.value;
      const lines = [code, link, `it works once, until ${desk.realWhen(expiresAt)}`];
      return { ok: true, value: { lines, json: made.value } };
    }
    const asked = waits(made.value);
    if (!asked.ok) return asked;
    const again = `prewatt vendor phone "${name}" --label "${label}" --request-id ${body.requestId}`;
    const lines = [...asked.value.lines, `then its code is printed by: ${again}`];
    return { ok: true, value: { lines, json: { ...made.value, requestId: body.requestId } } };
  },
};

const shown = (clerk: ClerkPin): CommandResult => ({
  ok: true,
  value: {
    lines: [
      `${clerk.clerkId}  ${clerk.name}`,
      `PIN ${clerk.pin}: for the first sign-in, where they choose another one`,
    ],
    json: clerk,
  },
});

export const clerkCommand: VendorCommand = {
  summary: 'adds a clerk, gives another PIN, or removes one (administrators)',
  help: `prewatt vendor clerk VENDOR NAME [--new-pin | --remove]

Adds who signs in on the vendor's phones, and prints their first PIN. With --new-pin a clerk who is
there gets another one, which also ends what wrong PINs had locked; --remove signs them out for good.`,
  options: { 'new-pin': 'flag', remove: 'flag' },
  required: [],
  positionals: ['VENDOR', 'NAME'],
  run: async (desk, options) => {
    const [idOrName = '', name = ''] = options.positionals;
    const id = await desk.vendorIdOf(idOrName);
    if (!id.ok) return id;
    if (!options.flag('new-pin') && !options.flag('remove')) {
      const added = await desk.client.call(vendorApi.addClerk, { id: id.value, body: { name } });
      return added.ok ? shown(added.value) : added;
    }
    const vendor = await desk.client.call(vendorApi.detail, { id: id.value });
    if (!vendor.ok) return vendor;
    const clerk = vendor.value.clerks.find((each) => [each.name, each.clerkId].includes(name));
    if (clerk === undefined) return failure('unknownClerk', `there is no clerk "${name}"`);
    const of = { id: id.value, clerkId: clerk.clerkId };
    if (options.flag('remove')) {
      const removed = await desk.client.call(vendorApi.removeClerk, of);
      if (!removed.ok) return removed;
      return { ok: true, value: { lines: [`${name} can sign in no more`], json: removed.value } };
    }
    const given = await desk.client.call(vendorApi.giveClerkPin, of);
    return given.ok ? shown(given.value) : given;
  },
};
