import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { type Dialogue, parseDialogue } from './dialogue.ts'
import { type Line, linesOf } from './lines.ts'

export interface Reading {
  /** The first ones of the file, in its order, as many as were asked for. */
  dialogues: Dialogue[]
  /** How many the file has. */
  found: number
  malformedLines: number
}

/** The file cannot be read at all; the message is one line for people. */
export class UnreadableFile extends Error {}

/** No dialogue that people hold is nearly as long. */
export const maxLineBytes = 262_144
/** A file that is no dialogues file at all should not fill the screen. */
const maxReported = 20

/**
 * Reads a file of one JSON object a line, to its end, in bounded memory. Malformed lines are reported and skipped; blank
 * ones are skipped. Throws UnreadableFile.
 */
export async function readDialogues(
  path: string,
  { max, report }: { max: number; report: (complaint: string) => void },
): Promise<Reading> {
  const reading: Reading = { dialogues: [], found: 0, malformedLines: 0 }
  try {
    for await (const line of linesOf(createReadStream(path), maxLineBytes)) {
      const dialogue = readLine(line)
      if (dialogue === undefined) continue
      if ('malformed' in dialogue) {
        reading.malformedLines += 1
        if (reading.malformedLines <= maxReported) report(`line ${line.number}: ${dialogue.malformed}`)
      } else {
        reading.found += 1
        if (reading.dialogues.length < max) reading.dialogues.push(dialogue)
      }
    }
  } catch (cause) {
    throw new UnreadableFile(`Cannot read ${path}: ${reasonOf(cause)}.`, { cause })
  }
  const unreported = reading.malformedLines - maxReported
  if (unreported > 0) report(`and ${unreported} malformed ${unreported === 1 ? 'line' : 'lines'} more`)
  return reading
}

/** Undefined: the line is blank. */
function readLine({ number, length, bytes }: Line): Dialogue | { malformed: string } | undefined {
  if (bytes === undefined) return { malformed: `is ${length} bytes long, and ${maxLineBytes} are the most` }
  if (!isUtf8(bytes)) return { malformed: 'is not UTF-8' }
  const text = bytes.toString('utf8')
  const line = number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text
  return line.trim() === '' ? undefined : parseDialogue(line)
}

function reasonOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EISDIR':
      return 'it is a folder'
    case 'EACCES':
      return 'permission denied'
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}
