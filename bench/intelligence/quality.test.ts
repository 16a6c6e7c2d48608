import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureQuality } from './quality.ts'

test('the built-in operators are as good on the labelled set as is promised', () => {
  const quality = measureQuality()
  assert.ok(quality.dialogues >= 80)
  assert.ok(quality.sentimentMacroF1 >= 0.7, `macro-F1 of sentiment is ${quality.sentimentMacroF1}`)
  assert.ok(quality.observationPrecision >= 0.8, `precision of observations is ${quality.observationPrecision}`)
  assert.ok(quality.observationRecall >= 0.4, `recall of observations is ${quality.observationRecall}`)
})
