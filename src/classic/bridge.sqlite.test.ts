import { describe } from 'node:test'
import { bridgeSuite } from './suite/bridge.ts'

describe('a bridged service on SQLite', () => bridgeSuite(async () => ({})))
