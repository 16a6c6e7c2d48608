import { describe } from 'node:test'
import { claimsSuite } from './suite/claims.ts'

describe('claims that ran out on SQLite', () => claimsSuite(async () => ({})))
