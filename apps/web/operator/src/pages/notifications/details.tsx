// One notification with its headers and its bytes, as they came.

import { Code, Stack, Text } from '@mantine/core';
import { type NotificationDetail, type NotificationRow, notificationMadeTexts } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { notificationQuery } from '../../api/notifications.ts';
import { Fact, facts, Instant } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

export function NotificationDetails({ row }: { row: NotificationRow }) {
  const query = useQuery(notificationQuery(row.notificationId));
  if (query.error !== null) return <FailureNote failure={query.error} />;
  if (query.data === undefined) return <Text c="dimmed">Reading…</Text>;
  const { data } = query;
  return (
    <Stack gap="md">
      <dl className={facts}>
        <Fact name="What it was">{notificationMadeTexts[data.made]}</Fact>
        <Fact name="Came">
          <Instant at={data.heardAt} real />
        </Fact>
        {data.times > 1 && (
          <Fact name="The last time">
            <Instant at={data.lastHeardAt} real />
          </Fact>
        )}
        <Fact name="From">{data.address}</Fact>
        <Fact name="Behind our address">{data.path === '' ? 'nothing' : data.path}</Fact>
        {Object.entries(data.headers).map(([name, value]) => (
          <Fact key={name} name={name} wide>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </Fact>
        ))}
      </dl>
      <Code block style={{ maxHeight: '40vh', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {shownBody(data)}
      </Code>
      <Text size="xs" c="dimmed">
        {data.bytes} bytes. Kept byte by byte; JSON is only set out in lines here.
      </Text>
    </Stack>
  );
}

function shownBody({ bodyText, bodyBase64 }: NotificationDetail): string {
  if (bodyText === null) return `base64: ${bodyBase64}`;
  try {
    return JSON.stringify(JSON.parse(bodyText), null, 2);
  } catch {
    return bodyText;
  }
}
