// The call as code, in each language: made by the server, coloured here.

import * as catalogue from './catalogue.js';
import { ask } from './check.js';
import { debounce, fill, h } from './dom.js';
import { recall, remember } from './settings.js';
import { tabs } from './tabs.js';
import { t } from './words.js';
import { copyButton, failure, loading, saveButton } from './widgets.js';

/** How long nothing is typed before the code is made again, in milliseconds. */
const PAUSE = 300;

/** The code tab; `subject()` returns `{action, parameters, region}`. */
export function codeView(subject) {
  const place = h('div', {}, loading());
  let made = null;
  let views = null;
  let isEnded = false;
  let turn = 0;

  function one(target) {
    const code = h('code', { class: 'hljs' });
    const { file, source } = made[target.id] ?? { file: '', source: '' };
    code.textContent = source;
    import('./highlight.js')
      .then(({ highlighted }) => highlighted(source, target.language))
      .then((nodes) => fill(code, nodes), () => { /* without colours the code is as good */ });
    return h('section', { class: 'block' },
      h('header', { class: 'block-head' }, h('code', { class: 'block-title' }, file),
        h('span', { class: 'block-tools' }, saveButton(() => source, file, t('download')), copyButton(() => source, file, { isWordy: true }))),
      h('pre', { class: 'block-text code-text', tabindex: '0', role: 'group', 'aria-label': file }, code));
  }

  async function make() {
    const mine = turn += 1;
    const { action, parameters, region } = subject();
    try {
      const answer = await ask('code', {
        product: action.product, action: action.name, parameters, region: region || null, endpoint: location.origin,
      });
      if (isEnded || mine !== turn) return;
      made = answer;
    } catch (problem) {
      if (isEnded || mine !== turn) return;
      made = null;
      views = null;
      fill(place, failure(t('code.failed'), problem.message, h('button', { type: 'button', class: 'button-small', on: { click: make } }, t('again'))));
      return;
    }
    if (views) return views.refresh();
    views = tabs({
      label: t('code.targets'), className: 'tabs-minor', selected: recall('target'),
      onSelect: (id) => remember('target', id),
      tabs: catalogue.targets().map((target) => ({ id: target.id, label: target.title, render: () => one(target) })),
    });
    fill(place, views.element);
  }

  make();
  return {
    element: h('div', { class: 'code-view' }, h('p', { class: 'muted' }, t('code.text')), place),
    update: debounce(PAUSE, () => { if (!isEnded) make(); }),
    end: () => { isEnded = true; },
  };
}
