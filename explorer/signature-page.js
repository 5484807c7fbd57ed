// The walk through a signature as a page of its own, for any action.

import * as catalogue from './catalogue.js';
import { fill, h } from './dom.js';
import { parse, stringify } from './json.js';
import { TC3 } from './signer.js';
import { reset, walkView } from './walk.js';
import { t } from './words.js';
import { select } from './widgets.js';

/** What is looked at; it outlives the page. */
const chosen = { action: null, version: TC3, method: 'POST' };

export function signaturePage() {
  const place = h('div');
  let view = null;
  const actions = catalogue.actions();
  chosen.action ??= catalogue.actionNamed('DescribeKeyPairs') ?? actions[0];
  function show() {
    view?.end();
    view = walkView(() => ({
      ...chosen,
      // Through text, so that numbers are what they are everywhere else.
      parameters: parse(stringify(chosen.action.example.parameters)),
      region: chosen.action.needs_region ? catalogue.usualRegion() : null,
    }), (given) => Object.assign(chosen, given));
    fill(place, view.element);
  }
  const element = h('div', { class: 'page' },
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, t('page.signature')), h('p', { class: 'lead' }, t('walk.lead'))),
    h('div', { class: 'walk-action' }, select(t('walk.action'),
      actions.map((one) => [`${one.product}/${one.name}`, `${one.product} · ${one.name}`]), `${chosen.action.product}/${chosen.action.name}`,
      (value) => {
        chosen.action = actions.find((one) => `${one.product}/${one.name}` === value);
        reset();
        show();
      })),
    place);
  show();
  return { element, end: () => view.end() };
}
