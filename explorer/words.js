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

/** The words of this name, with values in the place of `{names}`. Where one is called otherwise than many,
 *  the words for a `{count}` of 1 stand first, before a `|`. */
export function t(name, values = {}) {
  const forms = (table[name] ?? name).split('|');
  const words = values.count === 1 ? forms[0] : forms.at(-1);
  return words.replace(/\{(\w+)\}/g, (_, value) => values[value] ?? '');
}

/** A moment, as one reads it: day and time, to the second. */
export const timeOf = (text) => new Intl.DateTimeFormat(current === 'zh' ? 'zh-CN' : 'en-GB', {
  month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
}).format(new Date(text));

/** How a list of something is called. */
export const listOf = (type) => t('type.list', { type });

/** A text of the catalogue in the language that is spoken. */
export const say = (text) => text?.[current] ?? text?.en ?? '';
