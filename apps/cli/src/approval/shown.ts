// One approval as the command line shows it.

import type { ApprovalDetail } from '@prewatt/api';
import type { CommandResult } from '../command.ts';
import type { Utility } from '../utility.ts';

/** An operation that was approved and could not be carried out ends with exit code 1. */
export function shown(detail: ApprovalDetail, { when }: Utility): CommandResult {
  const { description, history } = detail;
  const lines = [
    `${description.title} (${detail.state})`,
    ...description.facts.map(({ label, value }) => `  ${label}: ${value}`),
    `  Asked for: ${detail.reason}`,
    ...history.map(
      ({ at, what, by, reason }) =>
        `  ${when(at)} ${what}${by === null ? '' : ` by ${by}`}${reason === null ? '' : `: ${reason}`}`,
    ),
    ...(detail.failure === null ? [] : [`  Failed: ${detail.failure.detail}`]),
    ...(detail.state === 'awaiting' && detail.whyNot !== null ? [`  ${detail.whyNot}`] : []),
  ];
  return { ok: true, value: { lines, json: detail, failed: detail.state === 'failed' } };
}
