// Colours code; loaded when code is first shown.

import hljs from './vendor/highlightjs-11.12.0/es/core.js';

/** The languages of the targets, and how the highlighter's files are called. */
const FILES = {
  python: 'python', java: 'java', typescript: 'typescript', javascript: 'javascript', go: 'go', php: 'php', csharp: 'csharp', cpp: 'cpp', ruby: 'ruby',
  rust: 'rust', bash: 'bash', shell: 'bash', json: 'json',
};

/** The nodes of a text, coloured as this language; plain if it is not known. */
export async function highlighted(text, language) {
  const file = FILES[language];
  if (!file) return [document.createTextNode(text)];
  if (!hljs.getLanguage(file)) {
    hljs.registerLanguage(file, (await import(`./vendor/highlightjs-11.12.0/es/languages/${file}.min.js`)).default);
  }
  const { value } = hljs.highlight(text, { language: file });
  // The highlighter escapes what it is given; what it returns holds spans with a class and nothing else.
  const read = new DOMParser().parseFromString(value, 'text/html');
  return [...read.body.childNodes];
}
