// Photos of a visit in its form: taken one after the other, each shown as it will be sent.

import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useSession } from '../../shell/session.tsx';
import { FileField, sizeText } from '../../ui/file-field.tsx';
import { keptPhotos, type Photo, photoId, takePhoto } from './field-photos.ts';

/** As many as a finding lists. */
const mostPhotos = 20;

type PhotosProps = {
  readonly caseId: string;
  readonly photos: readonly Photo[];
  readonly onPhotos: (photos: readonly Photo[]) => void;
};

export function Photos({ caseId, photos, onPhotos }: PhotosProps) {
  const { email } = useSession();
  const [fault, setFault] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const isStored = useSyncExternalStore(keptPhotos.subscribe, keptPhotos.isStored);
  const add = async (file: File) => {
    setFault(null);
    const taken = await takePhoto(file);
    setRound(round + 1);
    if (!taken.ok) {
      setFault(taken.error);
      return;
    }
    const { photo, jpeg } = taken.value;
    const id = photoId(caseId, photo);
    await keptPhotos.put({ id, caseId, by: email, sinceMs: Date.now(), jpeg });
    onPhotos([...photos.filter(({ sha256 }) => sha256 !== photo.sha256), photo]);
  };
  const remove = (photo: Photo) => {
    onPhotos(photos.filter((one) => one !== photo));
    void keptPhotos.drop(photoId(caseId, photo));
  };
  return (
    <Stack gap="xs">
      {photos.length < mostPhotos ? (
        <FileField
          key={round}
          label="Photo"
          note="Made smaller, without its place and time, and sent with the finding"
          accept="image/*"
          camera
          file={null}
          fault={fault}
          onFile={(file) => {
            if (file !== null) void add(file);
          }}
        />
      ) : (
        <Text size="sm">These are {mostPhotos} photos, as many as a finding takes.</Text>
      )}
      {photos.map((photo) => (
        <Group key={photo.sha256} gap="sm" wrap="nowrap">
          <Small id={photoId(caseId, photo)} name={photo.name} />
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere', flex: 1 }}>
            {photo.name}, {sizeText(photo.sizeBytes)}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${photo.name}`}
            onClick={() => remove(photo)}
          >
            Remove
          </Button>
        </Group>
      ))}
      {!isStored && photos.length > 0 && (
        <Text size="xs">
          This phone has no room for them: leave the page open until they are sent.
        </Text>
      )}
    </Stack>
  );
}

const widthPx = 96;
const heightPx = 72;

/** Drawn, since the page may not show what has no address of the server. */
function Small({ id, name }: { readonly id: string; readonly name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const all = useSyncExternalStore(keptPhotos.subscribe, keptPhotos.all);
  const jpeg = all.find((photo) => photo.id === id)?.jpeg;
  useEffect(() => {
    const draw = async () => {
      const context = canvas.current?.getContext('2d');
      if (jpeg === undefined || context == null) return;
      const picture = await createImageBitmap(jpeg);
      const scale = Math.min(widthPx / picture.width, heightPx / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      context.clearRect(0, 0, widthPx, heightPx);
      const [left, top] = [(widthPx - width) / 2, (heightPx - height) / 2];
      context.drawImage(picture, left, top, width, height);
      picture.close();
    };
    void draw().catch(() => undefined);
  }, [jpeg]);
  return <canvas ref={canvas} width={widthPx} height={heightPx} role="img" aria-label={name} />;
}
