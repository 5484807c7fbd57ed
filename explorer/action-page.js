// The page of an action: the form on one side; reply, code, signature and documentation on the other.

import * as catalogue from './catalogue.js';
import { caller } from './caller.js';
import { checking } from './check.js';
import { codeView } from './code-view.js';
import * as credentials from './credentials.js';
import { documentation, mockReply } from './documentation.js';
import { debounce, fill, h, parts, rich } from './dom.js';
import { Draft } from './draft.js';
import { form } from './form.js';
import { icon } from './icons.js';
import { parse, stringify } from './json.js';
import { jsonView } from './json-view.js';
import { resultView } from './result.js';
import { formOf, fragmentOf, replaceFragment } from './router.js';
import { recall, remember } from './settings.js';
import { TC3, VERSIONS } from './signer.js';
import { tabs } from './tabs.js';
import { reset, walkView } from './walk.js';
import { say, t } from './words.js';
import { copyButton, select, toggle } from './widgets.js';

/** From this width on the documentation has a column of its own. */
const WIDE = '(min-width: 130rem)';

/** What an action's page holds while it is shown; a change of language draws it again from this. */
export function stateOf(action, { fragment, isReplayed }) {
  const shared = formOf(fragment);
  const regions = catalogue.regions().map(({ name }) => name);
  const region = [shared.region, recall('region'), catalogue.usualRegion()].find((name) => regions.includes(name)) ?? null;
  reset();
  return {
    action, draft: new Draft(shared.parameters ?? {}), region: action.needs_region ? region : null,
    tab: shared.tab, view: 'form', version: TC3, method: 'POST', isRunning: false, running: null, result: null,
    field: fragment.get('field'), hasArrived: false, isReplayed,
  };
}

function heading(state) {
  const { action } = state;
  return h('header', { class: 'action-head' },
    h('p', { class: 'crumbs muted' }, catalogue.product(action.product)?.title ?? action.product, ' / ', action.version),
    h('div', { class: 'action-title' },
      h('h1', { tabindex: '-1' }, parts(action.name)),
      h('span', { class: `badge badge-${action.changes ? 'warning' : 'plain'}` }, t(action.changes ? 'action.changes' : 'action.reads')),
      h('span', { class: 'badge badge-plain' }, t('action.rate', { rate: action.requests_per_second }))),
    h('p', { class: 'lead' }, rich(say(action.summary))));
}

export function actionPage(state) {
  const { action, draft } = state;
  const wide = matchMedia(WIDE);
  const subject = () => ({ action, parameters: draft.parameters, region: state.region, version: state.version, method: state.method });
  const share = () => fragmentOf({ parameters: draft.parameters, region: state.region, tab: state.tab });
  const write = debounce(300, () => { if (!isEnded) replaceFragment(share()); });
  const calls = caller(state);
  let isEnded = false;
  let live = null;

  // The right side.
  const rightPlace = h('div', { class: 'action-right' });
  const documentationPlace = h('aside', { class: 'action-documentation', 'aria-label': t('tab.documentation') });
  let right = null;
  const lively = (make) => () => { live = make(subject); const { end } = live; return { element: live.element, end: () => { live = null; end(); } }; };
  function drawRight() {
    right?.end();
    right = tabs({
      label: t('action.views'), selected: state.tab ?? 'reply',
      onSelect: (id) => { state.tab = id; write(); },
      tabs: [
        { id: 'reply', label: t('tab.reply'), render: () => resultView(state, calls.cancel) },
        { id: 'code', label: t('tab.code'), render: lively(codeView) },
        { id: 'signature', label: t('tab.signature'), render: lively((given) => walkView(given, chooseSignature)) },
        !wide.matches && { id: 'documentation', label: t('tab.documentation'), render: () => documentation(action) },
        { id: 'mock', label: t('tab.mock'), render: () => mockReply(action) },
      ].filter(Boolean),
    });
    fill(rightPlace, right.element);
    fill(documentationPlace, wide.matches && documentation(action));
  }
  wide.addEventListener('change', drawRight);

  // The left side.
  const status = h('p', { class: 'check', role: 'status' });
  let isRequiredOnly = recall('required') === 'yes';
  const view = form(action, draft, ({ name, required }) => isRequiredOnly && !required && name !== state.field);
  let json = null;
  const callButton = h('button', { type: 'button', class: 'button button-call', on: { click: call } });
  // On the state, because a call may outlast this drawing of the page.
  state.changed = () => { drawCall(); showReply(); };
  function drawCall() {
    // Not `disabled`, which would take the focus away.
    callButton.setAttribute('aria-disabled', String(state.isRunning));
    fill(callButton, icon('send'), t(state.isRunning ? 'action.calling' : 'action.call'), h('kbd', { 'aria-hidden': 'true' }, 'Ctrl ⏎'));
  }
  function showReply() {
    const hadFocus = rightPlace.contains(document.activeElement);
    if (right.current() === 'reply') right.refresh();
    else { right.select('reply'); state.tab = 'reply'; write(); }
    if (hadFocus && !rightPlace.contains(document.activeElement)) rightPlace.querySelector('[role=tabpanel]').focus();
  }
  async function call() {
    // What cannot be read is not sent, and what stood there before is not what is seen.
    if (state.isRunning || (leftTabs.current() === 'json' && json.isWrong())) return;
    view.touchAll();
    if (!(await calls.run())) return;
    // The reply comes into view if its beginning is not: above the head, or far down on a narrow page.
    const { top } = rightPlace.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) rightPlace.scrollIntoView({ block: 'start' });
  }
  const onKey = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      call();
    }
  };
  document.addEventListener('keydown', onKey);

  const endOfCheck = checking(action, draft, (checked) => {
    view.showErrors(checked?.fields ?? {});
    const wrong = Object.keys(checked?.fields ?? {});
    // What is said already is not said again.
    const said = JSON.stringify([checked?.whole, wrong, !checked]);
    if (said === status.dataset.said) return;
    status.dataset.said = said;
    status.dataset.kind = !checked ? 'plain' : checked.whole ? 'warning' : 'ok';
    // What is wrong with a field stands beside it; here stands what is wrong with all of them together.
    fill(status, !checked ? t('check.silent')
      : !checked.whole ? [icon('done'), t('check.ok')]
        : [icon('warning'), h('span', {}, rich(wrong.length ? t('check.wrong', { names: wrong.map((name) => `\`${name}\``).join(', ') }) : checked.whole.message))]);
  });
  const endOfChanges = draft.onChange(() => { live?.update?.(); write(); });
  // What was typed before may be a secret of this credential, and then it leaves the address.
  const endOfCredentials = credentials.onChange(() => { live?.update?.(); write(); });

  const leftTabs = tabs({
    label: t('action.input'), className: 'tabs-input', selected: state.view, onSelect: (id) => { state.view = id; },
    tabs: [
      { id: 'form', label: t('tab.form'), render: () => { view.redraw(); return view.element; } },
      { id: 'json', label: 'JSON', render: () => (json = jsonView(draft)) },
    ],
  });
  const signature = select(t('action.signature'), VERSIONS.flatMap((version) => ['POST', 'GET'].map((method) => [`${version} ${method}`, `${version} · ${method}`])), `${state.version} ${state.method}`,
    (value) => { [state.version, state.method] = value.split(' '); live?.update?.(); });
  function chooseSignature(given) {
    Object.assign(state, given);
    signature.querySelector('select').value = `${state.version} ${state.method}`;
  }
  const left = h('section', { class: 'action-left', 'aria-label': t('action.input') },
    h('div', { class: 'call-settings' },
      action.needs_region && select(t('action.region'), catalogue.regions().map(({ name, title }) => [name, `${say(title)} · ${name}`]), state.region,
        (region) => { state.region = region; remember('region', region); live?.update?.(); write(); }),
      signature),
    catalogue.fields(action.product, action.input).length > 0 && h('div', { class: 'toolbar form-tools' },
      toggle(t('form.required_only'), isRequiredOnly, (isOn) => { isRequiredOnly = isOn; remember('required', isOn ? 'yes' : 'no'); view.redraw(); }),
      h('span', { class: 'toolbar-end' },
        // Through text, so that the example itself is never changed.
        h('button', { type: 'button', class: 'button-small', on: { click: () => draft.replace(parse(stringify(action.example.parameters)), 'example') } }, t('form.example')),
        h('button', { type: 'button', class: 'button-small', on: { click: () => draft.replace({}, 'clear') } }, t('form.clear')))),
    leftTabs.element,
    h('div', { class: 'call-bar' }, status,
      h('div', { class: 'buttons' }, callButton, copyButton(() => location.origin + location.pathname + share(), t('action.link'), { picture: 'link' }))));

  drawRight();
  drawCall();
  return {
    element: h('div', { class: 'action' }, heading(state), h('div', { class: 'action-columns' }, left, rightPlace, documentationPlace)),
    /** What the address asks for has the focus, and a replayed call is made: both once. */
    arrive() {
      if (state.hasArrived) return false;
      state.hasArrived = true;
      if (state.isReplayed) call();
      return Boolean(state.field) && view.focus(state.field);
    },
    /** Takes the page down; the private key goes unless the page is only drawn again. */
    end({ isLeft }) {
      isEnded = true;
      for (const end of [view.end, leftTabs.end, right.end, endOfCheck, endOfChanges, endOfCredentials]) end();
      document.removeEventListener('keydown', onKey);
      wide.removeEventListener('change', drawRight);
      if (isLeft) calls.leave();
    },
  };
}
