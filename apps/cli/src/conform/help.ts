// The help of `prewatt conform`: which options a target takes, and examples of each.

export const conformHelp = `  prewatt conform --target mqtt    --meter NUMBER --decoder-key-file FILE [--listen HOST:PORT]
  prewatt conform --target gateway --meter NUMBER --decoder-key-file FILE [--listen HOST:PORT]
  prewatt conform --target dlms    --host HOST --keys FILE --decoder-key-file FILE
  prewatt conform --target dlt645  --serial PATH --address DIGITS --decoder-key-file FILE
  prewatt conform --list

  --target WHAT              mqtt, dlms, dlt645 or gateway: how the device is spoken to
  --device TEXT              the device's name in the report
  --meter NUMBER             18 digits, by which the meter comes to the broker
  --decoder-key-file FILE    the key that the device holds, as prewatt sts key --out writes it
  --krn N --kt N --ti NN     its revision (1), type (2) and tariff index (01),
  --ken N --sgc N            its end (255), supply group (000000),
  --base-date 93|14|35       and base date (14)
  --first-tid N              token identifier of the first token; now, when left out
  --zone ZONE                time zone of the device (UTC)
  --answer SECONDS           for an answer of the device (10)
  --only ID,ID               these scenarios alone
  --out NAME                 writes NAME.json and NAME.html
  --list                     shows the scenarios, and does nothing

What is done from outside (mains, cover, cable, load, time, keypad):
  --control URL              asks a rig to do it; without it you are asked, in words
  --unattended               nobody is asked: what needs a hand is not tried

By MQTT (mqtt, gateway):
  --listen HOST:PORT         a broker of the bench for this one meter (127.0.0.1:1883)
  --secret-file FILE         the meter's secret; without it any is taken
  --cert FILE --key FILE     TLS at that broker; --ca FILE lets in certificates of meters by it
  --broker URL               a broker that is there already, in place of one of the bench;
                             --secret-file is then name:password of the bench, --ca its authority

By DLMS/COSEM:
  --host HOST --port N       where the meter is called (4059); --tls does so by TLS: --ca FILE is
                             its authority, --cert FILE and --key FILE are the bench's own
  --serial PATH --baud N     or on a serial port by HDLC, 8N1 (9600)
  --keys FILE                JSON with encryptionKey and authenticationKey, or password
  --security gmac|ecdsa|low|none   (gmac); --suite 0|1   (0; ecdsa is always of suite 1)
  --framing wrapper|hdlc     (wrapper; hdlc on a serial port)
  --client N                 the client's address (1, 17 or 16)
  --logical-device N         (1)
  --client-title HEX         16 hexadecimal digits; made by chance

By DL/T 645:
  --serial PATH              a serial port; or --host and --port (502) of a converter
  --address DIGITS           12 digits
  --edition 2007|sanxing     sanxing takes STS tokens over the bus (2007)
  --baud N                   (2400)
  --switch-file FILE         level and password, a space, operator (8 digits each): moves the switch

The device loses its credit on the way. Its own key is put back. Exit code 1 when a scenario failed.
How to run it, and what a rig answers: docs/operating/conform.md.
`;
