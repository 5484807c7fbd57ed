// A few helpers that make and move elements. Nothing here sets markup or styles from text.

/** Makes an element. `on` holds listeners; `value` and `checked` are set as properties;
 *  an attribute that is `null`, `undefined` or `false` is left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === 'value' || name === 'checked') {
      element[name] = value;
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...present(children));
  return element;
}

/** The children that are there: lists are laid out, nothing and `false` are left out. */
const present = (children) =>
  children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/** Puts these children in the place of those that were there. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

/** A text of the catalogue: what stands between backticks is code. */
export function rich(text) {
  return text.split('`').map((part, index) => (index % 2 ? h('code', {}, part) : part));
}

/** The parts of a name or code, which may be broken behind its dots and between its words. */
export const parts = (name) => name.split(/(?<=\.)|(?<=[a-z\d])(?=[A-Z])/).flatMap((part, index) => (index ? [h('wbr'), part] : part));

/** A name or code that may be broken. */
export const breakable = (name) => h('code', {}, parts(name));

let ids = 0;
/** An id that no other element has. */
export const unique = (name) => `${name}-${(ids += 1)}`;

/** Calls `action` once nothing has asked for it for so many milliseconds. */
export function debounce(milliseconds, action) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

/** Says something to who does not see the page. The region stands in index.html. */
export function announce(text) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  // A region that is emptied and filled in one turn is not read again.
  setTimeout(() => { region.textContent = text; }, 30);
}

/** Moves the focus among elements with the arrow keys, Home and End; one of them is reached by Tab. */
export function roving(container, selector, { isVertical = true, onMove = () => {} } = {}) {
  const all = () => [...container.querySelectorAll(selector)].filter((item) => item.checkVisibility?.() ?? true);
  const settle = (current) => {
    for (const item of container.querySelectorAll(selector)) item.tabIndex = item === current ? 0 : -1;
  };
  container.addEventListener('focusin', (event) => {
    const item = event.target.closest(selector);
    if (item) settle(item);
  });
  container.addEventListener('keydown', (event) => {
    const items = all();
    const at = items.indexOf(event.target.closest(selector));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const [back, forth] = isVertical ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    const to = {
      [back]: (at - 1 + items.length) % items.length,
      [forth]: (at + 1) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    items[to].focus();
    onMove(items[to]);
  });
  return { settle: (current) => settle(current ?? all()[0]) };
}

/** Hands a text over as a file. */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Puts a text on the clipboard, on pages without the clipboard's interface too; whether it worked. */
export async function toClipboard(text) {
  if (navigator.clipboard && isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* refused: the older way may still work */ }
  }
  const active = document.activeElement;
  const area = h('textarea', { class: 'offscreen', value: text, 'aria-hidden': 'true' });
  (active?.closest('dialog') ?? document.body).append(area);
  area.select();
  const worked = document.execCommand('copy');
  area.remove();
  active?.focus();
  return worked;
}
