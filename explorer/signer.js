// Signs a call as the vendor's API 3.0 asks for, version 3 (TC3-HMAC-SHA256) and version 1 (HmacSHA1 and
// HmacSHA256). Pure: it knows no clock, no page and no network. The hashes are a vendored library, because
// WebCrypto exists only in secure contexts.

import { hmac } from './vendor/noble-hashes-2.4.0/hmac.js';
import { sha1 } from './vendor/noble-hashes-2.4.0/legacy.js';
import { sha256 } from './vendor/noble-hashes-2.4.0/sha2.js';
import { stringify } from './json.js';

/** The name of signature version 3, and of its algorithm on the wire. */
export const TC3 = 'TC3-HMAC-SHA256';
/** Every `SignatureMethod` and algorithm, the preferred one first. */
export const VERSIONS = [TC3, 'HmacSHA256', 'HmacSHA1'];

const FORM = 'application/x-www-form-urlencoded';
const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text);
const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');
const base64 = (array) => btoa(String.fromCharCode(...array));
const hashed = (text) => hex(sha256(bytes(text)));

/** Percent-encoded as RFC 3986 has it. */
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const joined = (pairs) => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

/** Parameters as forms have them: `KeyIds.0`, `Filters.0.Name`. What is `null` is left out. */
function flatten(parameters, prefix = '') {
  if (parameters === null || parameters === undefined) return [];
  if (typeof parameters !== 'object') return [[prefix, String(parameters)]];
  return Object.entries(parameters)
    .flatMap(([name, value]) => flatten(value, prefix ? `${prefix}.${name}` : name));
}

/** Parameters as a form, as it stands in a query. */
export const formOf = (parameters) => joined(flatten(parameters));

/** The UTC day of a timestamp in seconds: `2019-02-25`. */
export function day(timestamp) {
  const date = new Date(timestamp * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/**
 * Signs a call.
 *
 * @param {object} call
 * @param {'TC3-HMAC-SHA256'|'HmacSHA256'|'HmacSHA1'} call.version
 * @param {'POST'|'GET'} call.method
 * @param {string} call.host         the `Host` header as it will be sent, with its port
 * @param {string} call.service      the product: `lighthouse`
 * @param {string} call.action       `CreateKeyPair`
 * @param {string} call.apiVersion   `2020-03-24`
 * @param {?string} call.region      left out if empty
 * @param {?string} call.language    `en-US` or `zh-CN`, left out if empty
 * @param {number} call.timestamp    seconds since 1970
 * @param {number|string} [call.nonce]  version 1 only
 * @param {string} call.secretId
 * @param {string} call.secretKey
 * @param {?string} call.token       of temporary credentials
 * @param {object} [call.parameters] the action's parameters
 * @param {string} [call.body]       TC3 POST: exactly this body in the place of the parameters as JSON
 * @param {string} [call.query]      TC3 GET: exactly this query in the place of the flattened parameters
 * @param {string} [call.contentType]      TC3: another content type than the method's usual one
 * @param {string[]} [call.signedHeaders]  TC3: `content-type` and `host` by default; `x-tc-action` may be added
 * @returns {{stages: {name: string, text: string, isKey?: boolean}[], signature: string,
 *   request: {method: string, target: string, headers: [string, string][], body: ?string}}}
 *   every stage by its name (`canonical_request`, `string_to_sign`, `signature`, …), and the request that
 *   carries the signature; `Host` is not among its headers, because browsers set it.
 */
export const sign = (call) => (call.version === TC3 ? version3(call) : version1(call));

function version3(call) {
  const { method, host, service, timestamp, secretId, secretKey } = call;
  const isPost = method === 'POST';
  const body = isPost ? (call.body ?? stringify(call.parameters ?? {})) : '';
  const query = isPost ? '' : (call.query ?? formOf(call.parameters));
  const contentType = call.contentType ?? (isPost ? 'application/json' : FORM);
  const values = { 'content-type': contentType, host, 'x-tc-action': call.action };
  const signed = [...(call.signedHeaders ?? ['content-type', 'host'])].sort();
  const headers = signed.map((name) => `${name}:${values[name].trim().toLowerCase()}\n`).join('');

  const hashedPayload = hashed(body);
  const canonicalRequest = [method, '/', query, headers, signed.join(';'), hashedPayload].join('\n');
  const date = day(timestamp);
  const scope = `${date}/${service}/tc3_request`;
  const stringToSign = [TC3, timestamp, scope, hashed(canonicalRequest)].join('\n');
  const secretDate = hmac(sha256, bytes(`TC3${secretKey}`), bytes(date));
  const secretService = hmac(sha256, secretDate, bytes(service));
  const secretSigning = hmac(sha256, secretService, bytes('tc3_request'));
  const signature = hex(hmac(sha256, secretSigning, bytes(stringToSign)));
  const authorization =
    `${TC3} Credential=${secretId}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;

  return {
    stages: [
      { name: 'hashed_payload', text: hashedPayload },
      { name: 'canonical_request', text: canonicalRequest },
      { name: 'string_to_sign', text: stringToSign },
      { name: 'secret_date', text: hex(secretDate), isKey: true },
      { name: 'secret_service', text: hex(secretService), isKey: true },
      { name: 'secret_signing', text: hex(secretSigning), isKey: true },
      { name: 'signature', text: signature },
      { name: 'authorization', text: authorization },
    ],
    signature,
    request: {
      method,
      target: query ? `/?${query}` : '/',
      headers: [
        ['Content-Type', contentType],
        ['X-TC-Action', call.action],
        ['X-TC-Version', call.apiVersion],
        ['X-TC-Timestamp', String(timestamp)],
        ['X-TC-Region', call.region],
        ['X-TC-Token', call.token],
        ['X-TC-Language', call.language],
        ['Authorization', authorization],
      ].filter(([, value]) => value),
      body: isPost ? body : null,
    },
  };
}

function version1(call) {
  const { version, method, host } = call;
  const isSha256 = version === 'HmacSHA256';
  const common = [
    ['Action', call.action],
    ['Version', call.apiVersion],
    ['Region', call.region],
    ['Timestamp', String(call.timestamp)],
    ['Nonce', String(call.nonce ?? '')],
    ['SecretId', call.secretId],
    // HmacSHA1 is what an absent SignatureMethod means.
    ['SignatureMethod', isSha256 ? version : null],
    ['Token', call.token],
    ['Language', call.language],
  ].filter(([, value]) => value);
  const pairs = [...common, ...flatten(call.parameters)].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const sorted = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const stringToSign = `${method}${host}/?${sorted}`;
  const signature = base64(hmac(isSha256 ? sha256 : sha1, bytes(call.secretKey), bytes(stringToSign)));
  const sent = joined([...pairs, ['Signature', signature]]);
  const isPost = method === 'POST';

  return {
    stages: [
      { name: 'sorted_parameters', text: pairs.map(([name, value]) => `${name}=${value}`).join('\n') },
      { name: 'string_to_sign', text: stringToSign },
      { name: 'signature', text: signature },
      { name: 'encoded_request', text: isPost ? sent : `/?${sent}` },
    ],
    signature,
    request: {
      method,
      target: isPost ? '/' : `/?${sent}`,
      headers: isPost ? [['Content-Type', FORM]] : [],
      body: isPost ? sent : null,
    },
  };
}
