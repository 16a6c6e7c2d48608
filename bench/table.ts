/** One line of a table: a name, then figures. */
export function row([name = '', ...cells]: readonly string[]): string {
  return [name.padEnd(46), ...cells.map((cell) => cell.padStart(11))].join('')
}
