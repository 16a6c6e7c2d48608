/** A dialogue of two parties, as a line of a dialogues file holds it. */
export interface Dialogue {
  id: string
  topic: string
  turns: Turn[]
}

export interface Turn {
  speaker: 'customer' | 'agent'
  text: string
}

/** Reads one line. Other keys than those of a dialogue are ignored. */
export function parseDialogue(line: string): Dialogue | { malformed: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { malformed: 'is not JSON' }
  }
  if (!isObject(value)) return { malformed: 'is not a JSON object' }
  const { id, topic, turns } = value
  if (!isText(id)) return { malformed: 'id must be a text that is not empty' }
  if (typeof topic !== 'string') return { malformed: 'topic must be a text' }
  if (!Array.isArray(turns) || turns.length === 0) return { malformed: 'turns must be a list that is not empty' }
  const problem = turns.map(turnProblem).find((found) => found !== undefined)
  return problem === undefined ? { id, topic, turns: turns.map(turnOf) } : { malformed: problem }
}

function turnProblem(turn: unknown, at: number): string | undefined {
  if (!isObject(turn)) return `turns[${at}] must be an object`
  if (turn.speaker !== 'customer' && turn.speaker !== 'agent') {
    return `turns[${at}].speaker must be "customer" or "agent"`
  }
  if (!isText(turn.text)) return `turns[${at}].text must be a text that is not empty`
  return turn.text.includes('\0') ? `turns[${at}].text must not contain the NUL character` : undefined
}

function turnOf({ speaker, text }: Turn): Turn {
  return { speaker, text }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
