// `prewatt protection propose`: asks for a rule set to go live. Nothing changes until another
// administrator allows it.

import { protectionApi } from '@prewatt/api';
import { refused } from '../command.ts';
import { requestIdOf, type ServerCommand, wrongOption } from '../server-group.ts';
import { readRules } from './replay-command.ts';

export const proposeCommand: ServerCommand = {
  options: { rules: 'text', reason: 'text', 'request-id': 'text' },
  positionals: [],
  required: ['rules', 'reason'],
  prepare: (options, context) => {
    const reason = (options.text('reason') ?? '').trim();
    if (reason.length < 10 || reason.length > 500) {
      return wrongOption('--reason takes 10 to 500 characters');
    }
    const rules = readRules(context, options.text('rules') ?? '');
    if (!rules.ok) {
      const faulty = refused('rules', rules.error);
      if (!faulty.ok) return { failed: faulty.error };
    }
    const document = rules.ok ? rules.value : null;
    const body = { requestId: requestIdOf(options, context), document, reason };
    return {
      run: async (client) => {
        const asked = await client.call(protectionApi.propose, { body });
        if (!asked.ok) return asked;
        const { approvalId } = asked.value;
        const lines = [
          `${approvalId}  asked for; the rules that hold go on until another administrator allows it`,
          `what would change: prewatt approval show ${approvalId}`,
        ];
        return { ok: true, value: { lines, json: asked.value } };
      },
    };
  },
};
