// What the reader chose and this browser remembers: language and theme.

import { speak } from './words.js';

const LANGUAGES = ['en', 'zh'];
const THEMES = ['system', 'light', 'dark'];

/** Storage can be switched off in a browser; then nothing is remembered. */
export function recall(name) {
  try { return localStorage.getItem(`pharos.${name}`); } catch { return null; }
}

/** Remembers a text, or forgets it (`null`); whether there was room. */
export function remember(name, text) {
  try {
    if (text === null) localStorage.removeItem(`pharos.${name}`);
    else localStorage.setItem(`pharos.${name}`, text);
    return true;
  } catch { return false; }
}

const known = (list, value, otherwise) => (list.includes(value) ? value : otherwise);
const preferred = () => (navigator.languages ?? [navigator.language])
  .map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => LANGUAGES.includes(tag)) ?? 'en';

let theme = known(THEMES, recall('theme'), 'system');
let onLanguage = () => {};

/** The theme: `system`, `light` or `dark`. */
export const currentTheme = () => theme;

function show() {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

/** Takes the next theme, and returns it. */
export function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  remember('theme', theme);
  show();
  return theme;
}

/** Speaks another language. */
export async function setLanguage(language) {
  await speak(language);
  remember('language', language);
  onLanguage();
}

/** Takes what is remembered; `changed` is called after each later change of language. */
export async function start(changed) {
  onLanguage = changed;
  show();
  await speak(known(LANGUAGES, recall('language'), preferred()));
}
