// The ways through the explorer: its pages, and every action by product.

import * as catalogue from './catalogue.js';
import { h, roving } from './dom.js';
import { icon } from './icons.js';
import { actionAddress, pageAddress, PAGES } from './router.js';
import { language, t } from './words.js';
import { dialog } from './widgets.js';

/** The links to the pages. The reference opens beside this one, which holds what was entered. */
export function pageLinks(route) {
  return h('ul', { class: 'page-links' },
    ['', ...PAGES].map((page) => h('li', {}, h('a', {
      href: pageAddress(page), class: 'page-link', 'aria-current': (page || 'home') === route.page ? 'page' : null,
    }, t(page ? `page.${page}` : 'page.home')))),
    h('li', {}, h('a', { href: `/explorer/reference${language() === 'zh' ? '?lang=zh' : ''}`, class: 'page-link', target: '_blank', title: t('page.reference_title') }, t('page.reference'))));
}

/** The links to the actions; one is reached by Tab, the others by the arrows. */
export function actionLinks(route) {
  const isCurrent = (action) => route.page === 'action' && action.product === route.product && action.name === route.action;
  const box = h('div', { class: 'action-links' }, catalogue.products().map((product) => h('details', { open: true },
    h('summary', {}, icon('fold'), h('span', {}, product.title), h('span', { class: 'muted count' }, catalogue.actionsOf(product.name).length)),
    h('ul', {}, catalogue.actionsOf(product.name).map((action) => h('li', {}, h('a', {
      href: actionAddress(action), class: 'action-link', tabindex: '-1', 'aria-current': isCurrent(action) ? 'page' : null,
    }, action.name)))))));
  const rove = roving(box, 'a');
  rove.settle(box.querySelector('[aria-current]') ?? box.querySelector('a'));
  return box;
}

/** All of it as a drawer, where there is no room beside the page. */
export function openDrawer(route) {
  return dialog(t('navigation'), (close) => {
    const drawer = h('div', { class: 'drawer-content', on: { click: (event) => { if (event.target.closest('a')) close(null); } } },
      h('div', { class: 'toolbar' }, h('h2', {}, t('navigation')),
        h('button', { type: 'button', class: 'button-plain toolbar-end', 'aria-label': t('close'), on: { click: () => close(null) } }, icon('close'))),
      h('nav', { 'aria-label': t('pages') }, pageLinks(route)),
      h('nav', { 'aria-label': t('actions') }, actionLinks(route)));
    return drawer;
  });
}
