// The first page: where to begin, every action, and what an error code means.

import * as catalogue from './catalogue.js';
import { breakable, h, rich } from './dom.js';
import { icon } from './icons.js';
import { actionAddress, pageAddress } from './router.js';
import { say, t } from './words.js';

function codeBox(name) {
  const known = catalogue.code(name);
  const actions = catalogue.actionsAnswering(name);
  return h('section', { class: 'code-box', 'aria-label': t('home.code') },
    h('p', { class: 'muted' }, t('home.code')),
    h('h1', { tabindex: '-1' }, breakable(name)),
    h('p', { class: 'lead' }, known ? rich(say(known.meaning)) : t('home.code_unknown')),
    known?.common && h('p', { class: 'muted' }, t('home.code_common')),
    actions.length > 0 && [
      h('h2', {}, t('home.code_actions')),
      h('ul', { class: 'chips' }, actions.map((action) => h('li', {}, h('a', { class: 'chip', href: actionAddress(action) }, action.name)))),
    ],
    name.startsWith('AuthFailure') && h('p', { class: 'links' },
      h('a', { href: pageAddress('signature') }, t('result.walk')), h('a', { href: pageAddress('requests') }, t('result.requests'))));
}

const start = (name, address, title, text) => h('a', { class: 'start', href: address },
  icon(name), h('span', {}, h('strong', {}, title), h('span', { class: 'muted' }, text)));

/** The first page; a fragment may ask for a `code` or a `product`. */
export function homePage({ fragment }) {
  const code = fragment.get('code');
  const wanted = fragment.get('product');
  const first = catalogue.actionNamed('CreateKeyPair') ?? catalogue.actions()[0];
  const element = h('div', { class: 'page' },
    code ? codeBox(code) : h('header', { class: 'page-head' },
      h('h1', { tabindex: '-1' }, t('home.title')),
      h('p', { class: 'lead' }, t('home.lead', { actions: catalogue.actions().length, codes: catalogue.codes().length }))),
    !code && h('div', { class: 'starts' },
      first && start('send', actionAddress(first), t('home.start_call', { action: first.name }), t('home.start_call_text')),
      start('key', pageAddress('signature'), t('page.signature'), t('home.start_signature_text')),
      start('search', pageAddress('requests'), t('page.requests'), t('home.start_requests_text'))),
    catalogue.products().map((product) => h('section', { class: 'product', id: `product-${product.name}` },
      h('h2', { tabindex: '-1' }, product.title, h('span', { class: 'muted' }, ` ${product.name} · ${product.version}`)),
      h('ul', { class: 'actions' }, catalogue.actionsOf(product.name).map((action) => h('li', {},
        h('a', { class: 'action-card', href: actionAddress(action) }, h('span', { class: 'action-name' }, action.name),
          h('span', { class: 'muted' }, rich(say(action.summary))))))))));
  return {
    element,
    /** What is asked for gets the focus once it is shown. */
    arrive() {
      const target = wanted && !code ? element.querySelector(`#product-${CSS.escape(wanted)} h2`) : null;
      target?.focus();
      target?.scrollIntoView({ block: 'start' });
      return Boolean(target);
    },
  };
}
