// The walk through a signature: every stage with its text, and the first difference to one's own.

import * as credentials from './credentials.js';
import { comparison } from './comparison.js';
import { announce, fill, h, rich, unique } from './dom.js';
import { icon } from './icons.js';
import { isObject, parse, stringify } from './json.js';
import { nonce, now } from './send.js';
import { day, formOf, sign, TC3, VERSIONS } from './signer.js';
import { t, wireLanguage } from './words.js';
import { block, select, toggle } from './widgets.js';

/** The vendor's published example, for who has not entered a credential. */
const EXAMPLE = { secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', secretKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE', token: '' };

/** What is set by hand; `null` is what follows from the call. It outlives the change of tabs and pages. */
const byHand = { host: null, timestamp: null, nonce: null, token: null, region: null, service: null, contentType: null, hasAction: false, payload: null };
let theirs = '';
// A token goes with its credential.
credentials.onChange(() => { byHand.token = null; });

/** The call that is walked through: what follows from the action, and what is set by hand. */
function callOf({ action, parameters, region, version, method }) {
  const credential = credentials.isPresent() ? credentials.get() : EXAMPLE;
  const isVersion3 = version === TC3;
  const call = {
    version, method, parameters,
    host: byHand.host ?? location.host,
    service: byHand.service ?? action.product,
    action: action.name, apiVersion: action.version,
    region: byHand.region ?? region,
    language: isVersion3 ? wireLanguage() : null,
    timestamp: byHand.timestamp ?? now(),
    nonce: byHand.nonce,
    secretId: credential.secretId, secretKey: credential.secretKey,
    token: byHand.token ?? credential.token,
    contentType: byHand.contentType ?? undefined,
    signedHeaders: ['content-type', 'host', ...(byHand.hasAction ? ['x-tc-action'] : [])],
  };
  const kind = payloadKind(call);
  if (byHand.payload?.kind !== kind) return call;
  const { text } = byHand.payload;
  if (kind === 'body') call.body = text;
  else if (kind === 'query') call.query = text.replace(/^\/?\?/, '');
  else {
    try {
      const own = parse(text);
      if (isObject(own)) call.parameters = own;
    } catch { /* half typed: what was there before is signed */ }
  }
  return call;
}

/** What is signed of the parameters: `body`, `query`, or the `parameters` themselves. */
function payloadKind({ version, method }) {
  if (version !== TC3) return 'parameters';
  return method === 'POST' ? 'body' : 'query';
}

/** The payload as it follows from the parameters. */
const PAYLOADS = {
  body: (parameters) => stringify(parameters),
  query: (parameters) => formOf(parameters),
  parameters: (parameters) => stringify(parameters, 2),
};

/** What stands in the place of a key that is not shown. */
const MASK = '•'.repeat(24);

/** One stage: its number, a sentence, its text. Keys are masked until they are to be seen. */
function stageView({ name, text, isKey }, number, version) {
  const title = t(`stage.${name}`);
  const sentence = h('p', { class: 'stage-sentence' }, rich(t(`stage.${name}.${version === TC3 ? 'tc3' : 'v1'}`)));
  const item = (content) => h('li', { class: 'stage', 'data-stage': name }, h('span', { class: 'stage-number' }, number), h('div', { class: 'stage-body' }, sentence, content));
  if (!isKey) return item(block(title, text, { level: 'h3' }));
  const shown = h('span', {}, MASK);
  const button = h('button', {
    type: 'button', class: 'button-small', 'aria-pressed': 'false', 'aria-label': t('show_named', { name: title }),
    on: {
      click: () => {
        const isShown = button.getAttribute('aria-pressed') === 'true';
        button.setAttribute('aria-pressed', String(!isShown));
        shown.textContent = isShown ? MASK : text;
        fill(button, icon('show'), t(isShown ? 'show' : 'hide'));
      },
    },
  }, icon('show'), t('show'));
  return item(block(title, text, { content: shown, extra: button, level: 'h3' }));
}

/** The walk; `subject()` returns `{action, parameters, region, version, method}`, and `choose` takes another
 *  `version` or `method`. */
export function walkView(subject, choose) {
  const controls = h('div', { class: 'walk-controls' });
  const stages = h('ol', { class: 'stages' });
  let signed = { stages: [] };
  const compared = comparison(
    () => ({ stages: signed.stages, version: subject().version, moment: byHand, take, choose: (version) => signAs({ version }) }),
    { text: theirs, onInput: (text) => { theirs = text; } },
  );
  const note = h('div');

  const entry = (words, value, change, attributes = {}) => {
    const id = unique('walk');
    return h('div', { class: 'labelled' }, h('label', { for: id }, words),
      h('input', { id, class: 'input', type: 'text', autocomplete: 'off', spellcheck: 'false', value, ...attributes, on: { input: ({ target }) => { change(target.value.trim()); draw(); } } }));
  };

  function signAs(given) {
    choose(given);
    drawAll();
  }

  function drawControls() {
    const { version, method, parameters } = subject();
    const call = callOf(subject());
    const isVersion3 = version === TC3;
    const kind = payloadKind(call);
    // What had the focus has it afterwards: it stands at the same place.
    const focusable = () => [...controls.querySelectorAll('select, input, textarea, button')];
    const focused = focusable().indexOf(document.activeElement);
    fill(controls,
      select(t('walk.version'), VERSIONS.map((one) => [one, one]), version, (value) => signAs({ version: value })),
      select(t('walk.method'), [['POST', 'POST'], ['GET', 'GET']], method, (value) => signAs({ method: value })),
      entry(t('walk.host'), call.host, (value) => { byHand.host = value || null; }, { 'data-walk': 'host' }),
      h('div', { class: 'joined' },
        entry(t('walk.timestamp'), String(call.timestamp), (value) => { byHand.timestamp = /^\d{1,12}$/.test(value) ? Number(value) : null; }, { inputmode: 'numeric', pattern: '\\d{1,12}', 'data-walk': 'timestamp' }),
        h('button', { type: 'button', class: 'button-small', on: { click: () => { byHand.timestamp = now(); drawAll(); announce(day(byHand.timestamp)); } } }, t('walk.now'))),
      !isVersion3 && entry(t('walk.nonce'), String(call.nonce), (value) => { byHand.nonce = value; }, { inputmode: 'numeric', 'data-walk': 'nonce' }),
      !isVersion3 && entry(t('action.region'), call.region ?? '', (value) => { byHand.region = value; }, { 'data-walk': 'region' }),
      isVersion3 && entry(t('walk.service'), call.service, (value) => { byHand.service = value || null; }, { 'data-walk': 'service' }),
      isVersion3 && entry(t('walk.content_type'), call.contentType ?? (method === 'POST' ? 'application/json' : 'application/x-www-form-urlencoded'), (value) => { byHand.contentType = value || null; }, { 'data-walk': 'content-type' }),
      entry(t('credentials.token'), call.token, (value) => { byHand.token = value; }, { type: 'password', autocomplete: 'off', 'data-walk': 'token' }),
      h('div', { class: 'labelled walk-wide' }, h('label', { for: 'walk-payload' }, t(`walk.${kind}`)),
        h('textarea', { id: 'walk-payload', class: 'input input-long', rows: 3, spellcheck: 'false', value: byHand.payload?.kind === kind ? byHand.payload.text : PAYLOADS[kind](parameters), on: { input: ({ target }) => { byHand.payload = { kind, text: target.value }; draw(); } } })),
      isVersion3 && toggle(t('walk.sign_action'), byHand.hasAction, (isOn) => { byHand.hasAction = isOn; draw(); }));
    if (focused >= 0) focusable()[focused]?.focus();
  }

  function draw() {
    const call = callOf(subject());
    signed = sign(call);
    fill(stages, signed.stages.map((stage, at) => stageView(stage, at + 1, call.version)));
    compared.draw();
    fill(note, !credentials.isPresent() && h('p', { class: 'notice notice-plain' }, rich(t('walk.example'))));
  }

  function take({ timestamp, nonce: given }) {
    if (timestamp !== undefined) byHand.timestamp = timestamp;
    if (given !== undefined) byHand.nonce = given;
    drawAll();
  }

  function drawAll() {
    drawControls();
    draw();
  }

  byHand.timestamp ??= now();
  byHand.nonce ??= nonce();
  drawAll();
  const endOfCredentials = credentials.onChange(drawAll);
  return {
    element: h('div', { class: 'walk' },
      note,
      controls,
      compared.element,
      h('h2', { class: 'offscreen' }, t('walk.stages')),
      stages),
    /** Follows a change of the call; a payload by hand was that of the call before. */
    update() {
      byHand.payload = null;
      drawAll();
    },
    end: endOfCredentials,
  };
}

/** Forgets what was set by hand, when another action is looked at. */
export function reset() {
  Object.assign(byHand, { host: null, timestamp: null, token: null, region: null, service: null, contentType: null, payload: null });
}
