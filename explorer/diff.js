// The differences of two texts, line by line.

/** More lines than this are not compared: the table of all pairs would be too large. */
const LINES_MAX = 1500;

/**
 * Pairs the lines of two texts by their longest common subsequence.
 *
 * @returns {{left: ?string, right: ?string, isSame: boolean}[]} `null` is where a side has no line
 */
export function pairs(leftText, rightText) {
  const left = leftText.split('\n').slice(0, LINES_MAX);
  const right = rightText.split('\n').slice(0, LINES_MAX);
  const width = right.length + 1;
  // common[i * width + j]: how many lines are common from left i and right j on.
  const common = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = left[i] === right[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const rows = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      rows.push({ left: left[i++], right: right[j++], isSame: true });
      continue;
    }
    // What was taken out and put in at one place stands side by side.
    const out = [];
    const put = [];
    while ((i < left.length || j < right.length) && !(i < left.length && j < right.length && left[i] === right[j])) {
      if (j >= right.length || (i < left.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) out.push(left[i++]);
      else put.push(right[j++]);
    }
    for (let at = 0; at < Math.max(out.length, put.length); at += 1) {
      rows.push({ left: out[at] ?? null, right: put[at] ?? null, isSame: false });
    }
  }
  return rows;
}
