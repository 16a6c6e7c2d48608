export interface Column {
  heading: string
  /** Numbers stand right. */
  align?: 'left' | 'right'
}

/** Rows under their headings, in columns, as lines of text. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): string[] {
  const lines = [columns.map(({ heading }) => heading), ...rows.map((row) => row.map(cellText))]
  const widths = columns.map((_, place) => Math.max(...lines.map((line) => widthOf(line[place] ?? ''))))
  return lines.map((line) =>
    columns
      .map(({ align }, place) => {
        const cell = line[place] ?? ''
        const space = ' '.repeat((widths[place] ?? 0) - widthOf(cell))
        return align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd(),
  )
}

function cellText(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell
}

function widthOf(text: string): number {
  return [...text].length
}
