// The explorer: head, navigation, and the page that the address asks for.

import { actionPage, stateOf } from './action-page.js';
import * as catalogue from './catalogue.js';
import { credentialButton, drawCredentialButton } from './credentials-dialog.js';
import * as credentials from './credentials.js';
import { announce, fill, h } from './dom.js';
import { historyPage } from './history-page.js';
import { homePage } from './home-page.js';
import { icon } from './icons.js';
import { actionLinks, openDrawer, pageLinks } from './navigation.js';
import { pageAddress, start as startRouter } from './router.js';
import { requestsPage } from './requests-page.js';
import { listenForSlash, search } from './search.js';
import { currentTheme, nextTheme, setLanguage, start as startSettings } from './settings.js';
import { signaturePage } from './signature-page.js';
import { language, t } from './words.js';
import { empty, failure, loading } from './widgets.js';

const head = document.getElementById('head');
const side = document.getElementById('side');
const main = document.getElementById('main');
let route = null;
let page = null;
let state = null;

function themeButton() {
  const button = h('button', {
    type: 'button', class: 'button-head', 'data-setting': 'theme',
    on: { click: () => { nextTheme(); draw(); announce(t(`theme.${currentTheme()}`)); } },
  });
  const draw = () => {
    const label = t('theme', { theme: t(`theme.${currentTheme()}`) });
    button.setAttribute('aria-label', label);
    button.title = label;
    fill(button, icon(currentTheme()));
  };
  draw();
  return button;
}

function languageButton() {
  const other = language() === 'en' ? 'zh' : 'en';
  const words = other === 'zh' ? '中文' : 'English';
  return h('button', {
    type: 'button', class: 'button-head', 'data-setting': 'language', lang: other, title: words,
    on: { click: async () => { await setLanguage(other); head.querySelector('[data-setting=language]').focus(); } },
  }, icon('language'), h('span', { class: 'head-words' }, words));
}

function drawHead() {
  fill(head,
    h('button', { type: 'button', class: 'button-head menu-button', 'aria-label': t('navigation'), 'aria-haspopup': 'dialog', on: { click: () => openDrawer(route) } }, icon('menu')),
    h('a', { class: 'brand', href: pageAddress('') }, h('img', { src: '/explorer/assets/icon.svg', alt: '', width: 26, height: 26 }), h('span', {}, 'Pharos'), h('span', { class: 'brand-more' }, 'API Explorer')),
    search(),
    h('nav', { class: 'head-pages', 'aria-label': t('pages') }, pageLinks(route)),
    h('div', { class: 'head-tools' }, credentialButton(), languageButton(), themeButton()));
}

credentials.onChange(() => {
  const button = head.querySelector('.credential-button');
  if (button) drawCredentialButton(button);
});

function drawNavigation() {
  fill(side, h('nav', { 'aria-label': t('actions') }, actionLinks(route)));
  fill(head.querySelector('.head-pages'), pageLinks(route));
  side.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

/** The page of the route: `{element, arrive, end}`. */
function pageOf() {
  if (route.page === 'home') return homePage(route);
  if (route.page === 'signature') return signaturePage();
  if (route.page === 'requests') return requestsPage();
  if (route.page === 'history') return { element: historyPage() };
  const action = route.page === 'action' && catalogue.action(route.product, route.version, route.action);
  if (!action) return { element: h('div', { class: 'page' }, h('h1', { tabindex: '-1', class: 'offscreen' }, t('missing.title')), empty(t('missing.title'), t('missing.text'), h('a', { class: 'button', href: pageAddress('') }, t('home.choose')))) };
  state ??= stateOf(action, route.fragment);
  return actionPage(state);
}

function drawPage({ isLeft, isFirst }) {
  page?.end?.({ isLeft });
  if (isLeft) state = null;
  page = pageOf();
  fill(main, page.element);
  const title = main.querySelector('h1')?.textContent ?? t('home.title');
  document.title = `${title} · Pharos`;
  const hasArrived = page.arrive?.() ?? false;
  if (!isLeft || isFirst || hasArrived) return;
  scrollTo(0, 0);
  main.querySelector('h1')?.focus({ preventScroll: true });
}

function show(next) {
  const isFirst = route === null;
  route = next;
  if (isFirst) drawHead();
  drawNavigation();
  drawPage({ isLeft: true, isFirst });
}

/** Draws everything in another language; what is filled in and what came back stay. */
function redraw() {
  if (!route) return;
  document.querySelector('.skip').textContent = t('skip');
  drawHead();
  drawNavigation();
  drawPage({ isLeft: false, isFirst: false });
}

async function begin() {
  const title = h('h1', { class: 'offscreen' }, t('home.title'));
  fill(main, title, loading());
  try {
    await catalogue.load();
  } catch (problem) {
    fill(main, title, h('div', { class: 'page' }, failure(t('failed.title'), t('failed.text', { problem: problem.message }),
      h('button', { type: 'button', class: 'button-small', on: { click: begin } }, t('again')))));
    return;
  }
  listenForSlash();
  startRouter(show);
}

await startSettings(redraw);
const skip = document.querySelector('.skip');
skip.textContent = t('skip');
skip.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
// A page that is kept for going back must not keep a private key.
addEventListener('pagehide', () => page?.end?.({ isLeft: true }));
addEventListener('pageshow', (event) => { if (event.persisted) drawPage({ isLeft: true, isFirst: true }); });
await begin();
