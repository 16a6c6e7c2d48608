import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import type { ResultBody } from '../findings.ts'
import { presentRuleExecution } from './present-execution.ts'

test('a webhook has the values of parameters as strings, which is all that published receivers take', () => {
  const [id, ruleId] = [newId(), newId()]
  const configuration = {
    id,
    displayName: 'desk',
    description: null,
    version: 1,
    rules: [],
    createdAt: 0,
    updatedAt: 0,
  }
  const rule = { id: ruleId, operators: [], trigger: null, actions: [], context: null }
  const body: ResultBody = {
    outputFormat: 'TEXT',
    configurationVersion: 1,
    operator: { displayName: 'Risk', version: 1, parameters: { who: 'the customer', scale: 10, strict: true } },
    referenceIds: [],
    execution: {
      trigger: { on: 'ON_DEMAND', at: 0 },
      first: '',
      last: '',
      channels: [],
      participants: [],
      memory: null,
    },
    metadata: { model: 'm', latencyMs: 1, inputCharacters: 1, outputCharacters: 1, inputTruncated: false, usage: null },
    result: { text: 'Low.' },
  }
  const row = {
    account: 1,
    id: newId(),
    conversation_id: newId(),
    configuration_id: id,
    rule_id: ruleId,
    execution_id: newId(),
    operator_id: newId(),
    hidden: 0,
    body: JSON.stringify(body),
    created_at: 0,
  }
  const sent = JSON.parse(JSON.stringify(presentRuleExecution('AC1', { configuration, rule }, newId(), [row])))
  assert.deepEqual(sent.operatorResults[0].operator.parameters, { who: 'the customer', scale: '10', strict: 'true' })
})
