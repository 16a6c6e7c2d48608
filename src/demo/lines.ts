/** One line of a stream of bytes, without its end. */
export interface Line {
  /** From 1. */
  number: number
  /** In bytes. */
  length: number
  /** Undefined when the line is longer than was allowed: such a line is measured, not kept. */
  bytes: Buffer | undefined
}

const newline = 0x0a

/** Splits a stream into lines, never holding more than one line of `maxBytes` and one chunk, whatever comes. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 0
  let length = 0
  let parts: Buffer[] = []

  const extend = (part: Buffer) => {
    length += part.length
    if (length > maxBytes) parts = []
    else parts.push(part)
  }
  const finish = (): Line => {
    number += 1
    const line = { number, length, bytes: length > maxBytes ? undefined : Buffer.concat(parts) }
    length = 0
    parts = []
    return line
  }

  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      extend(chunk.subarray(from, end))
      yield finish()
      from = end + 1
    }
    extend(chunk.subarray(from))
  }
  if (length > 0) yield finish()
}
