// The calls of this browser, without secrets: what may be secret is left out before anything is stored.

import { parse, stringify } from './json.js';
import { withoutSecrets } from './secret.js';
import { recall, remember } from './settings.js';

const NAME = 'history';
/** How many calls are kept; the oldest goes first. */
const ENTRIES_MAX = 100;
/** How long a kept reply may be, in characters: with all entries well within the 5 MB of a browser. */
const REPLY_CHARACTERS_MAX = 20_000;

/** Every call, the newest first. */
export function all() {
  try {
    const entries = parse(recall(NAME) ?? '[]');
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

/** Keeps a call: `{action, region, parameters, result}`. */
export function add({ action, region, parameters, result }) {
  const reply = withoutSecrets(result.reply, '…');
  const isSmall = stringify(reply).length <= REPLY_CHARACTERS_MAX;
  const entry = {
    id: `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`,
    time: new Date().toISOString(),
    product: action.product, version: action.version, action: action.name, region: region ?? null,
    parameters: withoutSecrets(parameters, undefined),
    code: result.error?.Code ?? (result.reply ? 'ok' : ''), duration: result.duration,
    reply: isSmall ? reply : null,
  };
  let entries = [entry, ...all()].slice(0, ENTRIES_MAX);
  // Without room the older half goes.
  while (!remember(NAME, stringify(entries)) && entries.length > 1) entries = entries.slice(0, entries.length >> 1);
}

/** Forgets every call. */
export const clear = () => remember(NAME, null);
