import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { rewriteTwiml } from './rewriting.ts'

const prefix = 'https://skein.example/skein/v1/Voice/AC1'
const call = {
  prefix,
  base: 'https://app.example/voice/in',
  from: '+15551234567',
  to: '+15550001111',
  callSid: 'CA1',
  once: 'o',
}

function rewritten(text: string): string {
  const parsed = parseTwiml(text)
  assert.ok('response' in parsed, JSON.stringify(parsed))
  return rewriteTwiml(text, parsed.response, { ...call, direction: 'inbound' })
}

test('leaves documents alone in which nothing is orchestrated', () => {
  for (const text of [
    "<Response>\n  <Say voice='x'>Hello &amp; bye</Say>\n</Response>",
    '<?xml version="1.0"?><Response><Connect><ConversationRelay url="wss://app.example/a>b"/></Connect></Response>',
    '<Response><Start><Transcription statusCallbackUrl="https://app.example/t"/></Start><Play>https://x.example/a</Play></Response>',
    '<Response><Redirect/><Play/></Response>',
  ]) {
    assert.equal(rewritten(text), text)
  }
})

test('leads relay sessions through itself', () => {
  assert.equal(
    rewritten(
      '<Response><Connect><ConversationRelay voice="v" url="wss://app.example/ws?a=1&amp;b=2" welcomeGreeting="Hi &lt;there&gt;" conversationConfiguration="conv_configuration_1"><Parameter name="a" value="b"/></ConversationRelay></Connect></Response>',
    ),
    '<Response><Connect><ConversationRelay voice="v" url="wss://skein.example/skein/v1/Voice/AC1/Relay?url=wss%3A%2F%2Fapp.example%2Fws%3Fa%3D1%26b%3D2&amp;configurationId=conv_configuration_1&amp;greeting=Hi+%3Cthere%3E&amp;call=CA1&amp;once=o-2" welcomeGreeting="Hi &lt;there&gt;"><Parameter name="a" value="b"/></ConversationRelay></Connect></Response>',
  )
})

test('hears of transcriptions, and passes on what the application wants to hear', () => {
  assert.equal(
    rewritten(
      '<Response><Start><Transcription name="t" inboundTrackLabel="Kiran" outboundTrackLabel="Nina" conversationId="conv_conversation_1" statusCallbackUrl="/t" statusCallbackMethod="GET"/></Start><Dial><Client>nina</Client></Dial></Response>',
    ),
    '<Response><Start><Transcription name="t" inboundTrackLabel="Kiran" outboundTrackLabel="Nina" statusCallbackUrl="https://skein.example/skein/v1/Voice/AC1/Transcriptions?from=%2B15551234567&amp;to=%2B15550001111&amp;direction=inbound&amp;conversationId=conv_conversation_1&amp;agent=client%3Anina&amp;inboundLabel=Kiran&amp;outboundLabel=Nina&amp;forward=https%3A%2F%2Fapp.example%2Ft" statusCallbackMethod="POST"/></Start><Dial><Client>nina</Client></Dial></Response>',
  )
  assert.doesNotMatch(
    rewritten(
      '<Response><Start><Transcription conversationId="c"/></Start><Dial>+15550002222<Number>+15550003333</Number></Dial></Response>',
    ),
    /agent=|forward=/,
  )
})

test('is asked for the next document, and makes relative URLs absolute', () => {
  assert.equal(
    rewritten(
      '<Response><Gather action="g" partialResultCallback="/p"><Play>hi.mp3</Play></Gather><Redirect method="POST">/next?x=1</Redirect></Response>',
    ),
    `<Response><Gather action="${prefix}/Webhook?url=https%3A%2F%2Fapp.example%2Fvoice%2Fg" partialResultCallback="https://app.example/p"><Play>https://app.example/voice/hi.mp3</Play></Gather><Redirect method="POST">${prefix}/Webhook?url=https%3A%2F%2Fapp.example%2Fnext%3Fx%3D1</Redirect></Response>`,
  )
  assert.match(rewritten('<Response><Dial action="http://["/></Response>'), /url=http%3A%2F%2F%5B/)
})

test('replaces what stands where a URL should', () => {
  assert.equal(
    rewritten('<Response><Redirect>/next<Number action="/a">1</Number></Redirect></Response>'),
    `<Response><Redirect>${prefix}/Webhook?url=https%3A%2F%2Fapp.example%2Fnext</Redirect></Response>`,
  )
})

test('writes nothing but documents that can be read again', () => {
  const text = rewritten('<Response><Connect action="/a?b=1&amp;c=&quot;2&quot;"/></Response>')
  assert.ok('response' in parseTwiml(text), text)
})
