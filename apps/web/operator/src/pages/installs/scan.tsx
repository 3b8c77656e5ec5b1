// The camera as a reader of a code on the meter, where the browser can; otherwise it is typed.

import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

type Detector = {
  readonly detect: (source: HTMLVideoElement) => Promise<readonly { rawValue: string }[]>;
};
type DetectorClass = new () => Detector;

const detectorClass = (): DetectorClass | undefined =>
  (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

export const canScan = (): boolean =>
  detectorClass() !== undefined && navigator.mediaDevices !== undefined;

const lookEveryMs = 250;

type ScannerProps = {
  readonly label: string;
  /** What is looked for in a code; nothing: it is another one. */
  readonly read: (code: string) => string | null | undefined;
  readonly onFound: (text: string) => void;
};

export function Scanner({ label, read, onFound }: ScannerProps) {
  const [isOn, setIsOn] = useState(false);
  if (!canScan()) return null;
  if (!isOn) {
    return (
      <Button variant="default" fullWidth onClick={() => setIsOn(true)}>
        {label}
      </Button>
    );
  }
  const found = (text: string) => {
    setIsOn(false);
    onFound(text);
  };
  return <Camera read={read} onFound={found} onStop={() => setIsOn(false)} />;
}

function Camera(o: Pick<ScannerProps, 'read' | 'onFound'> & { readonly onStop: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const onFound = useRef(o.onFound);
  onFound.current = o.onFound;
  const read = useRef(o.read);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    const begin = async (): Promise<void> => {
      const DetectorOfBrowser = detectorClass();
      if (DetectorOfBrowser === undefined) return;
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      const screen = video.current;
      if (isOver || screen === null) return;
      screen.srcObject = stream;
      await screen.play();
      const detector = new DetectorOfBrowser();
      timer = setInterval(async () => {
        const codes = await detector.detect(screen).catch(() => []);
        const text = codes.map(({ rawValue }) => read.current(rawValue)).find(Boolean);
        if (text != null) onFound.current(text);
      }, lookEveryMs);
    };
    begin().catch(() => setTrouble('The camera cannot be used; type what stands there.'));
    return () => {
      isOver = true;
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  return (
    <Stack gap="xs">
      {trouble === null ? (
        <video ref={video} muted playsInline style={{ width: '100%', borderRadius: 8 }}>
          <track kind="captions" />
        </video>
      ) : (
        <Text size="sm">{trouble}</Text>
      )}
      <Button variant="default" onClick={o.onStop}>
        Stop the camera
      </Button>
    </Stack>
  );
}
