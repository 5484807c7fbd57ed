// The server's own recent requests, live, for the root user of an account: why does my client fail?

import { comparison } from './comparison.js';
import * as credentials from './credentials.js';
import { askForCredentials, shortened } from './credentials-dialog.js';
import { breakable, fill, h, rich, roving } from './dom.js';
import { icon } from './icons.js';
import { codeAddress } from './router.js';
import { send, signHere } from './send.js';
import { TC3 } from './signer.js';
import { t, timeOf } from './words.js';
import { block, empty, failure, loading, toggle } from './widgets.js';

/** How often the server is asked, in milliseconds. */
const INTERVAL = 2000;
/** How many requests are shown; the oldest goes first. */
const REQUESTS_MAX = 500;
const ACTION = { product: 'lighthouse', version: '2020-03-24', name: 'DescribeRequests' };

/** What outlives a change of language: requests and filter. */
const seen = { requests: [], last: 0, letters: '', isErrorsOnly: false, isPaused: false, open: null };

const verdictKind = { verified: 'ok', refused: 'error', unread: 'plain' };

function detail(request, close) {
  const { Judgement: judgement } = request;
  // What version 1 signs has a name of its own on the server.
  const reading = (judgement.Reading ?? []).map(({ Name: name, Text: text }) => ({ name: name === 'source_string' ? 'string_to_sign' : name, text }));
  const fact = (name, value) => value !== null && value !== undefined && h('div', {}, h('dt', {}, name), h('dd', {}, h('code', {}, String(value))));
  return h('section', { class: 'request-detail', 'aria-label': t('requests.detail') },
    h('div', { class: 'toolbar' },
      h('h2', { tabindex: '-1' }, request.Action ?? t('requests.no_action')),
      h('button', { type: 'button', class: 'button-plain toolbar-end', 'aria-label': t('close'), on: { click: close } }, icon('close'))),
    h('dl', { class: 'facts' },
      fact(t('requests.time'), request.Time), fact('RequestId', request.RequestId), fact('Region', request.Region),
      fact('SecretId', request.SecretId), fact(t('requests.account'), request.Account), fact(t('requests.duration'), `${request.DurationMs} ms`)),
    h('p', {}, h('span', { class: `badge badge-${request.Code === 'ok' ? 'ok' : 'error'}` }, breakable(request.Code)), ' ',
      request.Code !== 'ok' && h('a', { href: codeAddress(request.Code) }, t('result.about_code'))),
    request.Message && h('p', {}, rich(request.Message)),
    h('h3', {}, t('requests.judgement')),
    h('p', {}, h('span', { class: `badge badge-${verdictKind[judgement.Verdict] ?? 'plain'}` }, t(`verdict.${judgement.Verdict}`)), ' ',
      h('code', {}, judgement.Version ?? t('requests.no_signature'))),
    judgement.Explanation && !request.Message?.includes(judgement.Explanation) && h('p', { class: 'notice notice-plain' }, rich(judgement.Explanation)),
    reading.map(({ name, text }) => {
      const title = t(`reading.${name}`) === `reading.${name}` ? name : t(`reading.${name}`);
      return block(title, text, { level: 'h4' });
    }),
    // What the client signed, against what the server read: this is where the difference is.
    reading.length > 0 && comparison(() => ({ version: judgement.Version, stages: reading })).element);
}

export function requestsPage() {
  const status = h('p', { class: 'live', role: 'status' });
  const table = h('div');
  const rove = roving(table, '[data-request]');
  const side = h('div', { class: 'request-side' });
  const trouble = h('div');
  let isEnded = false;
  let timer = null;
  let running = null;
  /** `asking` for the first time, `answered`, `refused`, or `anonymous` without a credential. */
  let state = seen.requests.length || seen.isPaused ? 'answered' : 'asking';

  const fits = (request) => (!seen.isErrorsOnly || request.Code !== 'ok')
    && seen.letters.toLowerCase().split(/\s+/).every((word) => [request.Action, request.Code, request.SecretId, request.Account, request.Region, request.RequestId, request.Message]
      .some((value) => String(value ?? '').toLowerCase().includes(word)));

  function open(request) {
    seen.open = request.Id;
    draw();
    side.querySelector('h2')?.focus();
  }

  function close() {
    const id = seen.open;
    seen.open = null;
    draw();
    table.querySelector(`[data-request="${id}"]`)?.focus();
  }

  function draw() {
    const shown = seen.requests.filter(fits);
    const focused = table.contains(document.activeElement) ? document.activeElement.dataset.request : null;
    const opened = seen.requests.find(({ Id: id }) => id === seen.open);
    if (side.dataset.open !== String(opened?.Id)) {
      side.dataset.open = String(opened?.Id);
      fill(side, opened && detail(opened, close));
    }
    if (!shown.length) {
      fill(table, state === 'asking' ? loading()
        : state === 'answered' && empty(t(seen.requests.length ? 'requests.none_fit' : 'requests.none'), t('requests.none_text')));
      return;
    }
    fill(table, h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': t('page.requests') }, h('table', { class: 'table table-list table-requests' },
      h('thead', {}, h('tr', {}, ['time', 'action', 'caller', 'code', 'duration'].map((name) => h('th', { scope: 'col' }, t(`requests.${name}`))))),
      h('tbody', {}, shown.map((request) => h('tr', { class: request.Id === seen.open ? 'is-open' : '', on: { click: () => open(request) } },
        h('td', { class: 'nowrap muted' }, timeOf(request.Time)),
        h('th', { scope: 'row' }, h('button', {
          type: 'button', class: 'link', 'data-request': request.Id, 'aria-expanded': String(request.Id === seen.open),
          on: { click: (event) => { event.stopPropagation(); open(request); } },
        }, breakable(request.Action ?? t('requests.no_action')))),
        h('td', {}, h('code', {}, request.SecretId ? shortened(request.SecretId) : '—'), ' ', request.Account && h('span', { class: 'muted' }, request.Account)),
        h('td', {}, h('span', { class: `badge badge-${request.Code === 'ok' ? 'ok' : 'error'}` }, breakable(request.Code))),
        h('td', { class: 'nowrap number' }, `${request.DurationMs} ms`)))))));
    const current = table.querySelector(`[data-request="${focused ?? seen.open}"]`);
    rove.settle(current ?? table.querySelector('[data-request]'));
    if (focused) current?.focus({ preventScroll: true });
  }

  function say(words, kind) {
    if (status.textContent !== words) status.textContent = words;
    status.dataset.kind = kind;
  }

  /** Shows what is in the way, once: what is said again and again is not heard, and takes the focus away. */
  function complain(name, make) {
    if (trouble.dataset.name === name) return;
    trouble.dataset.name = name;
    fill(trouble, make?.());
  }

  async function ask() {
    clearTimeout(timer);
    if (isEnded || running) return;
    if (!credentials.isPresent()) return welcome();
    if (!seen.isPaused && document.visibilityState === 'visible') {
      const mine = running = new AbortController();
      const signed = signHere({ action: ACTION, region: null, parameters: { After: seen.last }, version: TC3, method: 'POST' });
      const answer = await send(signed, '/explorer/requests', mine.signal);
      if (mine.signal.aborted) return;
      running = null;
      take(answer);
    }
    timer = setTimeout(ask, INTERVAL);
  }

  function take({ error, reply }) {
    if (!reply) {
      state = 'refused';
      say(t('requests.lost'), 'error');
      complain('lost', () => failure(t('requests.lost'), t('result.unreachable_again')));
      return draw();
    }
    if (error) {
      state = 'refused';
      say(t('requests.refused'), 'error');
      complain(error.Code, () => failure(breakable(error.Code), rich(error.Message ?? ''), h('p', {}, t('requests.root_only')), h('button', { type: 'button', class: 'button-small', on: { click: askForCredentials } }, t('credentials.change_short'))));
      return draw();
    }
    complain('');
    if (!seen.isPaused) say(t('requests.live'), 'ok');
    // A server that has begun anew counts anew: what it has is asked for in the next turn.
    if (reply.Last < seen.last) return void Object.assign(seen, { requests: [], last: 0 });
    const known = new Set(seen.requests.map(({ Id: id }) => id));
    const fresh = reply.Requests.filter(({ Id: id }) => !known.has(id));
    seen.last = reply.Last;
    if (!fresh.length && state === 'answered') return;
    state = 'answered';
    seen.requests = [...fresh, ...seen.requests].sort((a, b) => b.Id - a.Id).slice(0, REQUESTS_MAX);
    draw();
  }

  function welcome() {
    state = 'anonymous';
    say('', 'plain');
    complain('');
    fill(table, empty(t('requests.sign_in'), t('requests.root_only'),
      h('button', { type: 'button', class: 'button', on: { click: askForCredentials } }, icon('key'), t('credentials.enter'))));
  }

  const endOfCredentials = credentials.onChange(() => {
    // Another caller may not see what this one saw.
    Object.assign(seen, { requests: [], last: 0, open: null });
    running?.abort();
    running = null;
    state = 'asking';
    complain('');
    draw();
    ask();
  });
  const onVisible = () => { if (document.visibilityState === 'visible') ask(); };
  document.addEventListener('visibilitychange', onVisible);

  const pause = h('button', {
    type: 'button', class: 'button-small', 'aria-pressed': String(seen.isPaused),
    on: {
      click: () => {
        seen.isPaused = !seen.isPaused;
        pause.setAttribute('aria-pressed', String(seen.isPaused));
        if (seen.isPaused) say(t('requests.paused'), 'plain');
        else ask();
      },
    },
  }, icon('pause'), t('requests.pause'));
  const element = h('div', { class: 'page page-wide' },
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, t('page.requests')), h('p', { class: 'lead' }, t('requests.lead'))),
    h('div', { class: 'toolbar' },
      h('input', { type: 'search', class: 'input filter', 'aria-label': t('requests.filter'), placeholder: t('requests.filter'), value: seen.letters, on: { input: ({ target }) => { seen.letters = target.value.trim(); draw(); } } }),
      toggle(t('requests.errors_only'), seen.isErrorsOnly, (isOn) => { seen.isErrorsOnly = isOn; draw(); }),
      pause, h('span', { class: 'toolbar-end' }, status)),
    trouble,
    h('div', { class: 'request-columns' }, table, side));
  if (seen.isPaused) say(t('requests.paused'), 'plain');
  draw();
  ask();
  return {
    element,
    end: () => {
      isEnded = true;
      clearTimeout(timer);
      running?.abort();
      document.removeEventListener('visibilitychange', onVisible);
      endOfCredentials();
    },
  };
}
