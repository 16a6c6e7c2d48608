/** Speech as the virtual network has it: text that takes its time, a fixed number of milliseconds a character. */

/** How long a sound takes whose length nobody knows. */
export const soundMs = 3_000

export interface Utterance {
  text: string
  startsAt: number
  endsAt: number
}

export function speechMs(text: string, msPerCharacter: number): number {
  return text.length * msPerCharacter
}

/** The words of it that have been spoken by `now`, whole ones only. */
export function spokenUntil({ text, startsAt, endsAt }: Utterance, now: number): string {
  if (now >= endsAt) return text
  if (now <= startsAt) return ''
  const characters = Math.floor((text.length * (now - startsAt)) / (endsAt - startsAt))
  if (/^\s/.test(text.slice(characters))) return text.slice(0, characters).trimEnd()
  return text.slice(0, Math.max(0, text.lastIndexOf(' ', characters - 1))).trimEnd()
}
