import { Failure } from '../../kernel/failure.ts'
import type { Reader } from '../../store/store.ts'
import { type ColumnMapping, type ImportLayout, layoutOf } from '../domain/import-layout.ts'
import { type BrokenRow, type CsvRow, parseRows } from './csv.ts'
import { type ImportRow, textsFrom } from './rows.ts'

/** Texts that are read for a row that does not end in the one before; no row is longer. */
const maxTexts = 64

/** Rows with where each ends in the file. */
export interface FileRows {
  rows: (CsvRow | BrokenRow)[]
  /** Where the text ends, once all that is left has been read. */
  end: number | undefined
}

/** How the file is laid out and where its rows begin, or why it can not be read at all. */
export async function readLayout(
  read: Reader,
  row: ImportRow,
): Promise<{ layout: ImportLayout; position: number } | { failure: string }> {
  const { text } = await textFrom(read, row, 0, 1)
  const mappings: ColumnMapping[] = JSON.parse(row.column_mappings)
  let missing: string[] = []
  for (const delimiter of [',', ';', '\t']) {
    const [header] = parseRows(text, delimiter, false, 1)
    if (!header || !('end' in header)) continue
    const layout = layoutOf(header.fields, delimiter, mappings)
    if (!('missing' in layout)) return { layout, position: header.end }
    if (missing.length === 0) missing = layout.missing
  }
  return {
    failure:
      missing.length === 0 ? 'The file has no row of column names.' : `The file has no column ${missing.join(', ')}.`,
  }
}

/** The next rows after a position, with their ends counted from the beginning of the file. */
export async function readRows(read: Reader, row: ImportRow, position: number, delimiter: string): Promise<FileRows> {
  for (let texts = 1; ; texts *= 2) {
    const { text, isEnd, end } = await textFrom(read, row, position, texts)
    const rows = parseRows(text, delimiter, isEnd)
    if (rows.length === 0 && !isEnd) {
      if (texts < maxTexts) continue
      throw new Failure('invalid', 'The file has a row that is too long.')
    }
    const placed = rows.map((one) => ('end' in one ? { ...one, end: position + one.end } : one))
    return { rows: placed, end: isEnd ? end : undefined }
  }
}

async function textFrom(
  read: Reader,
  { account, store_id: storeId, id, upload_id }: ImportRow,
  position: number,
  texts: number,
): Promise<{ text: string; isEnd: boolean; end: number }> {
  const place = { account, storeId, id, uploadId: upload_id ?? '', position }
  const found = await read.all(textsFrom, { ...place, limit: texts + 1 })
  const used = found.slice(0, texts)
  const [first] = used
  const last = used.at(-1)
  if (!first || !last) return { text: '', isEnd: true, end: position }
  const bytes = Buffer.from(used.map(({ content }) => content).join(''))
  return {
    text: bytes.subarray(position - first.start).toString('utf8'),
    isEnd: found.length <= texts,
    end: last.start + last.size,
  }
}
