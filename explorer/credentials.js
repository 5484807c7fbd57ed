// The credential of this tab. It is kept in memory, and in session storage only if that was asked for;
// it signs in the page, and leaves it never.

const NAME = 'pharos.credential';
const none = { secretId: '', secretKey: '', token: '' };
let credential = none;
let isKept = false;
const listeners = new Set();

try {
  const kept = JSON.parse(sessionStorage.getItem(NAME) ?? 'null');
  if (kept && ['secretId', 'secretKey', 'token'].every((name) => typeof kept[name] === 'string')) {
    credential = { secretId: kept.secretId, secretKey: kept.secretKey, token: kept.token };
    isKept = true;
  }
} catch { /* nothing readable was kept */ }

/** The credential: `secretId`, `secretKey`, `token`, each maybe empty. */
export const get = () => credential;

/** Whether there is one to sign with. */
export const isPresent = () => credential.secretId !== '' && credential.secretKey !== '';

/** Whether it stands in session storage. */
export const isInSession = () => isKept;

/** Takes this credential; `inSession` puts it in session storage too. */
export function set({ secretId, secretKey, token }, inSession) {
  // What is copied from a page often has white space around it, and no credential has.
  credential = { secretId: secretId.trim(), secretKey: secretKey.trim(), token: token.trim() };
  isKept = false;
  try {
    if (inSession) {
      sessionStorage.setItem(NAME, JSON.stringify(credential));
      isKept = true;
    } else sessionStorage.removeItem(NAME);
  } catch { /* no storage, or no room in it: memory will do */ }
  for (const listener of listeners) listener();
}

/** Forgets it everywhere. */
export const forget = () => set(none, false);

/** Whether a text holds one of its secrets. */
export const mentions = (text) =>
  [credential.secretKey, credential.token].some((secret) => secret.length > 3 && text.includes(secret));

/** Calls `listener` after each change; returns what ends that. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
