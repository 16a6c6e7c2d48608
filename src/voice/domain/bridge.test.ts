import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Bridge,
  type BridgeEffect,
  type BridgeStep,
  bridgeDueAt,
  connectedOf,
  connectParty,
  dialParties,
  dropBridge,
  partyAnswered,
  partyLeft,
  partyOf,
  passBridge,
} from './bridge.ts'
import type { Dial, DialTarget } from './verbs.ts'

const target = (whispers: boolean): DialTarget => ({
  noun: 'Number',
  address: '+15550002222',
  whisper: whispers ? { url: '/w', method: 'POST' } : null,
  sendDigits: '',
  statusCallback: null,
})

function dial(targets: readonly DialTarget[], sequential = false): Dial {
  return {
    verb: 'Dial',
    targets: [...targets],
    timeoutSeconds: 10,
    timeLimitSeconds: 100,
    callerId: null,
    hangupOnStar: false,
    answerOnBridge: false,
    sequential,
    action: null,
  }
}

/** Told in one word each: what happens to whom. */
class Stage {
  bridge: Bridge
  told: string[] = []

  constructor(targets: readonly DialTarget[], sequential = false) {
    const sids = targets.map((_, at) => String(at))
    const step = dialParties(dial(targets, sequential), sids, 0)
    this.bridge = step.bridge
    this.#tell(step.effects)
  }

  do(change: (bridge: Bridge) => BridgeStep): this {
    const { bridge, effects } = change(this.bridge)
    this.bridge = bridge
    this.#tell(effects)
    return this
  }

  answer(sid: string, now: number): this {
    return this.do((bridge) => partyAnswered(bridge, sid, now))
  }

  leave(sid: string, now: number): this {
    return this.do((bridge) => partyLeft(bridge, sid, now))
  }

  ready(sid: string, now: number): this {
    return this.do((bridge) => connectParty(bridge, sid, now))
  }

  pass(now: number): this {
    return this.do((bridge) => passBridge(bridge, now))
  }

  #tell(effects: readonly BridgeEffect[]): void {
    for (const effect of effects) {
      this.told.push([effect.kind, effect.party.sid, ...('status' in effect ? [effect.status] : [])].join(' '))
    }
  }
}

const [plain, whispered] = [target(false), target(true)]

for (const [name, targets, sequential, story, told] of [
  [
    'the first who answers is connected, and the others are let go',
    [plain, plain],
    false,
    (stage: Stage) => stage.answer('1', 5).answer('0', 6).leave('1', 9000).leave('1', 9001),
    ['RING 0', 'RING 1', 'LEFT 0 canceled', 'CONNECT 1', 'LEFT 1 completed', 'ENDED 1 completed'],
  ],
  [
    'when nobody answers in time the dialling is over',
    [plain, plain],
    false,
    (stage: Stage) => stage.pass(10_000),
    ['RING 0', 'RING 1', 'LEFT 0 no-answer', 'LEFT 1 no-answer', 'ENDED 1 no-answer'],
  ],
  [
    'it is busy when all refuse',
    [plain, plain],
    false,
    (stage: Stage) => stage.leave('0', 5).leave('1', 6),
    ['RING 0', 'RING 1', 'LEFT 0 busy', 'LEFT 1 busy', 'ENDED 1 busy'],
  ],
  [
    'a bridged call lasts as long as it may',
    [plain],
    false,
    (stage: Stage) => stage.answer('0', 5000).pass(105_000),
    ['RING 0', 'CONNECT 0', 'LEFT 0 completed', 'ENDED 0 completed'],
  ],
  [
    'in sequence the next rings when one does not answer or refuses',
    [plain, plain, plain],
    true,
    (stage: Stage) => stage.pass(10_000).leave('1', 12_000).answer('2', 13_000),
    ['RING 0', 'LEFT 0 no-answer', 'RING 1', 'LEFT 1 busy', 'RING 2', 'CONNECT 2'],
  ],
  [
    'a party hears its document, and is connected when that is over',
    [whispered],
    false,
    (stage: Stage) => stage.answer('0', 5).ready('0', 2000),
    ['RING 0', 'WHISPER 0', 'CONNECT 0'],
  ],
  [
    'the first whose document is over is connected, whoever answered first',
    [whispered, whispered, plain],
    false,
    (stage: Stage) => stage.answer('0', 5).answer('1', 6).ready('1', 7).ready('0', 8),
    ['RING 0', 'RING 1', 'RING 2', 'WHISPER 0', 'WHISPER 1', 'LEFT 0 completed', 'LEFT 2 canceled', 'CONNECT 1'],
  ],
  [
    'whoever hangs up on its document has not answered the caller',
    [whispered],
    false,
    (stage: Stage) => stage.answer('0', 5).leave('0', 6),
    ['RING 0', 'WHISPER 0', 'LEFT 0 completed', 'ENDED 0 no-answer'],
  ],
  [
    'others ring on while one hears its document, and the document goes on when they do not answer',
    [whispered, plain],
    false,
    (stage: Stage) => stage.answer('0', 5).pass(10_000).ready('0', 11_000),
    ['RING 0', 'RING 1', 'WHISPER 0', 'LEFT 1 no-answer', 'CONNECT 0'],
  ],
] as const) {
  test(name, () => assert.deepEqual(story(new Stage(targets, sequential)).told, told))
}

test('knows what is due, and who is connected', () => {
  const stage = new Stage([whispered])
  assert.equal(bridgeDueAt(stage.bridge), 10_000)
  stage.answer('0', 5)
  assert.equal(bridgeDueAt(stage.bridge), null)
  assert.equal(connectedOf(stage.bridge), undefined)
  stage.ready('0', 1000)
  assert.equal(bridgeDueAt(stage.bridge), 101_000)
  assert.equal(connectedOf(stage.bridge)?.sid, '0')
  assert.equal(partyOf(stage.bridge, '7'), undefined)
})

test('lets everybody go when the caller is gone', () => {
  const stage = new Stage([whispered, plain, plain], true).answer('0', 5)
  assert.deepEqual(
    dropBridge(stage.bridge).map((effect) => effect.kind === 'LEFT' && [effect.party.sid, effect.status]),
    [['0', 'completed']],
  )
  assert.deepEqual(
    dropBridge(new Stage([plain]).bridge).map((effect) => effect.kind === 'LEFT' && effect.status),
    ['canceled'],
  )
})
