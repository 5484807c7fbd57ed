// Finds where somebody's own Authorization header, string to sign or canonical request first differs from
// the right one.

import { TC3 } from './signer.js';

/** A text as it was meant: copied with its name, in quotes, or with `\n` written out. */
function cleaned(text) {
  let meant = text.replaceAll('\r\n', '\n').replace(/^\s*authorization\s*:\s*/i, '').trim();
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(meant);
  if (quoted) [, , meant] = quoted;
  if (!meant.includes('\n') && meant.includes('\\n')) meant = meant.replaceAll('\\n', '\n');
  return meant;
}

/** What a text is: `{stage, isVersion3}`, or `null` if it is none of them. What is wrong in it may be its very
 *  beginning. */
function recognise(text) {
  if (/^\S+\s+Credential=/i.test(text)) return { stage: 'authorization', isVersion3: true };
  if (/^\S+\s*\n\d+\s*\n/.test(text)) return { stage: 'string_to_sign', isVersion3: true };
  if (/^[a-z]+\s*\n/i.test(text)) return { stage: 'canonical_request', isVersion3: true };
  if (/^(get|post)[^\n]*=/i.test(text)) return { stage: 'string_to_sign', isVersion3: false };
  if (/^[0-9a-f]{64}$/i.test(text)) return { stage: 'signature', isVersion3: true };
  if (/^[A-Za-z0-9+/]{27}=$|^[A-Za-z0-9+/]{43}=$/.test(text)) return { stage: 'signature', isVersion3: false };
  return null;
}

/** What the server shows in the place of a value that may be secret, and behind a text that it has cut. */
const MASKED = '***';
const CUT = '…';

/** Where two texts first differ, as `[position in right, position in given]`; `null` if they do not. */
function firstDifference(right, given) {
  let [at, there] = [0, 0];
  while (at < right.length || there < given.length) {
    if (right[at] === given[there]) {
      at += 1;
      there += 1;
    } else if (right.startsWith(MASKED, at)) {
      // The value ends with its parameter or its line.
      at += MASKED.length;
      while (there < given.length && !'&\n'.includes(given[there])) there += 1;
    } else if (right.slice(at) === CUT) return null;
    else return [at, there];
  }
  return null;
}

/** The part of the right text that stands at a position; a name of the words `part.…`. */
function partAt(stage, isVersion3, right, at) {
  if (stage === 'authorization') {
    const passed = right.slice(0, at);
    if (passed.includes('Signature=')) return 'signature';
    if (passed.includes('SignedHeaders=')) return 'signed_headers';
    const scope = passed.split('Credential=')[1];
    return scope === undefined ? 'algorithm' : ['secret_id', 'date', 'service', 'terminator'][Math.min(scope.split('/').length - 1, 3)];
  }
  const line = right.slice(0, at).split('\n').length - 1;
  if (stage === 'string_to_sign' && isVersion3) {
    const column = at - right.slice(0, at).lastIndexOf('\n') - 1;
    const scope = right.split('\n')[2] ?? '';
    if (line === 2) return ['date', 'service', 'terminator'][Math.min(scope.slice(0, column).split('/').length - 1, 2)];
    return ['algorithm', 'timestamp', 'date', 'hashed_canonical_request'][Math.min(line, 3)];
  }
  if (stage === 'canonical_request') {
    const last = right.split('\n').length - 1;
    if (line <= 2) return ['method', 'uri', 'query'][line];
    if (line >= last) return 'hashed_payload';
    if (line === last - 1) return 'signed_headers';
    return line === last - 2 ? 'empty_line' : 'header';
  }
  if (stage === 'string_to_sign') return at < right.indexOf('/?') ? 'method_and_host' : 'parameter';
  return 'signature';
}

/** The parameter of version 1 that stands at a position. */
function parameterAt(text, at) {
  const from = Math.max(text.lastIndexOf('&', at - 1), text.indexOf('?')) + 1;
  return text.slice(from).split(/[=&]/)[0];
}

/**
 * Compares a text with the stages of the right signature.
 *
 * @returns {?object} `null` if the text is none of these stages; otherwise `isOtherVersion` with its `version`, or `isSame`, or
 *   `line`, `column`, `part` (and `name`, of a parameter or header) of the first difference, with `right`
 *   and `given`, where it stands in each (`at` and `there`), and `timestamp` and `nonce` if the text tells others.
 */
export function compare(stages, version, text) {
  const given = cleaned(text);
  const known = recognise(given);
  if (!known) return null;
  const { stage, isVersion3 } = known;
  if (isVersion3 !== (version === TC3)) {
    return { isOtherVersion: true, isVersion3, version: isVersion3 ? TC3 : /[?&]SignatureMethod=HmacSHA256(&|$)/.test(given) || given.length === 44 ? 'HmacSHA256' : 'HmacSHA1' };
  }
  const right = stages.find(({ name }) => name === stage)?.text;
  if (right === undefined) return null;
  const difference = firstDifference(right, given);
  if (!difference) return { isSame: true, stage };
  const [at, there] = difference;
  const passed = right.slice(0, at);
  const part = partAt(stage, isVersion3, right, at);
  const timestamp = isVersion3 ? (stage === 'string_to_sign' ? given.split('\n')[1] : undefined) : /[?&]Timestamp=(\d+)/.exec(given)?.[1];
  return {
    isSame: false, stage, right, given, at, there, part,
    line: passed.split('\n').length,
    column: at - passed.lastIndexOf('\n'),
    name: part === 'parameter' ? parameterAt(right, at) : part === 'header' ? right.split('\n')[passed.split('\n').length - 1].split(':')[0] : '',
    timestamp: /^\d{1,12}$/.test(timestamp ?? '') ? Number(timestamp) : undefined,
    nonce: isVersion3 ? undefined : /[?&]Nonce=(\d+)/.exec(given)?.[1],
  };
}
