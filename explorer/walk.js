// The walk through a signature: every stage with its text, and the first difference to one's own.

import * as credentials from './credentials.js';
import { comparison } from './comparison.js';
import { announce, fill, h, rich, unique } from './dom.js';
import { icon } from './icons.js';
import { isObject, parse, stringify } from './json.js';
import { nonce, now } from './send.js';
import { day, flatten, encode, sign, TC3, VERSIONS } from './signer.js';
import { t, wireLanguage } from './words.js';
import { block, select, toggle } from './widgets.js';

/** The vendor's published example, for who has not entered a credential. */
const EXAMPLE = { secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', secretKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE', token: '' };

/** What is set by hand; `null` is what follows from the call. It outlives the change of tabs and pages. */
const set = { version: TC3, method: 'POST', host: null, timestamp: null, nonce: null, token: null, service: null, contentType: null, hasAction: false, payload: null };
let theirs = '';

/** The call that is walked through: what follows from the action, and what is set by hand. */
function callOf({ action, parameters, region }) {
  const credential = credentials.isPresent() ? credentials.get() : EXAMPLE;
  const isVersion3 = set.version === TC3;
  const call = {
    version: set.version, method: set.method, parameters, region,
    host: set.host ?? location.host,
    service: set.service ?? action.product,
    action: action.name, apiVersion: action.version,
    language: isVersion3 ? wireLanguage() : null,
    timestamp: set.timestamp ?? now(),
    nonce: set.nonce ?? (set.nonce = nonce()),
    secretId: credential.secretId, secretKey: credential.secretKey,
    token: set.token ?? credential.token,
    signedHeaders: ['content-type', 'host', ...(set.hasAction ? ['x-tc-action'] : [])],
  };
  if (set.contentType) call.contentType = set.contentType;
  if (set.payload !== null) {
    if (!isVersion3) {
      try {
        const own = parse(set.payload);
        if (isObject(own)) call.parameters = own;
      } catch { /* half typed: what was there before is signed */ }
    } else if (set.method === 'POST') call.body = set.payload;
    else call.query = set.payload.replace(/^\/?\?/, '');
  }
  return call;
}

/** The payload as it follows from the parameters. */
function payloadOf({ parameters }) {
  if (set.version !== TC3) return stringify(parameters, 2);
  if (set.method === 'POST') return stringify(parameters);
  return flatten(parameters).map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** One stage: its number, a sentence, its text. Keys are masked until they are to be seen. */
function stageView({ name, text, isKey }, number, version) {
  const title = t(`stage.${name}`);
  const sentence = h('p', { class: 'stage-sentence' }, rich(t(`stage.${name}.${version === TC3 ? 'tc3' : 'v1'}`)));
  if (!isKey) return h('li', { class: 'stage', 'data-stage': name }, h('span', { class: 'stage-number' }, number), h('div', { class: 'stage-body' }, sentence, block(title, text, { level: 'h3' })));
  const code = h('code', {}, '•'.repeat(24));
  const button = h('button', {
    type: 'button', class: 'button-small', 'aria-pressed': 'false', 'aria-label': t('show_named', { name: title }),
    on: {
      click: () => {
        const isShown = button.getAttribute('aria-pressed') === 'true';
        button.setAttribute('aria-pressed', String(!isShown));
        code.textContent = isShown ? '•'.repeat(24) : text;
        fill(button, icon('show'), t(isShown ? 'show' : 'hide'));
      },
    },
  }, icon('show'), t('show'));
  return h('li', { class: 'stage', 'data-stage': name }, h('span', { class: 'stage-number' }, number), h('div', { class: 'stage-body' }, sentence,
    h('section', { class: 'block' }, h('header', { class: 'block-head' }, h('h3', { class: 'block-title' }, title), button), h('pre', { class: 'block-text' }, code))));
}

/** The walk; `subject()` returns `{action, parameters, region}`. */
export function walkView(subject) {
  const controls = h('div', { class: 'walk-controls' });
  const stages = h('ol', { class: 'stages' });
  let signed = { stages: [] };
  const compared = comparison(
    () => ({ stages: signed.stages, version: set.version, moment: set, take, choose: again('version') }),
    { text: theirs, onInput: (text) => { theirs = text; } },
  );
  const note = h('div');

  const entry = (words, value, change, attributes = {}) => {
    const id = unique('walk');
    return h('div', { class: 'labelled' }, h('label', { for: id }, words),
      h('input', { id, class: 'input', type: 'text', autocomplete: 'off', spellcheck: 'false', value, ...attributes, on: { input: ({ target }) => { change(target.value.trim()); draw(); } } }));
  };

  function again(name) {
    return (value) => { set[name] = value; set.payload = null; drawControls(); draw(); };
  }
  function drawControls() {
    const call = callOf(subject());
    const isVersion3 = set.version === TC3;
    // What had the focus has it afterwards: it stands at the same place.
    const focusable = () => [...controls.querySelectorAll('select, input, textarea, button')];
    const focused = focusable().indexOf(document.activeElement);
    fill(controls,
      select(t('walk.version'), VERSIONS.map((one) => [one, one]), set.version, again('version')),
      select(t('walk.method'), [['POST', 'POST'], ['GET', 'GET']], set.method, again('method')),
      entry(t('walk.host'), call.host, (value) => { set.host = value || null; }, { 'data-walk': 'host' }),
      h('div', { class: 'joined' },
        entry(t('walk.timestamp'), String(call.timestamp), (value) => { set.timestamp = /^\d{1,12}$/.test(value) ? Number(value) : null; }, { inputmode: 'numeric', 'data-walk': 'timestamp' }),
        h('button', { type: 'button', class: 'button-small', on: { click: () => { set.timestamp = now(); drawControls(); draw(); announce(day(set.timestamp)); } } }, t('walk.now'))),
      !isVersion3 && entry(t('walk.nonce'), String(call.nonce), (value) => { set.nonce = value; }, { inputmode: 'numeric', 'data-walk': 'nonce' }),
      isVersion3 && entry(t('walk.service'), call.service, (value) => { set.service = value || null; }, { 'data-walk': 'service' }),
      isVersion3 && entry(t('walk.content_type'), call.contentType ?? (set.method === 'POST' ? 'application/json' : 'application/x-www-form-urlencoded'), (value) => { set.contentType = value || null; }, { 'data-walk': 'content-type' }),
      entry(t('credentials.token'), call.token, (value) => { set.token = value; }, { type: 'password', autocomplete: 'off', 'data-walk': 'token' }),
      h('div', { class: 'labelled walk-wide' }, h('label', { for: 'walk-payload' }, t(isVersion3 ? (set.method === 'POST' ? 'walk.body' : 'walk.query') : 'walk.parameters')),
        h('textarea', { id: 'walk-payload', class: 'input input-long', rows: 3, spellcheck: 'false', value: set.payload ?? payloadOf(subject()), on: { input: ({ target }) => { set.payload = target.value; draw(); } } })),
      isVersion3 && toggle(t('walk.sign_action'), set.hasAction, (isOn) => { set.hasAction = isOn; draw(); }));
    if (focused >= 0) focusable()[focused]?.focus();
  }

  function draw() {
    const call = callOf(subject());
    signed = sign(call);
    fill(stages, signed.stages.map((stage, at) => stageView(stage, at + 1, set.version)));
    compared.draw();
    fill(note, !credentials.isPresent() && h('p', { class: 'notice notice-plain' }, rich(t('walk.example'))));
  }

  function take({ timestamp, nonce: given }) {
    if (timestamp !== undefined) set.timestamp = timestamp;
    if (given !== undefined) set.nonce = given;
    drawControls();
    draw();
  }

  set.timestamp ??= now();
  drawControls();
  draw();
  const endOfCredentials = credentials.onChange(() => { drawControls(); draw(); });
  return {
    element: h('div', { class: 'walk' },
      note,
      controls,
      compared.element,
      h('h2', { class: 'offscreen' }, t('walk.stages')),
      stages),
    /** Follows a change of the parameters. */
    update() {
      if (set.payload === null) drawControls();
      draw();
    },
    end: endOfCredentials,
  };
}

/** Forgets what was set by hand, when another action is looked at. */
export function reset() {
  Object.assign(set, { host: null, timestamp: null, token: null, service: null, contentType: null, payload: null });
}
