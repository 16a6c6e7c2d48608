import { readFileSync } from 'node:fs'
import { readThesaurus, type Thesaurus } from './ranking/thesaurus.ts'

let loaded: Thesaurus | undefined

/** The thesaurus of English that comes with the program, read when it is first asked for. */
export function englishThesaurus(): Thesaurus {
  loaded ??= readThesaurus(readFileSync(new URL('../../vocabulary/thesaurus.txt', import.meta.url), 'utf8'))
  return loaded
}
