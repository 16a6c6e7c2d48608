import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bodyOf, desk, kiran, onStage, type Stage, voiceUrl } from '../testing/stage.ts'

const other = '+15550008888'
const texts = (call: { heard: { text: string }[] }) => call.heard.map(({ text }) => text)
const done = 'https://app.example/done'

/** The newest call of a handset. */
async function at({ world }: Stage, address: string) {
  const path = `/skein/v1/Handsets/${encodeURIComponent(address)}/Calls`
  return bodyOf(await world.get(path), 200).calls[0]
}

describe('a called party that hears a document before it is connected', () => {
  const dialling = `<Response><Dial action="/done"><Number url="/whisper">${desk}</Number></Dial></Response>`
  const whisper = 'https://app.example/whisper'

  it('hears it alone, is asked for the document of its own call, and is connected at its end', () =>
    onStage(async (stage) => {
      const { world, documents, call, pass, act, say, asked, handset, said, conversations } = stage
      const id = await world.makeConfiguration({ channelSettings: {} })
      documents[voiceUrl] = dialling.replace(
        '<Response>',
        `<Response><Start><Transcription conversationConfiguration="${id}"/></Start>`,
      )
      documents[whisper] = '<Response><Say>A call for the kiosk</Say></Response>'
      const sid = await call()
      await pass(1)
      const { callSid } = await at(stage, desk)
      await act(callSid, 'Answer', {}, desk)
      await say(sid, 'Is anybody there')
      await pass(0.1)
      await say(callSid, 'Who is it', desk)
      await pass(1.9)
      await say(callSid, 'Nina here', desk)
      await pass(2)
      const [form] = asked(whisper)
      assert.deepEqual(
        [form?.CallSid, form?.ParentCallSid, form?.CallStatus, form?.To],
        [callSid, sid, 'in-progress', desk],
      )
      assert.deepEqual(texts(await handset(callSid, desk)), ['A call for the kiosk'])
      assert.deepEqual(texts(await handset(sid)), ['Nina here'])
      assert.deepEqual(await said((await conversations(sid))[0] ?? ''), [
        'CUSTOMER: Is anybody there',
        'AGENT: Nina here',
      ])
    }))

  it('takes the call by a key, or refuses it by another', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, asked, handset } = stage
      documents[voiceUrl] = dialling
      documents[done] = '<Response><Say>Nobody is there</Say></Response>'
      documents[whisper] =
        '<Response><Gather numDigits="1" action="/screened"><Say>Press 1</Say></Gather><Hangup/></Response>'
      documents['https://app.example/screened'] = ({ Digits }) =>
        Digits === '1' ? '<Response/>' : '<Response><Hangup/></Response>'
      const begin = async (digits: string) => {
        const sid = await call()
        await pass(1)
        const { callSid } = await at(stage, desk)
        await act(callSid, 'Answer', {}, desk)
        await pass(1)
        if (digits !== '') await act(callSid, 'Digits', { digits }, desk)
        await pass(10)
        return { sid, callSid }
      }
      const refused = await begin('2')
      assert.deepEqual(texts(await handset(refused.callSid, desk)), [])
      assert.equal((await handset(refused.callSid, desk)).status, 'completed')
      const [form] = asked(done)
      assert.deepEqual([form?.DialCallStatus, form?.DialBridged], ['no-answer', 'false'])
      await begin('')
      assert.equal(asked(done)[1]?.DialCallStatus, 'no-answer')
      const taken = await begin('1')
      assert.equal((await handset(taken.callSid, desk)).status, 'in-progress')
      await act(taken.callSid, 'Hangup', {}, desk)
      await pass()
      assert.deepEqual([asked(done)[2]?.DialCallStatus, asked(done)[2]?.DialBridged], ['completed', 'true'])
    }))

  it('is let go when there is no document, with a word to the debugger, and when the caller hangs up meanwhile', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, asked, handset, warnings } = stage
      documents[voiceUrl] = dialling
      documents[done] = '<Response/>'
      const answered = async () => {
        const sid = await call()
        await pass(1)
        const { callSid } = await at(stage, desk)
        await act(callSid, 'Answer', {}, desk)
        await pass(1)
        return { sid, callSid }
      }
      const missing = await answered()
      assert.equal((await handset(missing.callSid, desk)).status, 'completed')
      assert.equal(asked(done)[0]?.DialCallStatus, 'no-answer')
      assert.ok((await warnings()).some((one) => /gave no instructions/.test(one)))
      documents[whisper] = '<Response><Pause length="60"/><Dial>+15550007777</Dial></Response>'
      const left = await answered()
      await act(left.sid, 'Hangup')
      await pass(1)
      assert.equal((await handset(left.callSid, desk)).status, 'completed')
      assert.ok((await warnings()).some((one) => /<Dial> has no place/.test(one)))
    }))

  it('is the one of several whose document ends first', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, handset } = stage
      documents[voiceUrl] =
        `<Response><Dial><Number url="/slow">${desk}</Number><Number url="/quick">${other}</Number></Dial></Response>`
      documents['https://app.example/slow'] = '<Response><Pause length="9"/></Response>'
      documents['https://app.example/quick'] = '<Response><Pause length="2"/></Response>'
      await call()
      await pass(1)
      const [slow, quick] = [await at(stage, desk), await at(stage, other)]
      await act(slow.callSid, 'Answer', {}, desk)
      await act(quick.callSid, 'Answer', {}, other)
      await pass(3)
      assert.equal((await handset(slow.callSid, desk)).status, 'completed')
      assert.equal((await handset(quick.callSid, other)).status, 'in-progress')
    }))
})

describe('a dialled call', () => {
  it('is answered for the caller when it is bridged, if so wanted', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, handset } = stage
      documents[voiceUrl] = `<Response><Dial answerOnBridge="true">${desk}</Dial></Response>`
      const sid = await call()
      await pass(5)
      assert.equal((await handset(sid)).status, 'ringing')
      const { callSid } = await at(stage, desk)
      await act(callSid, 'Answer', {}, desk)
      assert.equal((await handset(sid)).status, 'in-progress')
      const gone = await call()
      await pass(1)
      await act(gone, 'Hangup')
      await pass()
      assert.deepEqual([(await handset(gone)).status, (await at(stage, desk)).status], ['no-answer', 'canceled'])
    }))

  it('hears keys, those of the document first, and ends by the caller’s star if so wanted', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, handset, asked } = stage
      documents[voiceUrl] =
        `<Response><Dial hangupOnStar="true" action="/done"><Number sendDigits="w7#">${desk}</Number></Dial></Response>`
      documents[done] = '<Response><Pause length="9"/></Response>'
      const sid = await call()
      await pass()
      const { callSid } = await at(stage, desk)
      await act(callSid, 'Answer', {}, desk)
      await act(callSid, 'Digits', { digits: '5' }, desk)
      await act(sid, 'Digits', { digits: '1*2' })
      await pass()
      assert.deepEqual(texts(await handset(callSid, desk)), ['[w7#]', '[1]'])
      assert.deepEqual(texts(await handset(sid)), ['[5]'])
      assert.equal(asked(done)[0]?.DialCallStatus, 'completed')
    }))

  it('rings one after the other if so wanted, and tells how each goes', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, asked } = stage
      const told = 'https://app.example/told'
      documents[told] = ''
      const callback = 'statusCallback="/told" statusCallbackEvent="initiated ringing answered completed"'
      documents[voiceUrl] =
        `<Response><Dial sequential="true" timeout="5"><Number ${callback}>${desk}</Number><Number ${callback}>${other}</Number></Dial></Response>`
      const sid = await call()
      await pass(4)
      assert.equal(await at(stage, other), undefined)
      await pass(1)
      const { callSid } = await at(stage, other)
      await act(callSid, 'Answer', {}, other)
      await pass(3)
      await act(callSid, 'Hangup', {}, other)
      await pass()
      assert.deepEqual(
        asked(told).map(({ To, CallStatus, SequenceNumber, ParentCallSid }) => [
          To,
          CallStatus,
          SequenceNumber,
          ParentCallSid === sid,
        ]),
        [
          [desk, 'ringing', '0', true],
          [desk, 'ringing', '1', true],
          [desk, 'no-answer', '2', true],
          [other, 'ringing', '0', true],
          [other, 'ringing', '1', true],
          [other, 'in-progress', '2', true],
          [other, 'completed', '3', true],
        ],
      )
      assert.equal(asked(told)[6]?.CallDuration, '3')
    }))

  it('ends after its limit', () =>
    onStage(async (stage) => {
      const { documents, call, pass, act, handset } = stage
      documents[voiceUrl] = `<Response><Dial timeLimit="60">${desk}</Dial></Response>`
      await call(kiran)
      await pass()
      const { callSid } = await at(stage, desk)
      await act(callSid, 'Answer', {}, desk)
      await pass(59)
      assert.equal((await handset(callSid, desk)).status, 'in-progress')
      await pass(1)
      assert.equal((await handset(callSid, desk)).status, 'completed')
    }))
})
