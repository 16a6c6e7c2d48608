import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'

/**
 * `node:test` without its hook on every promise, which takes a sixth of the processor time of our tests. By that hook it knows which test a
 * nested test, or an exception thrown later, belongs to; here the async context says it, which promises carry at no cost. Only
 * what `node:async_hooks` documents is replaced, and only while `node:test` looks it up: nothing else may have imported that
 * before. A Node that does not know the option, or the channel, follows promises as it always did.
 */
const { createHook, executionAsyncId } = asyncHooks
const test = new AsyncLocalStorage<number>()
// Published in the scope of each test and suite, which are resources, as it begins.
channel('tracing:node.test:start').bindStore(test, () => executionAsyncId())

Object.assign(asyncHooks, {
  createHook: (options: asyncHooks.HookCallbacks) => createHook({ ...options, trackPromises: false }),
  executionAsyncId: () => test.getStore() ?? executionAsyncId(),
})
export const { run } = await import('node:test')
Object.assign(asyncHooks, { createHook, executionAsyncId })
