/** A conversation as people type it: a line is an utterance, begun by who says it. Pure. */

export type Speaker = 'CUSTOMER' | 'BUSINESS' | 'UNKNOWN'

export interface Said {
  from: Speaker
  text: string
}

const speakers: Record<string, Speaker> = { customer: 'CUSTOMER', business: 'BUSINESS', unknown: 'UNKNOWN' }

/** What was typed, in order. A line without a speaker goes on with what was said before it; the first is the customer's. */
export function transcriptOf(typed: string): Said[] {
  const said: Said[] = []
  for (const line of typed.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const [, word = '', text = ''] = /^(\w+):\s*(.*)$/.exec(line) ?? []
    const from = speakers[word.toLowerCase()]
    const before = said.at(-1)
    if (from !== undefined && text !== '') said.push({ from, text })
    else if (before) before.text += `\n${line}`
    else said.push({ from: 'CUSTOMER', text: line })
  }
  return said
}
