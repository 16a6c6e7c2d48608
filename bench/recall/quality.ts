import { readFileSync } from 'node:fs'

/** One customer of the labelled set: observations by a short name, and what should be found. */
export interface LabelledProfile {
  profile: string
  observations: Record<string, string>
  queries: { ask: string; wording: 'words' | 'paraphrase'; relevant: string[] }[]
}

export interface Quality {
  queries: number
  recallAt5: number
  /** Mean of 1 over the place of the first relevant one. */
  mrr: number
}

export function labelledSet(): LabelledProfile[] {
  return JSON.parse(readFileSync(new URL('labelled-set.json', import.meta.url), 'utf8'))
}

/** Judges what a recall answers: the short names of a profile's observations, the best first. */
export async function judge(
  set: readonly LabelledProfile[],
  answer: (profile: LabelledProfile, ask: string) => Promise<readonly string[]>,
): Promise<Quality> {
  const found: { share: number; reciprocal: number }[] = []
  for (const profile of set) {
    for (const { ask, relevant } of profile.queries) {
      const names = await answer(profile, ask)
      const hits = names.slice(0, 5).filter((name) => relevant.includes(name)).length
      const place = names.findIndex((name) => relevant.includes(name)) + 1
      found.push({ share: hits / Math.min(5, relevant.length), reciprocal: place === 0 ? 0 : 1 / place })
    }
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    queries: found.length,
    recallAt5: mean(found.map(({ share }) => share)),
    mrr: mean(found.map(({ reciprocal }) => reciprocal)),
  }
}
