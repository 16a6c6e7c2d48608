import type { Findings } from '../findings.ts'
import { drawTable } from './table.ts'

const width = 110

/** What the engine that needs no model found. */
export function drawFindings({ sentiments, summaries, example, observations }: Findings): string[] {
  return [
    'The desk that winds by profile has its conversations read when they end, by the engine that needs no model.',
    '',
    ...drawTable(
      [{ heading: 'sentiment' }, { heading: 'conversations', align: 'right' }],
      sentiments.map(({ label, conversations }) => [label, conversations]),
    ),
    '',
    `Summaries: ${summaries}.${example ? ` One of them, of a conversation that is ${example.sentiment ?? 'of no sentiment'}:` : ''}`,
    ...wrapped(example?.summary ?? '').map((line) => `  ${line}`),
    '',
    `Remembered of ${observations.customers} customers: ${observations.total} observations.`,
    ...observations.examples.map((content) => `  • ${content}`),
  ]
}

function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else if (word !== '') lines.push(word)
  }
  return lines
}
