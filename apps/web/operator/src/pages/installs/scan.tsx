// The camera as a reader of the meter's barcode, where the browser can; otherwise the number is
// typed.

import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { meterNumberIn } from '../../text/meter-check.ts';

type Detector = {
  readonly detect: (source: HTMLVideoElement) => Promise<readonly { rawValue: string }[]>;
};
type DetectorClass = new () => Detector;

const detectorClass = (): DetectorClass | undefined =>
  (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

export const canScan = (): boolean =>
  detectorClass() !== undefined && navigator.mediaDevices !== undefined;

const lookEveryMs = 250;

export function Scanner({ onFound }: { onFound: (meterNumber: string) => void }) {
  const [isOn, setIsOn] = useState(false);
  if (!canScan()) return null;
  if (!isOn) {
    return (
      <Button variant="default" fullWidth onClick={() => setIsOn(true)}>
        Scan the barcode
      </Button>
    );
  }
  const found = (meterNumber: string) => {
    setIsOn(false);
    onFound(meterNumber);
  };
  return <Camera onFound={found} onStop={() => setIsOn(false)} />;
}

function Camera(o: { onFound: (meterNumber: string) => void; onStop: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const onFound = useRef(o.onFound);
  onFound.current = o.onFound;
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
        const meterNumber = codes.map(({ rawValue }) => meterNumberIn(rawValue)).find(Boolean);
        if (meterNumber != null) onFound.current(meterNumber);
      }, lookEveryMs);
    };
    begin().catch(() => setTrouble('The camera cannot be used; type the number.'));
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
