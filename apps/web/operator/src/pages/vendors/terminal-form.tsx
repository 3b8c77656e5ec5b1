// Asks for a shop's XMLVend terminal: the names in its requests, and its client certificate by
// SHA-256. A second person makes it by their yes.

import { Text } from '@mantine/core';
import { useAction } from '../../api/use-action.ts';
import { createTerminal, vendorsKey } from '../../api/vendors.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useToApproval } from '../alone-note.tsx';

type Wish = Omit<Parameters<typeof createTerminal>[1], 'requestId'>;

export function NewTerminalForm({ vendorId, onClose }: { vendorId: string; onClose: () => void }) {
  const label = useEntry('', (text) => readText(text, 1, 100));
  const client = useEntry('', (text) => readText(text, 1, 40));
  const terminal = useEntry('', (text) => readText(text, 1, 40));
  // As openssl prints it, 32 pairs with colons, or the 64 digits alone.
  const certificate = useEntry('', (text) => readText(text, 64, 95));
  const toApproval = useToApproval();
  const action = useAction({
    run: (wish: Wish, requestId) => createTerminal(vendorId, { ...wish, requestId }),
    stale: [vendorsKey, ['approvals']],
    onDone: ({ approvalId }) => {
      onClose();
      toApproval(approvalId);
    },
  });
  const submit = () => {
    const read = [label.read, client.read, terminal.read, certificate.read];
    const [name, clientId, terminalId, sha256] = read.map((each) => (each.ok ? each.value : ''));
    if (!read.every((each) => each.ok) || name === undefined) return;
    action.mutate({
      label: name,
      clientId: clientId ?? '',
      terminalId: terminalId ?? '',
      certificateSha256: (sha256 ?? '').replaceAll(':', '').toLowerCase(),
    });
  };
  return (
    <DialogForm
      submit="Ask for a terminal"
      action={action}
      entries={[label, client, terminal, certificate]}
      onCancel={onClose}
      onSubmit={submit}
    >
      <EntryField entry={label} label="Till" note="For example: Till 2, front" focus />
      <EntryField entry={client} label="Client" note="clientID in the shop’s requests" />
      <EntryField entry={terminal} label="Terminal" note="terminalID in the shop’s requests" />
      <EntryField
        entry={certificate}
        label="Certificate, SHA-256"
        note="openssl x509 -in shop.pem -noout -fingerprint -sha256"
      />
      <Text size="sm" c="dimmed">
        A terminal waits for approval by a second person, and sells from then on.
      </Text>
    </DialogForm>
  );
}
