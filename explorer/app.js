// The explorer: head, navigation, and the page that the address asks for.

import * as catalogue from './catalogue.js';
import { credentialButton, drawCredentialButton } from './credentials-dialog.js';
import * as credentials from './credentials.js';
import { announce, fill, h } from './dom.js';
import { homePage } from './home-page.js';
import { icon } from './icons.js';
import { actionLinks, openDrawer, pageLinks } from './navigation.js';
import { load, loadAll } from './pages.js';
import { pageAddress, start as startRouter } from './router.js';
import { listenForSlash, search } from './search.js';
import { currentTheme, nextTheme, setLanguage, start as startSettings } from './settings.js';
import { language, t } from './words.js';
import { closeDialogs, empty, failure, loading } from './widgets.js';

const head = document.getElementById('head');
const side = document.getElementById('side');
const main = document.getElementById('main');
let route = null;
let page = null;
let turn = 0;

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

/** The page of a route: `{element, arrive, end}`. */
async function pageOf(shown) {
  const { page: name, product, version, action: actionName, fragment } = shown;
  const action = name === 'action' ? catalogue.action(product, version, actionName) : null;
  if (name === 'home') return homePage({ fragment });
  if (name === 'missing' || (name === 'action' && !action)) return missingPage();
  const module = await load(name);
  if (name === 'signature') return module.signaturePage();
  if (name === 'requests') return module.requestsPage();
  if (name === 'history') return module.historyPage();
  // It lives as long as its route: a change of language finds it again.
  shown.state ??= module.stateOf(action, shown);
  return module.actionPage(shown.state);
}

const missingPage = () => ({
  element: h('div', { class: 'page' }, h('h1', { tabindex: '-1', class: 'offscreen' }, t('missing.title')),
    empty(t('missing.title'), t('missing.text'), h('a', { class: 'button', href: pageAddress('') }, t('home.choose')))),
});

const failedPage = (problem, again) => ({
  element: h('div', { class: 'page' }, h('h1', { class: 'offscreen' }, t('failed.title')),
    failure(t('failed.title'), t('failed.text', { problem: problem.message }), h('button', { type: 'button', class: 'button-small', on: { click: again } }, t('again')))),
});

/** Takes the page down; if it is left, nothing secret and no question of it stays. */
function endPage({ isLeft }) {
  page?.end?.({ isLeft });
  page = null;
  if (isLeft) closeDialogs();
}

async function drawPage({ isLeft, isFirst }) {
  const mine = turn += 1;
  endPage({ isLeft });
  if (isLeft) {
    fill(main, h('h1', { class: 'offscreen' }, t('home.title')), loading());
  }
  const made = await pageOf(route).catch((problem) => {
    reportError(problem);
    return failedPage(problem, () => location.reload());
  });
  if (mine !== turn) return made.end?.({ isLeft: false });
  page = made;
  fill(main, page.element);
  const title = main.querySelector('h1')?.textContent ?? t('home.title');
  document.title = `${title} · Pharos`;
  const hasArrived = page.arrive?.() ?? false;
  if (!isLeft || isFirst || hasArrived) return;
  // Going back, the browser finds the place again.
  if (!route.isReturn) scrollTo(0, 0);
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
  fill(main, h('h1', { class: 'offscreen' }, t('home.title')), loading());
  try {
    await catalogue.load();
  } catch (problem) {
    fill(main, failedPage(problem, begin).element);
    return;
  }
  listenForSlash();
  startRouter(show);
  // Safari has no idle callback.
  (globalThis.requestIdleCallback ?? setTimeout)(loadAll);
}

await startSettings(redraw);
const skip = document.querySelector('.skip');
skip.textContent = t('skip');
skip.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
// A page that is kept for going back must not keep a private key.
addEventListener('pagehide', () => {
  endPage({ isLeft: true });
  fill(main);
});
addEventListener('pageshow', (event) => { if (event.persisted) drawPage({ isLeft: true, isFirst: true }); });
await begin();
