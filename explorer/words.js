// The words of the interface in the language that is spoken now.

let table = {};
let current = 'en';

/** Speaks this language from now on: `en` or `zh`. */
export async function speak(language) {
  table = (await import(`./words.${language}.js`)).default;
  current = language;
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
}

/** The language that is spoken: `en` or `zh`. */
export const language = () => current;

/** The same as the API names it. */
export const wireLanguage = () => (current === 'zh' ? 'zh-CN' : 'en-US');

/** The words of this name, with values in the place of `{names}`. */
export function t(name, values = {}) {
  return (table[name] ?? name).replace(/\{(\w+)\}/g, (_, value) => values[value] ?? '');
}

/** How a list of something is called. */
export const listOf = (type) => t('type.list', { type });

/** A text of the catalogue in the language that is spoken. */
export const say = (text) => text?.[current] ?? text?.en ?? '';
