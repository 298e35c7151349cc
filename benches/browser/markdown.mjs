// Tables and numbers as the report prints them.

export const number = (value, digits) => (value === null || Number.isNaN(value) ? '' : value.toFixed(digits));
export const seconds = (value) => number(value, value < 0.1 ? 4 : value < 10 ? 3 : 1);
export const times = (value) => (Number.isFinite(value) ? `${value.toFixed(1)}×` : '');

/** A table; the first two columns and the last are text, the others numbers. */
export function markdown(head, lines) {
  const isText = (column) => column < 2 || column === head.length - 1;
  const widths = head.map((name, column) => Math.max(3, name.length, ...lines.map((line) => line[column].length)));
  const print = (cells) =>
    `| ${cells.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head, rule, ...lines].map(print).join('\n');
}
