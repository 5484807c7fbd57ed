// What came of a call: the outcome, the private key if there is one, the reply, its headers.

import * as catalogue from './catalogue.js';
import { breakable, h, rich } from './dom.js';
import { icon } from './icons.js';
import { stringify } from './json.js';
import { codeAddress, pageAddress } from './router.js';
import { tabs } from './tabs.js';
import { tree } from './tree.js';
import { say, t } from './words.js';
import { block, copyButton, empty, failure, loading, saveButton, size } from './widgets.js';

/** The one line about a call: status, duration, size, RequestId. */
function outcome(result) {
  const isOk = !result.error && result.reply;
  const requestId = result.reply?.RequestId;
  return h('div', { class: 'outcome' },
    h('span', { class: `badge badge-${isOk ? 'ok' : 'error'}`, 'data-outcome': isOk ? 'ok' : 'error' }, isOk ? t('result.ok') : t('result.error')),
    h('dl', { class: 'facts' },
      h('div', {}, h('dt', {}, t('result.status')), h('dd', {}, `${result.status} ${result.statusText}`)),
      h('div', {}, h('dt', {}, t('requests.duration')), h('dd', {}, `${result.duration} ms`)),
      h('div', {}, h('dt', {}, t('result.size')), h('dd', {}, size(result.size))),
      requestId && h('div', {}, h('dt', {}, 'RequestId'), h('dd', {}, h('code', {}, requestId), copyButton(() => requestId, 'RequestId')))));
}

/** The error and what the documentation says of it. */
function errorBox({ Code: name, Message: message }) {
  const known = catalogue.code(name);
  const isAuth = name.startsWith('AuthFailure');
  return h('div', { class: 'notice notice-error', role: 'alert' }, icon('warning'),
    h('div', { class: 'notice-body' },
      h('p', { class: 'notice-title' }, breakable(name)),
      h('p', {}, rich(message ?? '')),
      known && h('p', { class: 'muted' }, rich(say(known.meaning))),
      h('p', { class: 'links' },
        h('a', { href: codeAddress(name) }, t('result.about_code')),
        isAuth && h('a', { href: pageAddress('signature') }, t('result.walk')),
        isAuth && h('a', { href: pageAddress('requests') }, t('result.requests')))));
}

/** The private key: shown here only, and gone with the page. */
function keyBox(key) {
  const file = `${key.name.replace(/[^\w.-]/g, '_')}.pem`;
  return h('section', { class: 'key-box', 'aria-label': t('key.title') },
    h('header', {}, icon('key'), h('div', {}, h('h2', {}, t('key.title')), h('p', {}, t('key.once')))),
    h('pre', { class: 'block-text key-text', tabindex: '0', role: 'group', 'aria-label': 'PrivateKey' }, key.text),
    h('div', { class: 'buttons' }, saveButton(() => key.text, file), copyButton(() => key.text, 'PrivateKey', { isWordy: true }),
      h('span', { class: 'muted' }, h('code', {}, `chmod 600 ${file}`))));
}

const headerTable = (headers) => h('table', { class: 'table' },
  h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('result.header')), h('th', { scope: 'col' }, t('result.value')))),
  h('tbody', {}, headers.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, name)), h('td', {}, h('code', {}, value))))));

/** Without the token of version 1. */
const withoutToken = (text) => text.replace(/(^|[?&])Token=[^&]*/, '$1Token=…');

/** The request as it was sent, but for what may be secret in it: the token, in whichever place. */
const requestText = ({ method, target, headers, body }) => [
  `${method} ${withoutToken(target)} HTTP/1.1`,
  `Host: ${location.host}`,
  ...headers.map(([name, value]) => `${name}: ${name === 'X-TC-Token' ? '…' : value}`),
  ...(body === null ? [] : ['', withoutToken(body)]),
].join('\n');

/** The reply tab. `state` is `{isRunning, result}`; `result` has `reply` without the key, and `key`. `cancel` gives
 *  up what runs. */
export function resultView({ isRunning, result }, cancel) {
  if (isRunning) {
    return h('div', { class: 'result' }, loading(t('result.running')),
      h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'button-small', on: { click: cancel } }, t('cancel'))));
  }
  if (!result) return h('div', { class: 'result' }, empty(t('result.none'), t('result.none_text')));
  if (result.failure) {
    return h('div', { class: 'result' }, failure(t('result.unreachable'), t('result.unreachable_text', { duration: result.duration })));
  }
  const whole = result.reply ? { Response: result.reply } : null;
  const raw = whole ? stringify(whole, 2) : result.text;
  const views = tabs({
    label: t('result.views'), className: 'tabs-minor',
    tabs: [
      whole && { id: 'tree', label: t('result.tree'), render: () => tree(result.reply, t('result.tree')) },
      { id: 'raw', label: t('result.raw'), render: () => block(t('result.raw'), raw) },
      { id: 'headers', label: t('result.headers'), render: () => headerTable(result.headers) },
      { id: 'request', label: t('result.request'), render: () => block(t('result.request'), requestText(result.request)) },
    ].filter(Boolean),
  });
  return h('div', { class: 'result' },
    outcome(result),
    !whole && failure(t('result.no_answer'), t('result.no_answer_text')),
    result.error && errorBox(result.error),
    result.key && keyBox(result.key),
    views.element);
}
