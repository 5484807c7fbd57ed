// Makes the call of an action's page: asks where it has to, sends, and keeps what may be kept.

import * as credentials from './credentials.js';
import { askForCredentials } from './credentials-dialog.js';
import { announce, h } from './dom.js';
import * as historyStore from './history-store.js';
import { takePrivateKey } from './secret.js';
import { send, signHere } from './send.js';
import { t } from './words.js';
import { dialog } from './widgets.js';

/** Actions that need not be asked about any more in this tab. */
const agreed = new Set();

/** Asks before something is changed; whether to go on. */
async function mayChange(action) {
  const name = `${action.product}/${action.name}`;
  if (!action.changes || agreed.has(name)) return true;
  const again = h('input', { type: 'checkbox' });
  const answer = await dialog(t('confirm.title', { action: action.name }), (close) => [
    h('h2', {}, t('confirm.title', { action: action.name })),
    h('p', {}, t('confirm.text', { host: location.host })),
    h('label', { class: 'checkbox' }, again, h('span', {}, t('confirm.agree', { action: action.name }))),
    h('div', { class: 'dialog-buttons' },
      h('button', { type: 'button', class: 'button', autofocus: true, 'data-confirm': 'call', on: { click: () => close(true) } }, t('confirm.call')),
      h('button', { type: 'button', class: 'button-quiet', on: { click: () => close(null) } }, t('cancel'))),
  ]);
  if (answer && again.checked) agreed.add(name);
  return answer === true;
}

/** Calls from the page of this state; `state.changed()` is called when a call begins and when it has ended. */
export function caller(state) {
  /** What runs is given up, and the private key is gone. */
  function leave() {
    state.running?.abort();
    state.isRunning = false;
    state.result = null;
  }
  return {
    /** Calls; whether there was a call. */
    async run() {
      if (!credentials.isPresent() && !(await askForCredentials())) return false;
      if (!(await mayChange(state.action))) return false;
      const { action, region, draft: { parameters }, version, method } = state;
      const mine = state.running = new AbortController();
      state.isRunning = true;
      state.result = null;
      state.changed();
      const signed = signHere({ action, region, parameters, version, method });
      const result = await send(signed, signed.request.target, mine.signal);
      if (mine.signal.aborted) return false;
      const { reply, key } = takePrivateKey(result.reply, t('key.placeholder'));
      state.isRunning = false;
      // The text holds the private key too, so it stays only where there is none.
      state.result = { ...result, reply, key, text: key ? '' : result.text, request: signed.request };
      if (!result.failure) historyStore.add({ action, region, parameters, result: { ...result, reply } });
      state.changed();
      announce(result.failure ? t('result.unreachable') : result.error ? `${t('result.error')}: ${result.error.Code}` : t('result.said_ok', { duration: result.duration }));
      return true;
    },
    /** Gives up what runs. */
    cancel() {
      leave();
      state.changed();
    },
    leave,
  };
}
