// The parameters of a call while they are filled in: one value that the form, the JSON view, the check
// and the code read, and that each of them may change.

import { isObject } from './json.js';

/** A copy of `whole` with `value` at `path`; `undefined` takes out what is there. */
function changed(whole, path, value) {
  if (!path.length) return value;
  const [step, ...rest] = path;
  if (typeof step === 'number') {
    const list = Array.isArray(whole) ? [...whole] : [];
    const item = changed(list[step], rest, value);
    if (item === undefined) list.splice(step, 1);
    else list[step] = item;
    return list;
  }
  const object = isObject(whole) ? { ...whole } : {};
  const item = changed(object[step], rest, value);
  if (item === undefined) delete object[step];
  else object[step] = item;
  return object;
}

export class Draft {
  #parameters;
  #listeners = new Set();

  constructor(parameters = {}) {
    this.#parameters = parameters;
  }

  /** All parameters. */
  get parameters() {
    return this.#parameters;
  }

  /** The value at a path of names and positions. */
  at(path) {
    return path.reduce((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? value[step] : undefined), this.#parameters);
  }

  /** Puts a value at a path; `undefined` takes it out. `origin` is told to the listeners. */
  set(path, value, origin = 'form') {
    this.#parameters = changed(this.#parameters, path, value);
    this.#tell(origin);
  }

  /** Takes other parameters. */
  replace(parameters, origin) {
    this.#parameters = parameters;
    this.#tell(origin);
  }

  /** Calls `listener` with the origin of each change; returns what ends that. */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(origin) {
    for (const listener of [...this.#listeners]) listener(origin);
  }
}
