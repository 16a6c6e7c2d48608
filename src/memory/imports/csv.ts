import { CsvError, parse } from 'csv-parse/sync'
import { Failure } from '../../kernel/failure.ts'

/** One row of a file, or what is wrong with it. `end`: bytes of the text up to and with it; absent of a row that is no row. */
export interface CsvRow {
  fields: string[]
  end: number
}
export interface BrokenRow {
  reason: string
}

/** A row may have no more characters, as it is held in memory. */
const maxRowLength = 1_000_000

/**
 * The rows at the beginning of a text, as many as are whole: unless the text is the end of the file, its last row may go on
 * beyond it and is left out, with what is broken after it.
 */
export function parseRows(text: string, delimiter: string, isEnd: boolean, to?: number): (CsvRow | BrokenRow)[] {
  const rows: (CsvRow | BrokenRow)[] = []
  try {
    readInto(rows, text, delimiter, to)
  } catch (error) {
    if (error instanceof CsvError) throw new Failure('invalid', `A row ${reasonOf(error)}.`)
    throw error
  }
  if (isEnd || to !== undefined) return rows
  const last = rows.findLastIndex((row) => 'end' in row)
  return last <= 0 ? [] : rows.slice(0, lastEnd(rows, last) + 1)
}

function readInto(rows: (CsvRow | BrokenRow)[], text: string, delimiter: string, to: number | undefined): void {
  parse(text, {
    delimiter,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: maxRowLength,
    ...(to === undefined ? {} : { to }),
    on_record: (fields: string[], { bytes }: { bytes: number }) => {
      rows.push({ fields, end: bytes })
      return null
    },
    on_skip: (error: CsvError | undefined) => {
      rows.push({ reason: reasonOf(error) })
      return undefined
    },
  })
}

/** The row before the last one that ended; what is broken between the two comes again with the next text. */
function lastEnd(rows: readonly (CsvRow | BrokenRow)[], last: number): number {
  return rows.findLastIndex((row, at) => at < last && 'end' in row)
}

function reasonOf(error: CsvError | undefined): string {
  return reasons[error?.code ?? ''] ?? 'is not valid CSV'
}

const reasons: Record<string, string> = {
  INVALID_OPENING_QUOTE: 'has a quotation mark inside a value that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'has something after a closing quotation mark',
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is never closed',
  CSV_MAX_RECORD_SIZE: `has more than ${maxRowLength} characters`,
}
