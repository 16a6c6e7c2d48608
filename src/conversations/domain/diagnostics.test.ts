import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnostics, explainCode, reasonOf } from './diagnostics.ts'

describe('a code of the debugger', () => {
  const cases: [number, string, number | undefined][] = [
    [diagnostics.noRule.code, 'info', undefined],
    [diagnostics.closed.code, 'warning', undefined],
    [diagnostics.resolutionSkipped.code, 'warning', 400],
    [diagnostics.lookupFailed.code, 'warning', 404],
    [diagnostics.creationFailed.code, 'error', 422],
  ]
  for (const [code, level, status] of cases) {
    it(`${code} is of the level ${level}${status === undefined ? '' : ` and stands for ${status}`}`, () => {
      const explained = explainCode(code)
      assert.equal(explained.level, level)
      assert.equal(explained.message, reasonOf(code).message)
      assert.deepEqual(explained.errorReason, status === undefined ? undefined : { status, message: explained.message })
    })
  }

  it('that nobody knows is not explained', () => assert.equal(reasonOf(1).message, 'Unknown.'))
})
