// The step of the link: the meter is paired with the code on its label, scanned or typed, or with a
// certificate: one that it asks for by itself, or one for the request that its tool made.

import { Button, Checkbox, Stack, Text } from '@mantine/core';
import type { InstallDetail } from '@prewatt/api';
import { useState } from 'react';
import { readText } from '../../text/entries.ts';
import { downloadText } from '../../ui/download.ts';
import { FileField } from '../../ui/file-field.tsx';
import { EntryField, useEntry } from '../../ui/form.tsx';
import { Scanner } from './scan.tsx';
import { Fields, type StepProps } from './step-fields.tsx';

export function LinkForm(props: StepProps) {
  const { job, view } = props;
  const [another, setAnother] = useState<'code' | 'request' | null>(null);
  if (view.state === 'running') return <Running {...props} />;
  const { linkAccepts } = job;
  const way = another ?? (linkAccepts === 'certificate' ? 'request' : 'code');
  if (!job.needsPairing && another === null) {
    return <Waiting {...props} onAnother={() => setAnother(way)} />;
  }
  return (
    <Stack gap="sm">
      {way === 'code' ? <CodeForm {...props} /> : <RequestForm {...props} />}
      {linkAccepts === 'both' && (
        <Button variant="subtle" onClick={() => setAnother(way === 'code' ? 'request' : 'code')}>
          {way === 'code' ? 'The meter brings a request instead' : 'Use the code on its label'}
        </Button>
      )}
    </Stack>
  );
}

function Waiting({
  job,
  view,
  isBusy,
  onAction,
  onAnother,
}: StepProps & { onAnother: () => void }) {
  const [certified, setCertified] = useState(false);
  const again = view.state === 'failed' ? 'Wait for the meter, again' : 'Wait for the meter';
  const send = () => onAction({ act: 'link', ...(certified ? { withCertificate: true } : {}) });
  return (
    <Stack gap="sm">
      {job.linkAccepts === 'both' && <ByCertificate checked={certified} onCheck={setCertified} />}
      <Button size="md" fullWidth loading={isBusy} onClick={send}>
        {again}
      </Button>
      <Button variant="subtle" onClick={onAnother}>
        {job.linkAccepts === 'certificate' ? 'Pair it anew' : 'Its label has another code'}
      </Button>
    </Stack>
  );
}

function ByCertificate(o: { readonly checked: boolean; readonly onCheck: (on: boolean) => void }) {
  return (
    <Checkbox
      label="With a certificate"
      description="Once connected, the meter asks for one; the step ends when it uses that one"
      checked={o.checked}
      onChange={({ currentTarget }) => o.onCheck(currentTarget.checked)}
    />
  );
}

/** A code may be printed with blanks between its groups. */
const codeIn = (text: string): string | null => {
  const code = text.replace(/\s/g, '');
  return code.length >= 16 && code.length <= 128 ? code : null;
};

function CodeForm({ job, isBusy, onAction }: StepProps) {
  const code = useEntry('', (text) => readText(text.replace(/\s/g, ''), 16, 128));
  const [certified, setCertified] = useState(false);
  const pair = (pairingSecret: string) =>
    onAction({ act: 'link', pairingSecret, ...(certified ? { withCertificate: true } : {}) });
  return (
    <Stack gap="sm">
      {job.linkAccepts === 'both' && <ByCertificate checked={certified} onCheck={setCertified} />}
      <Scanner label="Scan the code" read={codeIn} onFound={pair} />
      <Fields
        entries={[code]}
        submit="Pair the meter"
        isBusy={isBusy}
        onSubmit={() => code.read.ok && pair(code.read.value)}
      >
        <EntryField
          entry={code}
          label="Link secret on the label"
          note="It is sent once and never stored in readable form"
        />
      </Fields>
    </Stack>
  );
}

function RequestForm({ isBusy, onAction }: StepProps) {
  const [file, setFile] = useState<File | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const send = async () => {
    if (file === null) return setFault('Choose the file that the meter’s tool has made.');
    const csrPem = await file.text();
    if (csrPem.length > 8_000) return setFault('This is no request: it is too long.');
    onAction({ act: 'link', csrPem });
  };
  return (
    <Fields entries={[]} submit="Sign the request" isBusy={isBusy} onSubmit={() => void send()}>
      <FileField
        label="Request for a certificate"
        note="PKCS #10 in PEM, made by the meter or its tool; its key stays in the meter"
        accept=".pem,.csr,.req,text/plain"
        file={file}
        fault={fault}
        onFile={(chosen) => {
          setFile(chosen);
          setFault(null);
        }}
      />
    </Fields>
  );
}

/** A certificate that waits for the meter is taken there; it is no secret. */
function Running({ job, view }: StepProps) {
  const { certificatePem } = view;
  if (certificatePem === null) return null;
  const name = `${numberOf(job)}.certificate.pem`;
  return (
    <Stack gap="sm">
      <Text size="sm">
        Put the certificate into the meter. The step passes when the meter connects with it.
      </Text>
      <Button
        variant="default"
        fullWidth
        onClick={() => downloadText(name, certificatePem, 'application/x-pem-file')}
      >
        Download the certificate
      </Button>
    </Stack>
  );
}

const numberOf = (job: InstallDetail): string => job.meterPan ?? 'meter';
