// Runs the cases of signatures: each scheme by the function that checks it on the wire.

import { readAirtelCallback, verifyAirtelHash } from '../airtel/index.ts';
import { at, isObject, type Json, listAt, wordAt } from '../base/json.ts';
import { verifyFlutterwave } from '../flutterwave/index.ts';
import { verifyTwilio } from '../messaging/twilio.ts';
import { verifyWhatsapp } from '../messaging/whatsapp.ts';
import { stkPassword } from '../mpesa/index.ts';
import { verifyOrangeToken } from '../orange/index.ts';
import { verifyPaystack } from '../paystack/index.ts';
import { verifyEmvCrc } from '../pix/index.ts';
import {
  verifyRazorpayLink,
  verifyRazorpayReturn,
  verifyRazorpayWebhook,
} from '../razorpay/index.ts';
import { verifyStripe } from '../stripe/index.ts';
import { verifyWebhook } from '../webhooks/index.ts';
import { headersOf, rawOf } from './input.ts';

type Checked = { readonly ok: boolean };

/** A `signature` case: whether it is valid, and what follows when it is not. */
export function runSignature(input: Json): unknown {
  const scheme = wordAt(input, 'scheme') ?? '';
  if (/password/.test(scheme)) return password(input);
  const checked = check(scheme, input);
  if (checked === null) return { error: `no scheme ${scheme}` };
  if (scheme.startsWith('airtel') && checked.ok) {
    const read = readAirtelCallback(rawOf(input), true);
    return { valid: true, outcome: read.ok ? read.value.outcome : 'ignored' };
  }
  return { valid: checked.ok, ...(checked.ok ? {} : { outcome: 'ignored', vend: 'no' }) };
}

function password(input: Json): unknown {
  const word = (...names: string[]) =>
    names.map((name) => wordAt(input, name)).find((each) => each !== null) ?? '';
  const value = stkPassword(
    word('shortcode', 'BusinessShortCode'),
    word('passkey'),
    word('timestamp', 'Timestamp'),
  );
  const given = wordAt(input, 'password') ?? wordAt(input, 'Password');
  return { password: value, Password: value, valid: given === null || given === value };
}

function check(scheme: string, input: Json): Checked | null {
  const raw = rawOf(input);
  const headers = headersOf(input);
  // Untrimmed: a blank at the end of a secret is part of it.
  const secret = String(at(input, 'secret') ?? at(input, 'key') ?? '');
  const secrets = listAt(input, 'secrets').map(String);
  const time = {
    secrets: secrets.length > 0 ? secrets : [secret],
    nowSeconds: Number(at(input, 'now') ?? 0),
    toleranceSeconds: Number(at(input, 'toleranceSeconds') ?? 300),
  };
  if (scheme.startsWith('airtel')) return verifyAirtelHash(raw, secret);
  if (scheme.startsWith('orange')) return verifyOrangeToken(raw, secret);
  if (scheme.startsWith('flutterwave')) return verifyFlutterwave(raw, headers, secret);
  switch (scheme) {
    case 'paystack':
      return verifyPaystack(raw, headers, secret);
    case 'stripe':
      return verifyStripe(raw, headers, time);
    case 'standard-webhooks':
      return verifyWebhook(raw, headers, time);
    case 'meta':
    case 'whatsapp':
      return verifyWhatsapp(raw, headers, secret);
    case 'twilio':
    case 'twilio-json':
      return twilio(input);
    case 'emv-crc16':
      return { ok: verifyEmvCrc(wordAt(input, 'text') ?? '') };
    default:
      return scheme.startsWith('razorpay') ? razorpay(scheme, input) : null;
  }
}

function twilio(input: Json): Checked {
  const params = at(input, 'params');
  const fields = isObject(params)
    ? Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map(String) : String(value),
        ]),
      )
    : {};
  const rawBody =
    at(input, 'body') === undefined && at(input, 'raw') === undefined ? null : rawOf(input);
  const request = { url: wordAt(input, 'url') ?? '', fields, rawBody };
  return verifyTwilio(request, headersOf(input), String(at(input, 'token') ?? ''));
}

function razorpay(scheme: string, input: Json): Checked {
  const word = (...names: string[]) =>
    names.map((name) => wordAt(input, name)).find((each) => each !== null) ?? '';
  const secret = String(at(input, 'secret') ?? '');
  const signature = word('signature', 'razorpay_signature');
  const paymentId = word('paymentId', 'payment_id', 'razorpay_payment_id');
  if (scheme === 'razorpay-payment-link') {
    const linkId = word('paymentLinkId', 'payment_link_id');
    const referenceId = word('referenceId', 'reference_id');
    const status = word('status');
    return verifyRazorpayLink({ linkId, referenceId, status, paymentId, signature }, secret);
  }
  if (scheme === 'razorpay-webhook') {
    return verifyRazorpayWebhook(rawOf(input), headersOf(input), secret);
  }
  const orderId = word('orderId', 'order_id', 'razorpay_order_id');
  return verifyRazorpayReturn({ orderId, paymentId, signature }, secret);
}
