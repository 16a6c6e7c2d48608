import type { Session } from './session.ts'

/** One thing that has to hold, told as a sentence, of one operation or, without one, of several together. */
export interface Case {
  /** `METHOD path` as in the list of operations. */
  operation?: string
  name: string
  /** It starts a server of its own, which is the same whatever the session is on: one run of several has to tell it. */
  apart?: boolean
  run(session: Session): Promise<void>
}

export type Sentence = Omit<Case, 'operation'>

/** Cases of one operation. */
export function about(operation: string, cases: Sentence[]): Case[] {
  return cases.map((one) => ({ operation, ...one }))
}
