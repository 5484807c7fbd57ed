// JSON with exact integers: one beyond 2^53 is a BigInt, so that no digit of an int64 is lost.

/** What is wrong with a text, and where (lines and columns count from 1). */
export class JsonError extends Error {
  constructor(text, at) {
    const lines = text.slice(0, at).split('\n');
    super(`JSON, ${lines.length}:${lines.at(-1).length + 1}`);
    this.line = lines.length;
    this.column = lines.at(-1).length + 1;
  }
}

/** How deep values may stand in each other, so that no text exhausts the stack. */
const DEPTH_MAX = 200;
const TOKEN = /[\s]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** An integer, exactly. */
export function integer(digits) {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** Reads a text. */
export function parse(text) {
  let at = 0;
  let token;
  const fail = (where = at) => { throw new JsonError(text, where); };
  function next() {
    TOKEN.lastIndex = at;
    token = TOKEN.exec(text);
    if (!token) fail(at + /^\s*/.exec(text.slice(at))[0].length);
    at = TOKEN.lastIndex;
    return token[0].trimStart();
  }
  const start = () => at - token[0].trimStart().length;
  function members(depth) {
    const object = {};
    if (next() === '}') return object;
    for (;;) {
      if (!token[2]) fail(start());
      const name = JSON.parse(token[2]);
      if (next() !== ':') fail(start());
      next();
      // `__proto__` is a name like any other here.
      Object.defineProperty(object, name, { value: value(depth), enumerable: true, configurable: true, writable: true });
      const behind = next();
      if (behind === '}') return object;
      if (behind !== ',') fail(start());
      next();
    }
  }
  function items(depth) {
    const list = [];
    if (next() === ']') return list;
    for (;;) {
      list.push(value(depth));
      const behind = next();
      if (behind === ']') return list;
      if (behind !== ',') fail(start());
      next();
    }
  }
  function value(depth) {
    if (depth > DEPTH_MAX) fail();
    if (token[1] === '{') return members(depth + 1);
    if (token[1] === '[') return items(depth + 1);
    if (token[2]) return JSON.parse(token[2]);
    if (token[3]) return /[.eE]/.test(token[3]) ? Number(token[3]) : integer(token[3]);
    if (token[4]) return JSON.parse(token[4]);
    return fail(start());
  }
  next();
  const whole = value(0);
  const rest = /\S/.exec(text.slice(at));
  if (rest) fail(at + rest.index);
  return whole;
}

/** Whether a value is an object with members. */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Writes a value; `indent` is the number of spaces, 0 for one line. */
export function stringify(value, indent = 0, depth = 0) {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => stringify(item, indent, depth + 1))
    : Object.entries(value).filter(([, item]) => item !== undefined)
      .map(([name, item]) => `${JSON.stringify(name)}:${indent ? ' ' : ''}${stringify(item, indent, depth + 1)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (!parts.length) return open + close;
  if (!indent) return open + parts.join(',') + close;
  const space = '\n' + ' '.repeat(indent * (depth + 1));
  return open + space + parts.join(',' + space) + '\n' + ' '.repeat(indent * depth) + close;
}
