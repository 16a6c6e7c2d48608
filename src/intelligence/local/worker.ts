import { parentPort } from 'node:worker_threads'
import { assert } from '../../kernel/assert.ts'
import { type Analysed, type Analysis, analyse } from './analysis.ts'

// Analyses on a thread of its own, one text after the other: language takes time that requests must not wait for.

assert(parentPort, 'the worker has somebody to answer to')
const port = parentPort
port.on('message', (analysis: Analysis) => {
  port.postMessage(attempt(analysis))
})

function attempt(analysis: Analysis): Analysed {
  try {
    return analyse(analysis)
  } catch (error) {
    return { failure: `The local engine failed: ${(error as Error).name}.` }
  }
}
