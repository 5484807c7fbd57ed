// Which values may be secret, and values without them. What may be secret is never stored by this page
// and never stands in a link.

import { isObject } from './json.js';
import { mentions } from './credentials.js';

/** Names of fields that hold secrets: in lower case, and without those that only look so. */
const SECRET = /password|passphrase|private_?key|secret_?(access_?)?key|token(code)?$|assertion/;
const HARMLESS = /^((client|next|page)_?token|autogeneratepassword|needresetpassword)$/;

/** Whether a field of this name may hold a secret. */
export function isSecretName(name) {
  const lower = name.toLowerCase();
  return SECRET.test(lower) && !HARMLESS.test(lower);
}

const isSecretText = (value) => typeof value === 'string' && (/PRIVATE KEY-----/.test(value) || mentions(value));

/** The value without secrets: `instead` stands in their place, or nothing if it is `undefined`. */
export function withoutSecrets(value, instead) {
  if (Array.isArray(value)) {
    return value.map((item) => withoutSecrets(item, instead)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return isSecretText(value) ? instead : value;
  const kept = {};
  for (const [name, item] of Object.entries(value)) {
    const isLeftOut = isSecretName(name) && item !== null && item !== '';
    const rest = isLeftOut ? instead : withoutSecrets(item, instead);
    if (rest !== undefined) kept[name] = rest;
  }
  return kept;
}

/** Takes the private key out of a reply: `{reply, key}`, where `key` is `{name, text}` or `null`. */
export function takePrivateKey(reply, placeholder) {
  let key = null;
  const without = (value) => {
    if (Array.isArray(value)) return value.map(without);
    if (!isObject(value)) return value;
    const copy = {};
    for (const [name, item] of Object.entries(value)) {
      if (name === 'PrivateKey' && typeof item === 'string' && item) {
        key = { name: typeof value.KeyName === 'string' ? value.KeyName : 'key', text: item };
        copy[name] = placeholder;
      } else copy[name] = without(item);
    }
    return copy;
  };
  return { reply: without(reply), key };
}
